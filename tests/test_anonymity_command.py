"""`anonkit anonymize`, and `anonkit scrub` under a policy with `[table]`: files leave k-anonymous, or not at all."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import subprocess
import sys
import zipfile
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests import command
from tests.in_process import run

PHONE = "13800138000"
HEADER = ["姓名", "手机号", "性别", "年龄", "邮编", "诊断"]
QUASI = ["性别", "年龄", "邮编"]


def people(number=400):
    """Made-up people."""
    chance = random.Random(3)
    return [
        [
            chance.choice("王李张刘陈") + chance.choice(["伟", "芳", "娜", "敏", "静"]),
            f"138{chance.randrange(10**8):08d}",
            chance.choice("男女"),
            str(chance.randrange(20, 70)),
            chance.choice(["100080", "100081", "200030", "200031", "310000"]),
            chance.choice(["感冒", "糖尿病", "骨折", "高血压"]),
        ]
        for _ in range(number)
    ]


def written(rows, delimiter=",", **options):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=options.pop("lineterminator", "\n"), **options).writerows(rows)
    return out.getvalue()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(written([HEADER, *people()]), encoding="utf-8")
    return path


def rows_of(data, encoding="utf-8", delimiter=","):
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))


def least_class(rows, quasi=QUASI):
    """The size of the smallest class of a table with a header; suppressed rows are none."""
    header, *body = rows
    places = [header.index(name) for name in quasi]
    counts = Counter(tuple(row[place] for place in places) for row in body)
    counts.pop(("*",) * len(places), None)
    return min(counts.values())


def assert_refused(done, code, *parts):
    """One sentence that tells what is asked for, and no output."""
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (code, b""), said
    assert said.startswith("anonkit: error: ")
    assert said.count("\n") == 1
    assert "Traceback" not in said
    for part in parts:
        assert part in said
    return said


def test_a_csv_leaves_k_anonymous_with_its_direct_identifiers_replaced(table, tmp_path):
    out, report = tmp_path / "out.csv", tmp_path / "report.json"
    done = run("anonymize", table, "-o", out, "--quasi", "性别,年龄,邮编", "--k", 7, "--report", report)
    assert done.returncode == 0, done.stderr
    made, before = rows_of(out.read_bytes()), [HEADER, *people()]
    assert made[0] == HEADER
    assert len(made) == len(before)
    assert least_class(before) < 7 <= least_class(made)
    assert {row[1] for row in made[1:]} <= {"<CN_MOBILE>", ""}
    assert all(now[5] in (old[5], "") for now, old in zip(made, before, strict=True))
    said = json.loads(report.read_text(encoding="utf-8"))
    (told,) = said["tables"]
    assert told["is_optimal"] is True
    assert told["suppressed"] == sum(row[2] == "*" for row in made) <= told["suppressed_limit"] == 20
    assert [one["name"] for one in told["columns"]] == QUASI
    assert said["counts"]["CN_MOBILE"] == sum(row[1] != "" for row in made[1:])


def test_the_models_of_the_command_hold(table):
    done = run(
        "anonymize", table, "--quasi", "性别", "--quasi", "年龄,邮编", "--sensitive", "诊断", "--l", 4, "--t", 0.3,
        "--suppress", 0,
    )  # fmt: skip
    made = rows_of(done.stdout)
    classes = {}
    for row in made[1:]:
        classes.setdefault(tuple(row[2:5]), set()).add(row[5])
    assert min(map(len, classes.values())) == 4
    said = done.stderr.decode()
    assert "k = 5, distinct l = 4 of 诊断, t (equal distance) = 0.3 of 诊断 in 性别 (level" in said
    assert "0 of 400 rows suppressed (0 allowed)" in said


def test_a_policy_asks_for_it_with_files_beside_itself(table, tmp_path):
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "age.csv").write_text("".join(f"{n};{n // 25};*\n" for n in range(20, 70)), encoding="utf-8")
    policy = folder / "share.toml"
    policy.write_text(
        'promise = "anonymize"\ndefault = "label"\n[table]\nk = 9\nquasi = ["性别", "年龄"]\nsuppress = 0\n'
        '[table.hierarchies]\n"年龄" = "age.csv"\n',
        encoding="utf-8",
    )
    done = run("scrub", table, "--policy", policy)
    assert done.returncode == 0, done.stderr
    made = rows_of(done.stdout)
    assert {row[3] for row in made[1:]} == {"0", "1", "2"}
    assert least_class(made, ["性别", "年龄"]) >= 9
    # the command says more exactly what the policy says
    finer = run("anonymize", table, "--policy", policy, "--k", 2, "--suppress", 0.5)
    assert "k = 2 in 性别 (level 0 of 1), 年龄 (level 0 of 2)" in finer.stderr.decode()


def test_public_leaves_a_table_k_anonymous_in_what_the_profile_tells(table, tmp_path):
    report = tmp_path / "report.json"
    done = run("scrub", table, "--policy", "public", "--report", report)
    assert done.returncode == 0
    assert least_class(rows_of(done.stdout)) >= 20
    said = done.stderr.decode()
    assert "k = 20 in 性别 (level" in said
    (told,) = json.loads(report.read_text(encoding="utf-8"))["tables"]
    assert [one["name"] for one in told["columns"]] == QUASI
    assert all("anonkit.profile" in one["why"] for one in told["columns"])
    assert run("scrub", table, "--policy", "public", "--check").returncode == 1


def test_public_scrubs_logs_and_tables_without_quasi_identifiers_as_before(tmp_path):
    log, orders = tmp_path / "app.log", tmp_path / "orders.csv"
    log.write_text(f"手机{PHONE}\n", encoding="utf-8")
    orders.write_text(f"order,手机号\nA1,{PHONE}\nA2,{PHONE}\n", encoding="utf-8")
    done = run("scrub", log, "--policy", "public")
    assert done.stdout.decode() == "手机<CN_MOBILE>\n"
    assert done.stderr.count(b"\n") == 1
    done = run("scrub", orders, "--policy", "public")
    assert done.stdout.decode() == "order,手机号\nA1,<CN_MOBILE>\nA2,<CN_MOBILE>\n"
    assert "no column is a quasi-identifier" in done.stderr.decode()


def test_the_form_of_a_csv_stays(tmp_path):
    rows = [["名,称", *HEADER[2:]], *([f'说 "{n}"', *row[2:]] for n, row in enumerate(people()))]
    path = tmp_path / "people.csv"
    path.write_bytes(written(rows, ";", lineterminator="\r\n").encode("gb18030"))
    done = run("anonymize", path, "--quasi", "性别,年龄,邮编", "--suppress", 0)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b"\r\n") == done.stdout.count(b"\n") == 401
    made = rows_of(done.stdout, "gb18030", ";")
    assert [row[0] for row in made] == [row[0] for row in rows]
    marked = b"\xef\xbb\xbf" + written(rows, lineterminator="\n").rstrip("\n").encode()
    path.write_bytes(marked)
    done = run("anonymize", path, "--quasi", "性别,年龄,邮编", "--suppress", 0)
    assert done.stdout.startswith(b"\xef\xbb\xbf")
    assert not done.stdout.endswith(b"\n")
    assert [row[0] for row in rows_of(done.stdout, "utf-8-sig")] == [row[0] for row in rows]


def test_compressed_and_archived_tables_and_stdin_are_read(table, tmp_path):
    data = table.read_bytes()
    words = ["--quasi", "性别,年龄,邮编", "--quiet"]
    plain = run("anonymize", table, *words).stdout
    assert command.run("anonymize", "-", *words, data=data).stdout == plain
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(data))
    assert gzip.decompress(run("anonymize", tmp_path / "a.csv.gz", *words).stdout) == plain
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", data)
    made = run("anonymize", tmp_path / "a.zip", *words).stdout
    assert zipfile.ZipFile(io.BytesIO(made)).read("a.csv") == plain


@pytest.mark.parametrize("form", ["parquet", "arrow", "arrows"])
def test_binary_tables_stay_what_they_are(form, tmp_path):
    columns = dict(zip(HEADER, map(list, zip(*people(), strict=True)), strict=True))
    columns["年龄"] = [int(n) for n in columns["年龄"]]
    before, path, out = pa.table(columns), tmp_path / f"people.{form}", tmp_path / f"out.{form}"
    if form == "parquet":
        pq.write_table(before, path, compression="zstd", row_group_size=150)
    else:
        with (pa.ipc.new_file if form == "arrow" else pa.ipc.new_stream)(path, before.schema) as writer:
            writer.write_table(before)
    done = run("anonymize", path, "-o", out, "--quasi", "性别,年龄,邮编", "--suppress", 0)
    assert done.returncode == 0, done.stderr
    if form == "parquet":
        made = pq.read_table(out)
        about = pq.ParquetFile(out).metadata
        assert (about.row_group(0).num_rows, about.row_group(0).column(0).compression) == (150, "ZSTD")
    else:
        made = (pa.ipc.open_file if form == "arrow" else pa.ipc.open_stream)(pa.OSFile(str(out))).read_all()
    assert made.column_names == HEADER
    assert set(made.column("手机号").to_pylist()) == {"<CN_MOBILE>"}
    assert made.column("诊断").to_pylist() == columns["诊断"]
    assert least_class([HEADER, *([str(cell) for cell in row.values()] for row in made.to_pylist())]) >= 5


def test_what_cannot_be_reached_is_one_sentence_and_no_output(table, tmp_path):
    out = tmp_path / "out.csv"
    flat = tmp_path / "flat.csv"
    flat.write_text("".join(f"{n};{n}\n" for n in range(20, 70)), encoding="utf-8")
    words = ["--quasi", "年龄", "--hierarchy", f"年龄={flat}", "--k", 30, "--suppress", 0, "-o", out]
    assert_refused(run("anonymize", table, *words), 2, "people.csv: no generalisation gives what is asked", "suppress")
    assert not out.exists()
    out.write_text("before", encoding="utf-8")
    assert_refused(run("anonymize", table, "-o", out, "--quasi", "年龄", "--k", 401), 2, "k is 401", "400 rows")
    assert out.read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize(
    ("words", "code", "parts"),
    [
        (["--quasi", "年令"], 2, ['people.csv: the table has no column "年令"']),
        (["--quasi", "年龄", "--sensitive", "病", "--l", 2], 2, ['people.csv: the table has no column "病"']),
        (["--quasi", "年龄", "--sensitive", "诊断"], 2, ["--sensitive alone asks for nothing; add --l"]),
        (["--quasi", "年龄", "--l", 2], 2, ["people.csv: l is asked of a sensitive column"]),
        (["--quasi", "年龄", "--k", 0], 2, ["people.csv: k is a whole number from 1"]),
        (["--quasi", "年龄", "--suppress", 2], 2, ["suppress is the share of rows", "from 0 to 1"]),
        (["--quasi", "年龄", "--t", 2, "--sensitive", "诊断"], 2, ["people.csv: t is a number from 0 to 1"]),
        (["--quasi", "年龄", "--weight", "年龄=x"], 2, ["--weight COLUMN=X: X is a number"]),
        (["--quasi", "年龄", "--hierarchy", "age.csv"], 2, ["write COLUMN=FILE"]),
        (["--quasi", "年龄", "--hierarchy", "邮编=zip.csv"], 2, ['column "邮编", which is no quasi-identifier']),
        (["--quasi", "年龄", "--hierarchy", "年龄=no-such.csv"], 3, ["no-such.csv: cannot be read"]),
        (["--quasi", "年龄", "--report", "-"], 2, ["cannot both go to stdout"]),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_one_sentence(words, code, parts, table):
    assert_refused(run("anonymize", table, *words), code, *parts)


@pytest.mark.parametrize(
    ("content", "code", "parts"),
    [
        ("20;20-29;*\n21;20-29\n", 2, ["line 2"]),
        ("", 2, ["there is no row"]),
        ("20,20-29,*\n", 2, ["one level only"]),
        ('20;"20-29;*\n', 2, ["no line of a CSV file"]),
        ("20;20-29;*\n", 2, ["lacks 49 of its 50 values", "people.csv", "add a row for each in "]),
    ],
)  # fmt: skip
def test_a_hierarchy_that_is_wrong_is_told_with_its_file(content, code, parts, table, tmp_path):
    path = tmp_path / "age.csv"
    path.write_text(content, encoding="utf-8")
    said = assert_refused(
        run("anonymize", table, "--quasi", "年龄", "--hierarchy", f"年龄={path}"), code, str(path), *parts
    )
    assert "20-29" not in said


@pytest.mark.parametrize(
    ("content", "name", "code", "parts"),
    [
        (b"", "a.csv", 3, ["a.csv: holds no table"]),
        (b"age,sex\n20,f\n21,m,x\n", "a.csv", 3, ["1 row has more or fewer cells", "row 2", "correct or delete"]),
        (gzip.compress(b"age,sex\n" + b"20,f\n" * 9999, mtime=0)[:60], "a.csv.gz", 3, ["damaged or cut off"]),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.csv", 3, ["is a PNG image"]),
        (b"PAR1" + bytes(99), "a.parquet", 3, ["a Parquet file that is damaged or cut off"]),
    ],
)  # fmt: skip
def test_an_input_that_is_no_whole_table_is_told(content, name, code, parts, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    assert_refused(run("anonymize", path, "--quasi", "age"), code, *parts)


def test_one_file_is_taken_at_a_time(table):
    (table.parent / "b.csv").write_bytes(table.read_bytes())
    said = assert_refused(
        run("anonymize", table.parent / "*.csv", "--quasi", "年龄"), 2, "2 files; anonymize takes one"
    )
    assert "--out-dir" not in said
    assert_refused(run("anonymize", table.parent / "no.csv", "--quasi", "年龄"), 3, "no such file or folder")


def test_a_header_without_rows_stays_one(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"age,sex\n")
    done = run("anonymize", path, "--quasi", "age,sex")
    assert (done.returncode, done.stdout) == (0, b"age,sex\n")


def test_a_workbook_is_refused_under_a_policy_with_table(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [HEADER, *people(9)]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert_refused(run("scrub", tmp_path / "a.xlsx", "--policy", "public"), 2, "save it as CSV or Parquet")


def test_no_table_is_written_over_what_it_is_made_of(table, tmp_path):
    path = tmp_path / "age.csv"
    path.write_text("".join(f"{n};*\n" for n in range(20, 70)), encoding="utf-8")
    words = ["--quasi", "年龄", "--hierarchy", f"年龄={path}"]
    assert_refused(run("anonymize", table, *words, "-o", path), 2, "is a hierarchy of this run")
    assert_refused(run("anonymize", table, *words, "-o", table), 2, "is the input itself")
    assert_refused(run("anonymize", table, *words, "--report", path), 2, "--report")


def test_suppressed_rows_and_released_values_give_no_direct_identifier_away(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("号码,年龄,备注\n" + f"{PHONE},20,x\n" * 9 + "13912345678,30,客户李四\n", encoding="utf-8")
    done = run("anonymize", path, "--quasi", "号码,年龄", "--suppress", 0.2)
    assert done.returncode == 0, done.stderr
    made = rows_of(done.stdout)
    assert PHONE.encode() not in done.stdout + done.stderr
    assert made[-1] == ["*", "*", ""]


def test_the_page_of_a_report_tells_what_it_cost(tmp_path):
    path, page = tmp_path / "a.csv", tmp_path / "a.html"
    path.write_text("age,sex\n" + "20,f\n20,f\n21,m\n" * 4, encoding="utf-8")
    assert run("anonymize", path, "-o", tmp_path / "out.csv", "--quasi", "age,sex", "--report", page).returncode == 0
    told = page.read_text(encoding="utf-8")
    assert told.startswith("<!doctype html>")
    assert "<th>asked</th><td>k = 5</td>" in told


GOLDEN = {
    "rows": 12, "suppressed": 4, "suppressed_limit": 6, "asked": "k = 5", "loss_name": "normalised", "is_optimal": True,
    "nodes": 4,
}  # fmt: skip
COLUMN = {"name": "sex", "why": "named by the caller", "level": 0, "levels": 2, "before": 2, "after": 1}


def test_the_report_of_a_small_table_is_this(tmp_path):
    path, report = tmp_path / "a.csv", tmp_path / "a.json"
    (tmp_path / "age.csv").write_text("20;*\n21;*\n", encoding="utf-8")
    path.write_text("age,sex\n" + "20,f\n20,f\n21,m\n" * 4, encoding="utf-8")
    done = run(
        "anonymize", path, "-o", tmp_path / "out.csv", "--quasi", "age,sex", "--suppress", 0.5, "--report", report,
        "--hierarchy", f"age={tmp_path}/age.csv",
    )  # fmt: skip
    (told,) = json.loads(report.read_text(encoding="utf-8"))["tables"]
    assert done.stderr.decode().splitlines()[-1] == (
        f"anonkit: {path}: k = 5 in age (level 0 of 1), sex (level 0 of 1); 4 of 12 rows suppressed (6 allowed);"
        f" normalised loss 0.3333, optimal, {told['nodes_checked']} of 4 nodes checked"
    )
    assert {name: told[name] for name in GOLDEN} == GOLDEN
    assert {name: told["columns"][1][name] for name in COLUMN} == COLUMN
    assert told["columns"][0]["hierarchy"] == "given"
    assert told["after"]["least"] == told["after"]["rows"] == 8


@pytest.mark.parametrize("words", [["scrub", "a.log", "--policy", "public"], ["anonymize", "a.csv", "--quasi", "age"]])
def test_a_command_loads_no_more_than_it_needs(words, tmp_path):
    (tmp_path / "a.log").write_text(f"手机{PHONE}\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text("age\n" + "20\n" * 9, encoding="utf-8")
    code = (
        "import sys; from anonkit.cli import main; main(sys.argv[1:]); print('LOADED', *sys.modules, file=sys.stderr)"
    )
    whole = [sys.executable, "-c", code, *words]
    done = subprocess.run(whole, env=command.ENVIRONMENT, cwd=tmp_path, check=True, capture_output=True)
    loaded = set(done.stderr.decode().split("LOADED", 1)[1].split())
    assert not loaded & {"pandas", "presidio_analyzer", "jieba", "spacy", "polars", "matplotlib"}
    assert ("pyarrow" in loaded) is (words[0] == "anonymize")
