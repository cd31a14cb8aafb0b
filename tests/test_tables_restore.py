"""Tables are restored on the way on which they are scrubbed: what was encrypted comes back, the rest stays."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import anonkit
from anonkit.errors import TokenError
from anonkit.keys.key import Key

KEY = Key.for_run()
KEY.outlives_run = True  # it stands for one in a file
PHONE = "13812345678"
FRAME = pd.DataFrame(
    {
        "phone": [PHONE, None, "x"],
        "note": [f"请致电{PHONE}", f'{{"phone":{PHONE}}}', "a"],
        "kind": pd.Series([PHONE, "b", PHONE], dtype="category"),
        "cells": [{"phone": [PHONE]}, [1], None],
        f"tel {PHONE}": [1.5, None, 2.5],
    },
    index=[PHONE, "a", "b"],
)
TABLE = pa.table(
    {
        "phone": [PHONE, None],
        "tags": [[{"tel": PHONE}], []],
        "map": pa.array([[("k", PHONE)], None], pa.map_(pa.string(), pa.string())),
    }
)


def scrubbed(table, key=KEY):
    return anonkit.scrub(table, policy="deidentify", key=key)


def test_a_frame_comes_back_with_its_names_index_and_types():
    made = scrubbed(FRAME)
    before = made.copy(deep=True)
    assert PHONE not in made.to_csv()
    pd.testing.assert_frame_equal(anonkit.restore(made, KEY), FRAME)
    pd.testing.assert_frame_equal(made, before)


def test_tables_of_arrow_and_polars_come_back():
    assert anonkit.restore(scrubbed(TABLE), KEY).equals(TABLE)
    frame = pl.DataFrame({"phone": [PHONE, None, "x"]})
    assert anonkit.restore(scrubbed(frame), KEY).equals(frame)


def test_numbers_that_became_text_stay_text():
    made = anonkit.restore(scrubbed(pd.DataFrame({"phone": [int(PHONE), 5]})), KEY)
    assert made["phone"].tolist() == [PHONE, "5"]


def test_another_key_and_a_token_that_was_changed_restore_nothing():
    made = scrubbed(FRAME)
    other = Key.for_run()
    with pytest.raises(TokenError, match=r"none of its [0-9]+ tagged values was made with this key"):
        anonkit.restore(made, other)
    made.iloc[1, 0] = made.iloc[0, 0].replace(":", ":A", 2).replace(":A", ":", 1)
    with pytest.raises(TokenError, match="changed after it was made"):
        anonkit.restore(made, KEY)


def test_a_table_without_tokens_stays_and_a_reader_is_refused():
    pd.testing.assert_frame_equal(anonkit.restore(FRAME, KEY), FRAME)
    with pytest.raises(TypeError, match="read_all"):
        anonkit.restore(TABLE.to_reader(), KEY)
