"""Frames of pandas: the same type, index, nulls and clean cells come back, and nothing personal."""

import collections
import copy
import dataclasses
import datetime as dt
import decimal
import enum
import functools
import pickle
import subprocess
import sys
import types

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import anonkit
import anonkit.pandas
from anonkit import Action, Policy
from anonkit.errors import UsageError
from anonkit.keys.key import Key
from anonkit.scrubber import Scrubber
from anonkit.tables import objects, typed
from anonkit.tables.frames import label_name
from tests.frames import frame

KEY = Key.for_run()
KEY.outlives_run = True  # it stands for one in a file
PHONE, OTHER = "13812345678", "13987654321"
FRAMES = range(300)
LABEL = "<CN_MOBILE>"


@functools.cache
def scrubber(policy="anonymize"):
    return Scrubber(policy=policy)


def cells(column):
    """The cells of a column as objects, those that pandas has itself."""
    return list(column.array.to_numpy()) if column.dtype == object else list(column)


def shown(made):
    """All that one may see of a frame."""
    parts = [made, made.columns, made.columns.names, made.index, made.index.names, made.attrs]
    return "".join(map(repr, [*parts, *(cells(made.iloc[:, number]) for number in range(made.shape[1]))]))


@pytest.mark.parametrize("seed", FRAMES)
def test_a_random_frame_keeps_its_types_index_nulls_and_clean_cells_and_nothing_planted_is_left(seed):
    df, masks, planted = frame(seed)
    before = copy.deepcopy(df)
    own = [cells(df.iloc[:, number]) for number in range(df.shape[1])]
    made = anonkit.scrub(df)
    assert type(made) is type(df)
    assert made.shape == df.shape
    assert planted.traces(pickle.dumps(made), shown(made)) == []
    assert type(made.index) is type(df.index)
    assert made.index.nlevels == df.index.nlevels
    assert made.columns.nlevels == df.columns.nlevels
    for number, mask in enumerate(masks):
        old, new = df.iloc[:, number], made.iloc[:, number]
        _same_type(old, new, mask)
        assert new.isna().tolist() == old.isna().tolist()
        if not mask.any() and old.dtype != "category":
            assert new.dtype == old.dtype
            pd.testing.assert_series_equal(
                new.set_axis(range(len(new))), old.set_axis(range(len(old))), check_names=False
            )
        for row, (one, other) in enumerate(zip(cells(old), cells(new), strict=True)):
            if pd.api.types.is_object_dtype(old.dtype) and not mask[row]:
                assert other is one
            elif not mask[row] and not pd.api.types.is_scalar(one):
                assert str(other) == str(one)
            elif not mask[row] and not pd.isna(one):
                assert other == one or str(other) == str(one).removesuffix(".0")
    pd.testing.assert_frame_equal(df, before)
    assert df.attrs == before.attrs
    for number, old in enumerate(own):
        if pd.api.types.is_object_dtype(df.dtypes.iloc[number]):
            assert all(one is other for one, other in zip(old, cells(df.iloc[:, number]), strict=True))


def _same_type(old, new, mask):
    is_number = pd.api.types.is_numeric_dtype(old.dtype) and not pd.api.types.is_bool_dtype(old.dtype)
    if isinstance(old.dtype, pd.CategoricalDtype):
        assert isinstance(new.dtype, pd.CategoricalDtype)
        assert new.dtype.ordered == old.dtype.ordered
        assert new.dtype.categories.dtype == old.dtype.categories.dtype
    elif isinstance(old.dtype, pd.SparseDtype):
        assert isinstance(new.dtype, pd.SparseDtype)
    elif is_number and mask.any():
        assert new.dtype == (pd.ArrowDtype(pa.string()) if isinstance(old.dtype, pd.ArrowDtype) else "str")
    else:
        assert new.dtype == old.dtype


@pytest.mark.parametrize("policy", ["anonymize", "mask"])
@pytest.mark.parametrize("seed", FRAMES[:60])
def test_a_cell_becomes_what_it_becomes_alone(seed, policy):
    df, _, _ = frame(seed)
    s = scrubber(policy)
    made = s.scrub(df)
    for number, label in enumerate(df.columns):
        for one, other in zip(cells(df.iloc[:, number]), cells(made.iloc[:, number]), strict=True):
            text = objects.text_of(one)
            if text is None or objects.is_nested(one) or (pd.api.types.is_scalar(one) and pd.isna(one)):
                continue
            column = typed.Column(label_name(label), pa.array([text], pa.large_binary()))
            (alone,) = typed.scrub(s, [column])
            assert objects.text_of(other) == alone.values[0].as_py()  # noqa: PD011  of Arrow


def test_scrubbing_twice_changes_nothing():
    for seed in FRAMES[:40]:
        once = anonkit.scrub(frame(seed)[0])
        pd.testing.assert_frame_equal(anonkit.scrub(once), once)


def test_the_accessor_and_the_scrubber_give_the_same():
    df = pd.DataFrame({"phone": [PHONE, "x"]})
    for made in (df.anonkit.scrub(), scrubber().scrub(df), anonkit.scrub(df)):
        assert made["phone"].tolist() == [LABEL, "x"]
    assert df["phone"].anonkit.scrub().tolist() == [LABEL, "x"]
    assert df.anonkit.scrub(skip=["CN_MOBILE"])["phone"].tolist() == [PHONE, "x"]
    assert df.anonkit.scrub(policy="mask")["phone"].tolist() != [LABEL, "x"]


def policy(do, **entities):
    return Policy(do, "deidentify", Action(do), purpose="test", entities={k: Action(v) for k, v in entities.items()})


NULLABLE = {"int64": "Int64", "uint64": "UInt64"}


@pytest.mark.parametrize("dtype", ["int64", "uint64", "Int64", pd.ArrowDtype(pa.int64())], ids=str)
def test_numbers_with_findings_become_text_or_are_null_or_stay_as_the_policy_says(dtype):
    df = pd.DataFrame({"phone": pd.array([int(PHONE), 5], dtype=dtype)})
    is_arrow = isinstance(dtype, pd.ArrowDtype)
    labelled = anonkit.scrub(df)["phone"]
    assert labelled.tolist() == [LABEL, "5"]
    assert labelled.dtype == (pd.ArrowDtype(pa.string()) if is_arrow else "str")
    redacted = anonkit.scrub(df, policy("redact"))["phone"]
    assert redacted.isna().tolist() == [True, False]
    assert redacted.iloc[1] == 5
    assert redacted.dtype == (dtype if is_arrow else NULLABLE.get(dtype, dtype))
    kept = anonkit.scrub(df, policy("encrypt", CN_MOBILE="fpe"), KEY)["phone"]
    assert kept.dtype == df["phone"].dtype
    assert kept.iloc[1] == 5
    assert kept.iloc[0] != int(PHONE)
    assert len(str(kept.iloc[0])) == len(PHONE)


def test_objects_that_are_numbers_stay_numbers_where_they_can():
    values = [int(PHONE), np.int64(PHONE), float(PHONE), decimal.Decimal(PHONE), [int(PHONE)], np.array([int(PHONE)])]
    column = pd.Series(values, dtype=object, name="phone")
    made = anonkit.scrub(column, policy("encrypt", CN_MOBILE="fpe"), KEY)
    assert [type(x) for x in made] == [type(x) for x in column]
    assert made.iloc[5].dtype == np.int64
    assert len({int(np.ravel(x)[0]) for x in made}) == 1
    redacted = anonkit.scrub(column, policy("redact"))
    assert redacted.iloc[:2].tolist() == [None, None]
    assert redacted.iloc[4] == [None]


def test_clean_columns_are_not_copied():
    df = pd.DataFrame({"a": ["x", "y"], "n": [1, 2], "phone": [PHONE, "x"]})
    df["o"] = pd.Series([["a"], "b"], dtype=object)
    made = anonkit.scrub(df)
    assert np.shares_memory(made["n"].to_numpy(), df["n"].to_numpy())
    assert made["o"].iloc[0] is df["o"].iloc[0]


def test_the_input_does_not_change_with_the_result():
    df = pd.DataFrame({"n": [1, 2], "phone": [PHONE, "x"]})
    made = anonkit.scrub(df)
    made.loc[0, "n"] = 9
    made.columns = ["a", "b"]
    assert df["n"].tolist() == [1, 2]
    assert list(df.columns) == ["n", "phone"]


class Sub(pd.DataFrame):
    _metadata = ["note"]  # noqa: RUF012  as pandas has it

    @property
    def _constructor(self):
        return Sub


class SubSeries(pd.Series):
    @property
    def _constructor(self):
        return SubSeries


def test_subclasses_stay_what_they_are():
    df = Sub({"phone": [PHONE]})
    df.note = "kept"
    made = anonkit.scrub(df)
    assert type(made) is Sub
    assert made.note == "kept"
    assert type(anonkit.scrub(SubSeries([PHONE]))) is SubSeries


def test_nested_objects_keep_their_classes():
    Point = collections.namedtuple("Point", "phone y")  # noqa: PYI024
    default = collections.defaultdict(list, a=[PHONE])
    values = [
        Point(PHONE, 1),
        default,
        collections.OrderedDict([("a", PHONE)]),
        collections.Counter({PHONE: 3}),
        collections.deque([PHONE], maxlen=3),
        frozenset([PHONE]),
        np.array([[int(PHONE), 2]]),
        np.array([PHONE, "b"]),
        {PHONE: 1, OTHER: 2, LABEL: 3},
        [[1, 2], [PHONE, 4]],
    ]
    made = anonkit.scrub(pd.Series(values, dtype=object)).tolist()
    assert made[0] == Point(LABEL, 1)
    assert isinstance(made[0], Point)
    assert made[1] == {"a": [LABEL]}
    assert made[1].default_factory is list
    assert made[2] == collections.OrderedDict([("a", LABEL)])
    assert made[3] == collections.Counter({LABEL: 3})
    assert made[4] == collections.deque([LABEL])
    assert made[4].maxlen == 3
    assert made[5] == frozenset([LABEL])
    assert made[6].tolist() == [[LABEL, 2]]
    assert made[7].tolist() == [LABEL, "b"]
    assert made[8] == {f"{LABEL}_2": 1, f"{LABEL}_3": 2, LABEL: 3}
    assert made[9] == [[1, 2], [LABEL, 4]]
    assert default["a"] == [PHONE]


def test_tables_and_arrays_of_any_kind_in_cells_are_scrubbed():
    frame_in = pd.DataFrame({"a": [PHONE]})
    hidden = np.ma.array([int(PHONE), 2], mask=[True, False])
    records = np.array([(int(OTHER), PHONE)], dtype=[("a", "i8"), ("b", "U11")])
    clean = pd.Series(["x"])
    values = [frame_in, {"s": pd.Series([PHONE])}, hidden, records, clean, pa.array([PHONE]), pd.Period("2024")]
    made = anonkit.scrub(pd.Series(values, dtype=object)).tolist()
    assert made[0]["a"].tolist() == [LABEL]
    assert made[1]["s"].tolist() == [LABEL]
    assert made[2].tolist() == [None, 2]
    assert int(PHONE).to_bytes(8, "little") not in pickle.dumps(made[2])
    assert made[3].tolist() == [(LABEL, LABEL)]
    assert made[4] is clean
    assert made[5].to_pylist() == [LABEL]
    assert made[6] is values[6]
    assert frame_in["a"].tolist() == [PHONE]


def test_fields_of_structured_arrays_in_cells_are_names_as_keys_of_dictionaries_are():
    kind = np.dtype([("password", "O"), ("who", [("birthday", "U10"), ("day", "U10")])])
    records = np.array([("hunter2abc", ("1990-07-12", "1990-07-12"))], kind)
    made = anonkit.scrub(pd.Series([{"all": records}, {"one": records[0]}]))
    want = ("<SECRET>", ("<DATE_OF_BIRTH>", "1990-07-12"))
    assert made[0]["all"].tolist() == [want]
    assert made[1]["one"] == want
    clean = np.array([(1, 2)], [("a", "i8"), ("b", "i8")])
    cells = [{"all": clean}, {"one": clean[0]}]
    assert [*anonkit.scrub(pd.Series(cells))] == cells


def test_numbers_that_arrow_does_not_have_are_read_too():
    for dtype in (">i8", np.longdouble):
        assert anonkit.scrub(pd.Series(np.array([int(PHONE), 1], dtype))).tolist() == [LABEL, "1"]
    half = pd.Series(np.array([1, 1.5], np.float16))
    assert anonkit.scrub(half).dtype == np.float16
    assert anonkit.scrub(pd.Series([10**30, 10**30 + int(PHONE)], dtype=object)).tolist()[0] == 10**30


def test_sparse_values_and_what_fills_the_rest_are_scrubbed():
    made = anonkit.scrub(pd.Series(pd.arrays.SparseArray([int(PHONE), int(PHONE), 3], fill_value=int(PHONE))))
    assert made.tolist() == [LABEL, LABEL, 3]
    assert isinstance(made.dtype, pd.SparseDtype)
    assert made.sparse.fill_value == LABEL


def test_intervals_and_periods_become_text_only_where_they_say_something():
    ends = pd.arrays.IntervalArray.from_tuples([(0, 1), (int(PHONE), int(PHONE) + 1)])
    assert anonkit.scrub(pd.Series(ends)).tolist() == ["(0, 1]", f"({LABEL}, {LABEL}]"]
    for clean in (pd.interval_range(0, periods=2), pd.period_range("2024-01", periods=2, freq="M")):
        assert anonkit.scrub(pd.Series(clean)).dtype == clean.dtype
        assert anonkit.scrub(clean) is clean


def test_a_policy_with_linked_is_told():
    with pytest.raises(UsageError, match="linked"):
        Scrubber(policy=dataclasses.replace(policy("label"), combination="linked")).scrub(pd.DataFrame({"a": ["x"]}))


def test_a_key_tells_what_its_value_is():
    secret = "Zx9!kQ2#"
    made = anonkit.scrub(pd.Series([{"user": {"password": secret}}, secret], dtype=object)).tolist()
    assert secret not in repr(made[0])
    assert made[1] == secret


class Account:
    """An object of one's own, which prints what it holds, and is asked once."""

    def __init__(self, phone):
        self.phone, self.times = phone, 0

    def __repr__(self):
        self.times += 1
        return f"Account({self.phone})" if self.times == 1 else "Account()"


class Mute:
    """An object that cannot be printed."""

    def __repr__(self):
        raise RuntimeError(PHONE)


class Place(enum.StrEnum):
    """Text that is an Enum as well."""

    HOME = PHONE
    WORK = "a"


def test_objects_of_other_classes_are_scrubbed_as_they_print():
    own, clean, mute, plain = Account(PHONE), Account("无"), Mute(), object()
    cells = [
        own,
        clean,
        mute,
        plain,
        [Mute(), Account(PHONE)],
        {"a": types.SimpleNamespace(phone=PHONE)},
        ValueError(PHONE),
    ]
    made = anonkit.scrub(pd.Series([*cells, *Place, pd.NA, 1j], dtype=object)).tolist()
    assert made[0] == f"Account({LABEL})"
    assert made[1:4] == [clean, mute, plain]
    assert made[4] == [cells[4][0], f"Account({LABEL})"]
    assert made[5] == {"a": f"namespace(phone='{LABEL}')"}
    assert made[6] == LABEL
    assert made[7:9] == [LABEL, Place.WORK]
    assert made[9] is pd.NA
    (cell,) = anonkit.scrub(pd.Series([Account("hunter2")], name="password"))
    assert cell == "<SECRET>"
    assert anonkit.scan(pd.Series([Account(PHONE)], dtype=object))["entity"].tolist() == ["CN_MOBILE"]


def test_an_object_that_holds_itself_is_told():
    cell = [PHONE]
    cell.append(cell)
    deep = [PHONE]
    for _ in range(5000):
        deep = [deep]
    for one in (cell, deep):
        with pytest.raises(UsageError) as error:
            anonkit.scrub(pd.Series([one], dtype=object))
        assert PHONE not in str(error.value)


def test_half_surrogates_do_no_harm():
    bad = "\ud800 " + PHONE
    made = anonkit.scrub(pd.Series([bad, "\udc00"], dtype=object))
    assert made.tolist() == ["\ud800 " + LABEL, "\udc00"]


def test_categories_that_become_equal_are_one_and_unused_ones_are_scrubbed():
    column = pd.Series(pd.Categorical([PHONE, "a", OTHER], categories=[PHONE, OTHER, "a", "15912345678"], ordered=True))
    made = anonkit.scrub(column)
    assert made.tolist() == [LABEL, "a", LABEL]
    assert list(made.cat.categories) == [LABEL, "a"]
    assert made.cat.ordered
    numbers = anonkit.scrub(pd.Series(pd.Categorical([int(PHONE), 5])))
    assert numbers.tolist() == [LABEL, "5"]


def test_columns_whose_names_become_equal_are_kept_apart():
    df = pd.DataFrame([[1, 2, 3, 4]], columns=[PHONE, OTHER, "a", "a"])
    made = anonkit.scrub(df)
    assert list(made.columns) == [LABEL, f"{LABEL}_2", "a", "a"]
    assert made.iloc[0].tolist() == [1, 2, 3, 4]
    levels = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", PHONE), ("a", OTHER)]))
    assert list(anonkit.scrub(levels).columns) == [("a", LABEL), ("a", f"{LABEL}_2")]
    numbers = pd.DataFrame([[1, 2]], columns=[int(PHONE), 7])
    assert anonkit.scrub(numbers).columns.astype(str).tolist() == [LABEL, "7"]


def test_an_index_is_scrubbed_as_the_column_that_it_was():
    df = pd.DataFrame({"password": ["Zx9!kQ2#", "hunter22"], "n": [1, 2]})
    made = anonkit.scrub(df.set_index("password")).reset_index()
    pd.testing.assert_frame_equal(made, anonkit.scrub(df))


@pytest.mark.parametrize("step", [1, 3, -1000])
def test_phones_that_pandas_takes_for_a_range_are_scrubbed(step):
    first = int(PHONE)
    index = pd.RangeIndex(first, first + 3 * step, step)
    assert anonkit.scrub(pd.DataFrame({"a": range(3)}, index=index)).index.tolist() == [LABEL] * 3
    assert anonkit.scrub(pd.Series(range(3), index=index)).index.tolist() == [LABEL] * 3
    assert anonkit.scrub(index).tolist() == [LABEL] * 3
    assert anonkit.scrub(pd.DataFrame([[1, 2, 3]], columns=index)).columns.tolist() == [
        LABEL,
        f"{LABEL}_2",
        f"{LABEL}_3",
    ]
    levels = pd.MultiIndex.from_product([index, ["a"]])
    assert anonkit.scrub(levels).get_level_values(0).tolist() == [LABEL] * 3
    found = anonkit.scan(pd.DataFrame({"a": range(3)}, index=index))
    assert found["row"].tolist() == [0, 1, 2]


def test_a_range_with_the_name_of_a_key_is_scrubbed_as_its_column():
    index = pd.RangeIndex(123456, 123459, name="password")
    assert anonkit.scrub(pd.DataFrame({"a": range(3)}, index=index)).index.tolist() == ["<SECRET>"] * 3


@pytest.mark.parametrize("index", [pd.RangeIndex(3), pd.RangeIndex(5_000_000, 5_000_003), pd.RangeIndex(10, 4, -2)])
def test_numbers_of_rows_stay_a_range(index):
    made = anonkit.scrub(pd.DataFrame({"a": range(3)}, index=index)).index
    assert isinstance(made, pd.RangeIndex)
    assert made.equals(index)


@pytest.mark.parametrize(
    "name", "token api_key apiKey session session_id cookie secret access_token refresh_token password otp".split()
)
def test_a_column_of_secrets_is_judged_as_strictly_as_a_log_and_json(name):
    for value in "12345678 a1b2c3d4 hunter2 abcdefgh Zx9kQ2aa71 deadbeefcafebabe 请登录 1 null".split():
        (cell,) = anonkit.scrub(pd.Series([value], name=name))
        texts = [f"{name}={value} x=1", f'{{"{name}":"{value}"}}']
        assert cell != value or [anonkit.scrub(text) for text in texts] == texts


def test_levels_keep_their_rows():
    index = pd.MultiIndex.from_tuples([(PHONE, 1), ("a", 2), (OTHER, 1)], names=["phone", f"tel {PHONE}"])
    made = anonkit.scrub(pd.DataFrame({"x": [1, 2, 3]}, index=index)).index
    assert made.tolist() == [(LABEL, 1), ("a", 2), (LABEL, 1)]
    assert list(made.names) == ["phone", f"tel {LABEL}"]


def test_an_index_alone_and_a_series_are_scrubbed():
    assert anonkit.scrub(pd.Index([PHONE, "a"])).tolist() == [LABEL, "a"]
    index = pd.Index(["a", "b"])
    assert anonkit.scrub(index) is index
    made = anonkit.scrub(pd.Series([1], name=PHONE, index=[OTHER]))
    assert (made.name, made.index.tolist()) == (LABEL, [LABEL])


def test_what_lies_under_a_null_or_beside_a_slice_is_gone():
    hidden = pd.arrays.IntegerArray(np.array([int(PHONE), 5]), np.array([True, False]))
    made = anonkit.scrub(pd.DataFrame({"a": hidden}))
    assert int(PHONE).to_bytes(8, "little") not in pickle.dumps(made)
    assert made["a"].dtype == "Int64"
    sliced = pd.DataFrame({"a": [PHONE, "x"], "b": pd.array([PHONE, "y"], dtype=pd.ArrowDtype(pa.string()))}).iloc[1:]
    assert PHONE.encode() not in pickle.dumps(anonkit.scrub(sliced))


def test_dates_that_become_text_or_stay(tmp_path):
    df = pd.DataFrame({"birthday": pd.to_datetime(["1990-01-02", None]), "o": [dt.date(1990, 1, 2), None]})
    df["o"] = df["o"].astype(object)
    made = anonkit.scrub(df)
    assert made["birthday"].isna().tolist() == [False, True]
    assert "1990-01-02" not in repr(made["birthday"].tolist())
    assert made["o"].tolist() == [dt.date(1990, 1, 2), None]


def test_findings_are_places_without_values():
    df = pd.DataFrame(
        {
            "备注": ["电话：" + PHONE, "x"],
            f"t{PHONE}": [1, 2],
            "c": pd.Categorical([OTHER, OTHER], categories=[OTHER, PHONE]),
            "o": pd.Series([{"user": [PHONE]}, decimal.Decimal(1)], dtype=object),
        }
    )
    found = df.anonkit.scan()
    assert list(found.columns) == ["column", "row", "entity", "start", "end", "confidence"]
    places = set(found[["column", "row", "start", "end"]].itertuples(index=False, name=None))
    assert {("备注", 0, 3, 14), ("c", 0, 0, 11), ("c", 1, 0, 11), ("c", -1, 0, 11), ("o.user", 0, 0, 11)} <= places
    assert PHONE not in found.to_csv()
    assert not len(anonkit.scan(pd.DataFrame()))
    assert len(anonkit.scan(pd.Series([PHONE]))) == 1


def test_a_profile_has_all_columns():
    df = pd.DataFrame({"phone": [PHONE], "o": [{"a": 1}], "b": [True]}, index=pd.Index(["x"], name="k"))
    assert [column.name for column in df.anonkit.profile().columns] == ["phone", "o", "b", "k"]


def test_other_things_are_told_and_nothing_heavy_is_imported():
    for one in (7, [PHONE], {"a": PHONE}):
        with pytest.raises(TypeError, match="anonkit scrubs"):
            anonkit.scrub(one)
    heavy = "[m for m in ('pandas', 'pyarrow', 'polars') if m in sys.modules]"
    code = f"import sys, anonkit; anonkit.scrub('a'); print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_reader_of_batches_is_scrubbed_as_it_is_read_with_the_key_of_its_run():
    run = dataclasses.replace(policy("pseudonym"), promise="anonymize")
    reader = pa.table({"phone": [PHONE, "x", PHONE]}).to_reader(1)
    made = anonkit.scrub(reader, run)
    assert isinstance(made, pa.RecordBatchReader)
    one, other, again = made.read_all()["phone"].to_pylist()
    assert (other, one) == ("x", again)
    assert PHONE not in one


def test_shifted_dates_go_with_the_person_of_their_row():
    df = pd.DataFrame({"姓名": ["张伟", "李强"] * 3, "生日": ["1990-01-02"] * 6, "n": range(6)})
    made = anonkit.scrub(df, policy("pseudonym", DATE_OF_BIRTH="shift"), KEY)
    assert made["生日"].nunique() <= 2
    assert made.groupby("姓名")["生日"].nunique().tolist() == [1, 1]
