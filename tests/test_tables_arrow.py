"""Arrow columns of every type: what is personal goes, everything else stays as it was, types included."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit import Action, Policy, Scrubber, UsageError
from anonkit.keys.key import Key
from anonkit.tables import arrow, leaves, objects, typed
from anonkit.tables import plan as plans
from anonkit.tables.plan import first_pass
from anonkit.tables.typed import Column

PHONES = ["13812345678", "13987654321", "18612345679"]
NUMBERS = [int(phone) for phone in PHONES]
LABELS = Scrubber()
REDACTS = Scrubber(policy=Policy("gone", "deidentify", Action("redact")))
BOTH = pytest.mark.parametrize("scrubber", [LABELS, REDACTS], ids=["label", "redact"])


def scrubbed(name, values, scrubber=LABELS):
    (made,) = typed.scrub(scrubber, [Column(name, values)])
    made.values.validate(full=True)
    return made


def ipc(values):
    """The bytes of the values in a stream, as they would leave the process."""
    sink = io.BytesIO()
    table = pa.table({"column": values})
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue()


def held(values):
    """All bytes that an array or a chunked array keeps in memory."""
    chunks = values.chunks if isinstance(values, pa.ChunkedArray) else [values]
    found = [b for chunk in chunks for b in _buffers(chunk)]
    return b"\0".join(b.to_pybytes() for b in found if b is not None)


def _buffers(array):
    if isinstance(array.type, pa.BaseExtensionType):
        return _buffers(array.storage)
    if pa.types.is_dictionary(array.type):
        return [*array.indices.buffers(), *_buffers(array.dictionary)]
    return array.buffers()


def is_clean(values):
    """Whether no phone is left, as text or as a number, in what is held and in what would be written."""
    spelt = [phone.encode() for phone in PHONES]
    spelt += [np.int64(number).tobytes()[:6] for number in NUMBERS] + [np.float64(n).tobytes() for n in NUMBERS]
    return not any(spelling in data for spelling in spelt for data in (held(values), ipc(values)))


def day(*parts):
    return dt.datetime(*parts)  # noqa: DTZ001  as most columns have it


TEXTS = st.sampled_from(["好", "", "x" * 30, *PHONES, *(f"电话{phone}" for phone in PHONES), "订单 5"])
INTS = st.sampled_from([0, 5, -7, 12, *NUMBERS])
CELLS = {
    pa.string(): TEXTS,
    pa.large_string(): TEXTS,
    pa.string_view(): TEXTS,
    pa.binary(): TEXTS.map(str.encode),
    pa.binary_view(): TEXTS.map(str.encode),
    pa.int64(): INTS,
    pa.uint64(): st.sampled_from([0, 5, *NUMBERS]),
    pa.float64(): st.sampled_from([0.5, 3.0, 116.397128, 1e20, *map(float, NUMBERS)]),
    pa.decimal128(20, 2): st.sampled_from([Decimal("1.50"), *map(Decimal, NUMBERS)]),
    pa.date32(): st.sampled_from([dt.date(1990, 7, 12), dt.date(2150, 1, 1)]),
    pa.timestamp("ns"): st.sampled_from([day(1990, 7, 12), day(2150, 1, 1, 3, 4, 5)]),
    pa.bool_(): st.booleans(),
    pa.time32("s"): st.just(dt.time(3, 4, 5)),
}


def dictionaries(leaf):
    kind, cells = leaf
    if not (leaves.is_text(kind) or kind == pa.int64()) or kind == pa.string_view():
        return leaf
    return pa.dictionary(pa.int16(), kind), cells


LEAVES = st.sampled_from(list(CELLS.items()))
NAMES = st.sampled_from(["phone", "备注", "birthday", "n"])


def nested(inner):
    def of(leaf):
        kind, cells = leaf
        cells = st.one_of(st.none(), cells)
        return st.sampled_from([
            (pa.list_(kind), st.lists(cells, max_size=3)),
            (pa.large_list(kind), st.lists(cells, max_size=3)),
            (pa.list_(kind, 2), st.lists(cells, min_size=2, max_size=2)),
            (pa.list_view(kind), st.lists(cells, max_size=3)),
            (pa.struct([("phone", kind), ("n", pa.int64())]), st.fixed_dictionaries({"phone": cells, "n": INTS})),
            (pa.map_(pa.string(), kind), st.lists(st.tuples(TEXTS, cells), max_size=3)),
        ])  # fmt: skip

    return inner.flatmap(of)


TYPES = st.one_of(LEAVES, LEAVES.map(dictionaries), nested(LEAVES), nested(nested(LEAVES)))


@st.composite
def arrays(draw):
    """An array with nulls, what lies under them, and more rows than the slice of it that is taken."""
    kind, cells = draw(TYPES)
    rows = draw(st.lists(st.one_of(st.none(), cells), max_size=8))
    if pa.types.is_dictionary(kind):
        values = pa.array(rows, kind.value_type).dictionary_encode().cast(kind)
    else:
        values = pa.array(rows, kind)
    first = draw(st.integers(0, len(values)))
    return values.slice(first, draw(st.integers(0, len(values) - first)))


@settings(max_examples=300)
@given(arrays(), NAMES, st.sampled_from([LABELS, REDACTS]))
def test_personal_values_are_nowhere_in_what_comes_out_and_rows_stay_where_they_were(values, name, scrubber):
    made = scrubbed(name, values, scrubber)
    assert len(made.values) == len(values) == len(made.touched)
    assert is_clean(made.values)
    assert ((made.values.is_null().to_numpy(False) == values.is_null().to_numpy(False)) | made.touched).all()
    before, after = values.to_pylist(), made.values.to_pylist()
    if made.values.type == values.type:
        assert [a for a, t in zip(after, made.touched, strict=True) if not t] == [
            b for b, t in zip(before, made.touched, strict=True) if not t
        ]
    else:
        assert made.counts  # of an entry of a dictionary that no row has, perhaps


@settings(max_examples=150)
@given(arrays(), NAMES, st.sampled_from([LABELS, REDACTS]))
def test_scrubbing_what_was_scrubbed_changes_nothing(values, name, scrubber):
    once = scrubbed(name, values, scrubber).values
    twice = scrubbed(name, once, scrubber)
    assert twice.values.equals(once)
    assert twice.values.type == once.type
    assert not twice.touched.any()


@settings(max_examples=150)
@given(arrays(), NAMES, st.data(), st.sampled_from([LABELS, REDACTS]))
def test_how_a_column_is_cut_into_chunks_makes_no_difference(values, name, data, scrubber):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(values)), max_size=3)))
    chunks = [values.slice(low, high - low) for low, high in pairwise([0, *cuts, len(values)])]
    whole, cut = scrubbed(name, values, scrubber), scrubbed(name, pa.chunked_array(chunks, values.type), scrubber)
    assert cut.values.type == whole.values.type
    assert cut.values.to_pylist() == whole.values.to_pylist()
    assert (cut.touched == whole.touched).all()


@settings(max_examples=100)
@given(arrays(), NAMES, st.data(), st.sampled_from([LABELS, REDACTS]))
def test_batches_come_out_as_the_table_does(values, name, data, scrubber):
    table = pa.table({name: values})
    batches = table.to_batches(max_chunksize=data.draw(st.integers(1, 4)))
    plan = first_pass(scrubber, table.schema, lambda _: batches)
    made = [plans.scrubbed(scrubber, plan, [batch])[0] for batch in batches]
    stream = pa.Table.from_batches(made, plan.schema)
    whole, _ = arrow.scrub_table(scrubber, table)
    assert stream.schema == whole.schema
    assert stream.to_pylist() == whole.to_pylist()
    assert is_clean(stream.column(0))


def test_pieces_make_no_difference(monkeypatch):
    monkeypatch.setattr(typed, "_PIECE_BYTES", 100)
    monkeypatch.setattr(typed, "_LEAST_PIECE_ROWS", 2)
    texts = ["电话13812345678", None, "好"] * 20
    table = pa.table({"t": texts, "phone": [5, None, NUMBERS[0]] * 20, "c": pa.array(texts).dictionary_encode()})
    made, _ = arrow.scrub_table(LABELS, table)
    assert made.column("t").to_pylist() == ["电话<CN_MOBILE>", None, "好"] * 20
    assert made.column("phone").to_pylist() == ["5", None, "<CN_MOBILE>"] * 20
    assert made.column("c").to_pylist() == made.column("t").to_pylist()
    assert made.column("t").num_chunks > 3


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array([13812345678.0, 5.5, None, float("nan"), 1e20, 13812345678.5, -3.0, float("inf")]),
         ["13812345678", "5.5", None, "nan", "100000000000000000000", "13812345678.5", "-3", "inf"]),
        (pa.array([1.5, 2.0], pa.float32()), ["1.5", "2"]),
        (pa.array([1.5, 2.0], pa.float16()), ["1.5", "2"]),
        (pa.array([116.397128, 39.916527]), ["116.397128", "39.916527"]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([Decimal("13812345678.00"), Decimal("1.50")]), ["13812345678", "1.50"]),
        (pa.array([Decimal("13812345678E3")], pa.decimal128(12, -3)), ["13812345678000"]),
        (pa.array([dt.date(1990, 7, 12)]), ["1990-07-12"]),
        (pa.array([day(1990, 7, 12), day(1990, 7, 12, 3, 4, 5, 120000)]),
         ["1990-07-12", "1990-07-12T03:04:05.12"]),
        (pa.array([dt.datetime(2020, 7, 11, 16, tzinfo=dt.UTC)], pa.timestamp("s", "Asia/Shanghai")), ["2020-07-12"]),
        (pa.array([uuid.UUID(int=1).bytes, None], pa.uuid()), ["00000000-0000-0000-0000-000000000001", None]),
        (pa.array([True]), [None]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
    ],
)  # fmt: skip
def test_a_value_reads_as_it_would_in_a_csv_file(values, texts):
    assert typed.texts(values).to_pylist() == texts


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_every_float_reads_as_the_number_that_it_is(numbers):
    assert [float(text) for text in typed.texts(pa.array(numbers, pa.float64())).to_pylist()] == numbers


@pytest.mark.parametrize(
    "values",
    [
        pa.array([5, NUMBERS[0], None]),
        pa.array([5, NUMBERS[0], None], pa.uint64()),
        pa.array([5, NUMBERS[0], None], pa.float64()),
        pa.array([Decimal(5), Decimal(NUMBERS[0]), None], pa.decimal128(20, 0)),
    ],
    ids=lambda values: str(values.type),
)
def test_numbers_become_text_where_a_label_takes_their_place_and_null_where_nothing_does(values):
    labelled, redacted = scrubbed("phone", values), scrubbed("phone", values, REDACTS)
    assert labelled.values.type == pa.string()
    assert labelled.values.to_pylist() == ["5", "<CN_MOBILE>", None]
    assert labelled.counts == {"CN_MOBILE": 1}
    assert redacted.values.type == values.type
    assert redacted.values.to_pylist() == [5, None, None]
    assert redacted.has_new_nulls
    assert not labelled.has_new_nulls


def keyed(do, entity):
    key = Key.for_run()
    key.outlives_run = True  # it stands for one in a file
    entities = {entity: Action(do)}
    return Scrubber(policy=Policy("keyed", "deidentify", Action("label"), entities=entities), key=key)


def test_numbers_stay_numbers_where_digits_take_their_place():
    scrubber = keyed("fpe", "CN_MOBILE")
    for values in (pa.array([5, NUMBERS[0], None]), pa.array([5.0, float(NUMBERS[0]), None])):
        made = scrubbed("phone", values, scrubber)
        five, number, none = made.values.to_pylist()
        assert made.values.type == values.type
        assert (five, none) == (5, None)
        assert len(str(int(number))) == 11
        assert number != NUMBERS[0]
        assert made.counts == {"CN_MOBILE": 1}


def test_dates_are_found_by_the_name_of_their_column():
    dates = pa.array([dt.date(1990, 7, 12), None, dt.date(2150, 1, 1)])
    assert scrubbed("birthday", dates).values.to_pylist() == ["<DATE_OF_BIRTH>", None, "2150-01-01"]
    assert scrubbed("created", dates).values is dates
    assert scrubbed("birthday", dates, REDACTS).values.to_pylist() == [None, None, dt.date(2150, 1, 1)]


def test_dates_that_are_shifted_stay_dates():
    scrubber = keyed("shift", "DATE_OF_BIRTH")
    for values in (
        pa.array([dt.date(1990, 7, 12), None]),
        pa.array([day(1990, 7, 12), None]),
        pa.array([day(1990, 7, 12, 3, 4, 5), None], pa.timestamp("ns", "Asia/Shanghai")),
        pa.array([dt.date(1990, 7, 12), None], pa.date64()),
    ):
        made = scrubbed("birthday", values, scrubber)
        assert made.values.type == values.type
        assert made.touched.tolist() == [True, False]
        assert made.values[0] != values[0]


def test_entries_of_a_dictionary_that_no_row_has_are_scrubbed_and_those_that_become_one_are_one():
    entries = pa.array(["13812345678", "x", "13987654321", "18612345679"])
    values = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 2, 0], pa.int8()), entries, ordered=True)
    made = scrubbed("phone", values)
    assert made.values.type == values.type
    assert made.values.dictionary.to_pylist() == ["<CN_MOBILE>", "x"]
    assert made.values.to_pylist() == ["<CN_MOBILE>", "x", None, "<CN_MOBILE>", "<CN_MOBILE>"]
    assert made.touched.tolist() == [True, False, False, True, True]
    assert made.counts == {"CN_MOBILE": 4}


def test_a_dictionary_of_numbers_becomes_one_of_text():
    made = scrubbed("phone", pa.array([NUMBERS[0], 5, None]).dictionary_encode())
    assert made.values.type == pa.dictionary(pa.int32(), pa.string())
    assert made.values.to_pylist() == ["<CN_MOBILE>", "5", None]
    gone = scrubbed("phone", pa.array([NUMBERS[0], 5, None]).dictionary_encode(), REDACTS)
    assert gone.values.to_pylist() == [None, 5, None]
    assert gone.values.dictionary.null_count == 0


def test_what_is_nested_has_the_path_to_it_for_a_name():
    made = scrubbed("user", pa.array([[{"phone": NUMBERS[0], "n": NUMBERS[0]}]]))
    assert made.values.to_pylist() == [[{"phone": "<CN_MOBILE>", "n": "<CN_MOBILE>"}]]
    birth = pa.array([{"birthday": "1990-07-12", "day": "1990-07-12"}])
    assert scrubbed("user", birth).values.to_pylist() == [{"birthday": "<DATE_OF_BIRTH>", "day": "1990-07-12"}]


def test_names_of_nested_fields_are_scrubbed():
    made = scrubbed("", pa.array([{"13812345678": 1, "n": 2, "<CN_MOBILE>": 3}]))
    assert made.values.to_pylist() == [{"<CN_MOBILE>_2": 1, "n": 2, "<CN_MOBILE>": 3}]


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.string_view(),
        pa.binary(),
        pa.int64(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.dictionary(pa.int8(), pa.int64()),
    ],
    ids=str,
)
@BOTH
def test_keys_of_a_map_that_become_the_same_are_told_apart(kind, scrubber):
    keys = pa.array([5, NUMBERS[0], NUMBERS[1], NUMBERS[1], NUMBERS[2], NUMBERS[0]])
    keys = keys.cast(kind.value_type).dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else (
        keys if kind == pa.int64() else keys.cast(pa.string()).cast(kind)
    )  # fmt: skip
    values = pa.MapArray.from_arrays([0, 4, 6], keys, pa.array(["a", "b", "c", "d", "e", "f"]))
    made = scrubbed("", values, scrubber).values.to_pylist()
    gone = "<CN_MOBILE>" if scrubber is LABELS else ""
    first = [("5", "a"), (gone, "b"), (f"{gone}_2", "c"), (f"{gone}_2", "d")]
    is_bytes = kind == pa.binary()
    want = [first, [(gone, "e"), (f"{gone}_2", "f")]]
    assert made == [[(k.encode() if is_bytes else k, v) for k, v in one] for one in want]


def test_a_key_that_stays_is_not_taken_from_the_map():
    values = pa.array([[("13812345678", 1), ("<CN_MOBILE>", 2), ("13987654321", 3)]], pa.map_(pa.string(), pa.int64()))
    assert scrubbed("", values).values.to_pylist() == [[("<CN_MOBILE>_2", 1), ("<CN_MOBILE>", 2), ("<CN_MOBILE>_3", 3)]]


def test_garbage_under_nulls_and_beside_slices_does_not_come_out():
    text = pa.Array.from_buffers(
        pa.string(),
        2,
        [pa.py_buffer(b"\x01"), pa.py_buffer(np.array([0, 1, 12], np.int32)), pa.py_buffer(b"a13812345678")],
    )
    number = pa.Array.from_buffers(
        pa.int64(), 2, [pa.py_buffer(b"\x01"), pa.py_buffer(np.array([5, NUMBERS[0]], np.int64))]
    )
    for values in (text, number, pa.array(["好", *PHONES]).slice(0, 1), pa.array([*NUMBERS, 3]).slice(3)):
        assert not is_clean(values) or values.offset or len(values) == 1
        made = scrubbed("", values)
        assert made.values.equals(values)
        assert is_clean(made.values)
    struct = pa.Array.from_buffers(
        pa.struct([("a", pa.string())]), 1, [pa.py_buffer(b"\0")], children=[text.slice(0, 1)]
    )
    assert is_clean(scrubbed("", struct).values)


def test_bytes_are_scrubbed_as_they_are_and_never_broken():
    cells = [b"\xff\x00 13812345678 \xfe", "电话13812345678".encode(), None, bytes(range(256))]
    made = scrubbed("b", pa.array(cells)).values.to_pylist()
    assert made == [b"\xff\x00 <CN_MOBILE> \xfe", "电话<CN_MOBILE>".encode(), None, bytes(range(256))]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_bytes_in_other_encodings_are_scrubbed_in_them(encoding):
    cells = ["电话13812345678，张伟收到\n谢谢".encode(encoding), "你好，天气不错".encode(encoding), b"13812345678"]
    made = scrubbed("b", pa.array(cells))
    assert made.values.to_pylist() == [
        "电话<CN_MOBILE>，<PERSON>收到\n谢谢".encode(encoding), cells[1], b"<CN_MOBILE>",
    ]  # fmt: skip
    assert made.touched.tolist() == [True, False, True]
    assert made.counts == {"CN_MOBILE": 2, "PERSON": 1}


def test_extension_types_stay_where_their_storage_does():
    text = pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(['{"phone":13812345678}', None]))
    made = scrubbed("", text).values
    assert made.type == text.type
    assert json.loads(made[0].as_py()) == {"phone": "<CN_MOBILE>"}
    ids = pa.array([uuid.UUID(int=5**50).bytes, None], pa.uuid())
    assert scrubbed("n", ids).values.type == pa.uuid()
    assert scrubbed("device_id", ids).values.to_pylist() == ["<DEVICE_ID>", None]
    assert scrubbed("device_id", ids, REDACTS).values.to_pylist() == [None, None]


def test_runs_and_unions_are_looked_into():
    runs = pc.run_end_encode(pa.array([PHONES[0], PHONES[0], None, "x"]))
    assert scrubbed("", runs).values.type == runs.type
    assert scrubbed("", runs).values.to_pylist() == ["<CN_MOBILE>", "<CN_MOBILE>", None, "x"]
    children = [pa.array([PHONES[0], "b"]), pa.array([NUMBERS[0]])]
    codes = pa.array([0, 1, 0], pa.int8())
    dense = pa.UnionArray.from_dense(codes, pa.array([0, 0, 1], pa.int32()), children)
    assert scrubbed("", dense).values.to_pylist() == ["<CN_MOBILE>", "<CN_MOBILE>", "b"]
    assert scrubbed("", dense.slice(1)).values.to_pylist() == ["<CN_MOBILE>", "b"]


def test_truth_values_and_times_of_day_are_never_touched():
    scrubber = Scrubber(fields=["x=label"])
    for values in (pa.array([True, None]), pa.array([dt.time(1, 2)]), pa.array([dt.timedelta(1)]), pa.nulls(2)):
        assert scrubbed("x", values, scrubber).values is values


TABLE = pa.table({
    "phone": pa.array([NUMBERS[0], 5], pa.int64()),
    "13812345678": ["电话13812345678", "y"],
    "13987654321": [True, None],
}).replace_schema_metadata({b"13812345678": b"13812345678", b"n": b'{"a":13812345678}', b"x": b"\xff"})  # fmt: skip


def test_names_and_metadata_are_scrubbed():
    field = pa.field("a", pa.string(), metadata={b"owner": b"13812345678"})
    table, counts = arrow.scrub_table(LABELS, TABLE.append_column(field, [["x", "y"]]))
    assert table.schema.names == ["phone", "<CN_MOBILE>", "<CN_MOBILE>_2", "a"]
    assert table.schema.metadata == {b"<CN_MOBILE>": b"<CN_MOBILE>", b"n": b'{"a":"<CN_MOBILE>"}', b"x": b"\xff"}
    assert table.field("a").metadata == {b"owner": b"<CN_MOBILE>"}
    assert counts == {"CN_MOBILE": 8}


def test_a_clean_table_comes_out_as_it_is():
    table = pa.table({"n": [1, 2], "t": ["好", None]}, metadata={b"pandas": b'{ "columns": [] }'})
    made, counts = arrow.scrub_table(LABELS, table)
    assert made.equals(table, check_metadata=True)
    assert not counts


@BOTH
def test_pandas_reads_the_frame_that_was_scrubbed(scrubber):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({
        "phone": [NUMBERS[0], 1],
        "text": ["电话13812345678", "x"],
        "13812345678": [1.5, 2.5],
        "c": pd.Categorical([NUMBERS[0], 5]),
    }, index=pd.Index(["a", "13812345678"], name="who"))  # fmt: skip
    frame.attrs = {"owner": NUMBERS[0], "list": [1, "a"]}
    made, _ = arrow.scrub_table(scrubber, pa.Table.from_pandas(frame))
    told = json.loads(made.schema.metadata[b"pandas"])
    assert [column["field_name"] for column in told["columns"]] == made.schema.names
    again = made.to_pandas()
    assert "13812345678" not in f"{made.schema.metadata} {again.to_dict()} {again.attrs}"
    assert again.index.name == "who"
    assert again.attrs["list"] == [1, "a"]
    assert str(again.dtypes["phone"]) == ("Int64" if scrubber is REDACTS else str(frame.dtypes["text"]))
    assert isinstance(again.dtypes["c"], pd.CategoricalDtype)


def test_numbers_as_names_of_columns_become_text_that_pandas_reads():
    pd = pytest.importorskip("pandas")
    made, _ = arrow.scrub_table(LABELS, pa.Table.from_pandas(pd.DataFrame([[1, 2]], columns=[NUMBERS[0], 5])))
    assert made.to_pandas().columns.tolist() == ["<CN_MOBILE>", "5"]


def test_readers_give_readers():
    texts = pa.table({"t": ["电话13812345678", "x"], "b": [True, None]})
    for table in (texts, TABLE):
        reader, counts = arrow.scrub(LABELS, table.to_reader(max_chunksize=1))
        assert isinstance(reader, pa.RecordBatchReader)
        made, total = arrow.scrub_table(LABELS, table)
        assert reader.read_all().to_pylist() == made.to_pylist()
        assert counts == total
    batch, _ = arrow.scrub(LABELS, TABLE.to_batches()[0])
    assert isinstance(batch, pa.RecordBatch)
    assert batch.to_pylist() == arrow.scrub_table(LABELS, TABLE)[0].to_pylist()
    assert arrow.scrub(LABELS, pa.array(["13812345678"]))[0].to_pylist() == ["<CN_MOBILE>"]


def test_a_plan_for_other_batches_is_no_plan():
    (batch,) = pa.table({"user": [{"phone": NUMBERS[0]}]}).to_batches()
    plan = first_pass(LABELS, batch.schema, lambda _: [])
    with pytest.raises(UsageError, match="plan") as error:
        plans.scrubbed(LABELS, plan, [batch])
    assert "138" not in str(error.value)


@pytest.mark.parametrize("values", [["13812345678", "x"], NUMBERS[:2]], ids=["text", "numbers"])
def test_a_reader_whose_columns_have_the_same_name_works_as_a_table_does(values):
    table = pa.Table.from_arrays([pa.array(values), pa.array(["好", "13987654321"])], ["phone", "phone"])
    reader, counts = arrow.scrub(LABELS, table.to_reader(max_chunksize=1))
    made, total = arrow.scrub_table(LABELS, table)
    assert reader.read_all().equals(made)
    assert counts == total
    assert [column.to_pylist() for column in made.columns] != [column.to_pylist() for column in table.columns]


def test_fields_that_may_not_be_null_may_be_where_values_went():
    schema = pa.schema([pa.field("phone", pa.int64(), nullable=False), pa.field("n", pa.int64(), nullable=False)])
    table = pa.table([pa.array([NUMBERS[0]]), pa.array([5])], schema=schema)
    made, _ = arrow.scrub_table(REDACTS, table)
    assert [field.nullable for field in made.schema] == [True, False]
    made.validate(full=True)


def test_tables_without_rows_or_columns_stay_what_they_are():
    for table in (pa.table({"phone": pa.array([], pa.int64())}), pa.table({}, metadata={b"a": b"b"})):
        made, counts = arrow.scrub_table(LABELS, table)
        assert made.schema.equals(table.schema)
        assert not counts


def maps(values, item):
    return pa.array([None if one is None else list(one.items()) for one in values], pa.map_(pa.string(), item))


CELLS = [
    {"phone": "05718765432", "password": "hunter2", "n": "7"},
    None,
    {},
    {"password": "Zx9!", "tok": "x", "phone": None},
    {"n": "hunter2", "备注": "无"},
]


@given(st.permutations(CELLS), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_a_key_of_a_map_tells_what_its_value_is_as_one_of_a_dictionary_does(cells, first):
    expected, _ = objects.scrub(LABELS, "", list(enumerate(cells[first:])))
    made = scrubbed("", maps(cells, pa.string()).slice(first)).values
    assert [None if one is None else dict(one) for one in made.to_pylist()] == expected


def test_a_key_of_a_map_counts_for_what_is_nested_in_its_value():
    lists = scrubbed("", maps([{"n": ["hunter2"], "password": ["hunter2", "Zx9!"]}], pa.list_(pa.string())))
    assert lists.values.to_pylist() == [[("n", ["hunter2"]), ("password", ["<SECRET>", "<SECRET>"])]]
    inner = pa.map_(pa.string(), pa.string())
    deep = scrubbed(
        "", maps([{"a": [("b", "hunter2"), ("password", "hunter2")]}, {"b": [("password", "Zx9!")]}], inner)
    )
    assert deep.values.to_pylist() == [
        [("a", [("b", "hunter2"), ("password", "<SECRET>")])],
        [("b", [("password", "<SECRET>")])],
    ]
    numbers = scrubbed("", maps([{"n": 4711, "password": 4711}], pa.int64()))
    assert numbers.values.to_pylist() == [[("n", "4711"), ("password", "<SECRET>")]]
    word = "天气abc".encode("gbk")
    gbk = scrubbed("", maps([{"n": word, "password": word}], pa.binary()))
    assert gbk.values.to_pylist() == [[("n", word), ("password", b"<SECRET>")]]


def test_a_key_of_a_map_counts_for_the_branch_of_a_union_that_its_value_has():
    values = pa.UnionArray.from_dense(
        pa.array([1, 0, 1], pa.int8()),
        pa.array([0, 0, 1], pa.int32()),
        [pa.array([1]), pa.array(["hunter2", "hunter2"])],
        ["int", "string"],
    )
    cell = pa.MapArray.from_arrays(pa.array([0, 3], pa.int32()), pa.array(["a", "b", "password"]), values)
    assert scrubbed("", cell).values.to_pylist() == [[("a", "hunter2"), ("b", 1), ("password", "<SECRET>")]]
    assert scrubbed("password", values).values.to_pylist() == ["<SECRET>", 1, "<SECRET>"]


def test_a_scan_of_maps_finds_what_is_scrubbed():
    found = list(typed.find(LABELS, [Column("m", maps(CELLS, pa.string()))]))
    assert [(one.name, one.row) for one in found] == [("m", 0), ("m", 0), ("m", 3)]
