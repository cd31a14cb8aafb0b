"""Where do policies come from, and what is said of a file that is none?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit import catalog
from anonkit.commands.policy import changes
from anonkit.errors import CardError, PolicyError
from anonkit.model import Action, NameSources, Policy, TableRule, Values
from anonkit.policy import check, files, schema
from anonkit.transform.operations import OPERATIONS
from tests.command import run

CARDS = catalog.load(examples=False)
MINIMAL = 'promise = "deidentify"\ndefault = "encrypt"\n'
DATA = Path(__file__).parent / "data" / "policies"


def loaded(text, name="share.toml"):
    return check.load(text, "share", CARDS, name)


def refused(text):
    with pytest.raises(PolicyError) as error:
        loaded(text)
    return str(error.value)


@pytest.mark.parametrize("name", files.BUILTINS)
def test_a_built_in_policy_passes_the_check_of_a_users_file(name):
    assert loaded(files.text(name)) == replace(files.load(name, CARDS), name="share", source="share.toml")


@pytest.mark.parametrize("name", files.BUILTINS)
def test_a_built_in_policy_names_the_clauses_that_it_carries(name):
    text = files.text(name)
    assert re.search(r"# .*(PIPL|GB/T 35273)", text)
    assert re.search("[\u4e00-\u9fff]", files.load(name, CARDS).title)
    for line in text.splitlines():
        assert len(line) <= 120


def test_every_file_of_the_folder_is_a_built_in_policy():
    assert {path.stem for path in (Path(files.__file__).parent / "builtin").glob("*")} == set(files.BUILTINS)


def test_a_built_in_policy_needs_no_pydantic():
    program = (
        "from anonkit import catalog; from anonkit.policy import files; import sys;"
        "files.is_builtin(files.load('share-affiliate', catalog.load(examples=False)));"
        "print({'pydantic', 'faker', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "set()"


def test_a_built_in_policy_is_one_until_something_in_it_is_changed():
    for name in files.BUILTINS:
        policy = files.load(name, CARDS)
        assert files.is_builtin(policy)
        assert not files.is_builtin(replace(policy, default=Action("keep")))
        assert not files.is_builtin(replace(policy, entities={**policy.entities, "CN_MOBILE": Action("keep")}))
        assert not files.is_builtin(replace(policy, allow=Values(patterns=(".*",))))
        assert not files.is_builtin(replace(policy, source=""))
    assert not files.is_builtin(replace(files.load("share-affiliate", CARDS), entities={}, classes={}))


def test_deidentify_encrypts_all_but_organisations():
    policy = files.load("deidentify", CARDS)
    for card in CARDS:
        assert policy.action(card.entity, card.class_).do == ("keep" if card.class_ == "organisation" else "encrypt")


def test_sensitive_entities_are_those_of_the_lists_that_a_policy_names():
    policy = files.load("share-affiliate", CARDS)
    assert policy.action("CN_ID_CARD", "direct").do == "redact"
    assert policy.action("GEO_COORDINATE", "quasi").do == "redact"
    assert policy.action("CN_MOBILE", "direct").do == "pseudonym"
    own = loaded(MINIMAL + 'sensitive = ["policy"]\nclasses.sensitive = "redact"\nentities.CN_MOBILE = "fpe"\n')
    assert own.action("CN_MOBILE", "direct").do == "fpe"
    assert own.action("PUSH_TOKEN", "linkable").do == "redact"
    assert "TIMESTAMP" not in own.entities, "a list switches no card on"


def test_a_file_says_all_that_a_policy_can_be_told(tmp_path):
    path = tmp_path / "all.toml"
    path.write_text(
        MINIMAL.replace('"encrypt"', '{ do = "pseudonym", length = 30 }') + 'title = "共享"\npurpose = "ads"\n'
        'recipient = "agency"\nper_recipient = true\nkey = "env:KEY"\ncipher = "sm4"\n'
        'epoch = "month"\nlabel_style = "chinese"\nthreshold = 1\ncombination = "linked"\nsensitive = ["pipl-28"]\n'
        '[entities]\nPERSON = "label"\n[classes]\nsecret = "redact"\n'
        '[columns]\n"user.phone" = { do = "encrypt", entity = "CN_MOBILE" }\n'
        "[thresholds]\nPERSON = 0.4\n[allow]\nvalues = ['a']\npatterns = ['b+']\n[deny]\nhashed = ['sha256:"
        + "A" * 64
        + "']\n[retention]\nlog = { hold_days = 180, overdue_days = 365 }\n[release]\nlegal_basis = 'consent'\n",
        encoding="utf-8-sig",
    )
    policy = files.load(str(path), CARDS)
    assert policy == Policy(
        name="all", promise="deidentify", default=Action("pseudonym", {"length": 30}), title="共享", purpose="ads",
        recipient="agency", per_recipient=True, key="env:KEY", cipher="sm4", epoch="month", label_style="chinese",
        threshold=1.0, combination="linked", sensitive=("pipl-28",), entities={"PERSON": Action("label")},
        classes={"secret": Action("redact")},
        columns={"user.phone": Action("encrypt", {"entity": "CN_MOBILE"})}, thresholds={"PERSON": 0.4},
        allow=Values(("a",), ("b+",)), deny=Values(hashed=("sha256:" + "A" * 64,)), retention={"log": (180, 365)},
        release={"legal_basis": "consent"}, source=str(path),
    )  # fmt: skip
    unsaid = {field.name for field in fields(Policy) if getattr(policy, field.name) in ("", None, False, {}, ())}
    assert unsaid == {"table"}, "this test says all there is but [table], which does not go with `linked`"


def test_a_file_says_all_that_is_asked_of_tables(tmp_path):
    path = tmp_path / "table.toml"
    path.write_text(
        MINIMAL + '[table]\nk = 20\nquasi = ["age", "zip"]\nsensitive = ["diagnosis"]\nl = 3\nt = 0.2\nsuppress = 0\n'
        'loss = "entropy"\nsubject = "card"\nseconds = 2\nweights = { age = 2 }\n'
        '[table.hierarchies]\nage = "age.csv"\n',
        encoding="utf-8",
    )
    rule = TableRule(
        20, ("age", "zip"), ("diagnosis",), 3, 0.2, 0, "entropy", "card", {"age": str(tmp_path / "age.csv")},
        {"age": 2}, 2,
    )  # fmt: skip
    assert files.load(str(path), CARDS).table == rule
    assert files.load("public", CARDS).table == TableRule(k=20)
    assert files.load("anonymize", CARDS).table is None


WRONG = {
    'entities.CN_MOBIL = "label"': "unknown entity 'CN_MOBIL'; did you mean CN_MOBILE?",
    'entities.cn_mobile = "label"': "unknown entity 'cn_mobile'; did you mean CN_MOBILE?",
    'entities.ZZZ = "label"': "unknown entity 'ZZZ'; `anonkit recognizers list` shows the known ones",
    "thresholds.ZZZ = 0.1": "unknown entity 'ZZZ'",
    'entities.PERSON = "lable"': "unknown operation 'lable'; did you mean label?",
    'entities.PERSON = { do = "mask", keep_frist = 3 }': "mask has no parameter 'keep_frist'; did you mean keep_first?",
    'entities.PERSON = { do = "label", x = 3 }': "label has no parameter 'x'; it takes none",
    'entities.PERSON = { do = "mask", keep_first = "3" }': "'keep_first' must be a whole number",
    'entities.PERSON = { do = "mask", keep_first = true }': "'keep_first' must be a whole number",
    'entities.PERSON = { do = "pseudonym", length = 3 }': "length must be a whole number from 11 to 43",
    "entities.PERSON = { keep_first = 3 }": 'needs do = "..."',
    "entities.PERSON = 3": "'PERSON' must be an operation, or a table",
    'entities.PERSON = "fpe"': "PERSON has no domain of values to stay in",
    "entities = []": "'entities' must be a table",
    'classes.dirct = "label"': "unknown class 'dirct'; known are 'direct', 'linkable'",
    'classes.sensitive = "label"': "no entity counts as sensitive; say which lists do",
    'classes.direct = "fpe"': "; say something else for ADDRESS under [entities]",
    "table.k = 0": "'k' must be 1 or more",
    "table.k = 2.5": "'k' must be a whole number",
    "table.suppress = 5": "'suppress' must be 1 or less",
    "table.seconds = 0": "'seconds' must be above 0",
    'table.loss = "least"': "'loss' must be one of 'normalised', 'normalised-mean'",
    'table.quasy = ["age"]': "unknown key 'quasy'; did you mean quasi?",
    'table.quasi = "age"': "'quasi' must be a list",
    "table.l = 3": "'l' is asked of a sensitive column; add sensitive",
    'table.sensitive = ["a"]': "'sensitive' alone asks for nothing; add l",
    'table = { quasi = ["a"], sensitive = ["a"], l = 2 }': "column 'a' cannot be sensitive and a quasi-identifier",
    'table = { quasi = ["a"], subject = "a" }': "column 'a' has another part in the table; take one out",
    'table = { quasi = ["a"], hierarchies = { b = "b.csv" } }': "column 'b' is no quasi-identifier; add it to quasi",
    'table = { quasi = ["a"], weights = { b = 2 } }': "column 'b' is no quasi-identifier; add it to quasi",
    'columns.a = "redact"\ntable.quasi = ["a"]': "column 'a' is generalised as a whole, as [table] says",
    'combination = "linked"\ntable.k = 3': "which [table] cannot",
    'sensitive = ["pipl"]': "unknown list of sensitive information 'pipl'; did you mean pipl-28?",
    'columns."a..b" = "label"': "column 'a..b' is no key and no JSON path",
    'columns.a = { do = "label", entity = "ZZZ" }': "unknown entity 'ZZZ'",
    'columns.a = "fpe"': 'fpe must know what stands there; add entity = "..." to this line',
    "colour = 1": "unknown key 'colour'; did you mean columns?",
    "allow.hash = []": "unknown key 'hash'; did you mean hashed?",
    "release.x = 'y'": "unknown key 'x'; known are legal_basis",
    "threshold = 1.5": "'threshold' must be 1 or less",
    "threshold = '0.5'": "'threshold' must be a number",
    "threshold = true": "'threshold' must be a number",
    "cipher = 'des'": "'cipher' must be one of 'aes' or 'sm4'",
    "epoch = 'week'": "'epoch' must be one of 'none', 'year'",
    "title = 1": "'title' must be text in quotes",
    "key = ''": "'key' must not be empty",
    "per_recipient = 1": "'per_recipient' must be true or false",
    "allow.patterns = ['[']": "this pattern is no regular expression of Python",
    r"deny.patterns = ['(\d+)*']": "this pattern repeats a group that is itself a repetition",
    r'deny.values = ["a\nb"]': "this value has a line end in it",
    "deny.hashed = ['a']": "'hashed' must hold sha256: or sm3: with 64 hex digits",
    "allow.values = 'a'": "'values' must be a list",
    "retention.log = { hold_days = 179, overdue_days = 365 }": "'log' is held for 179 days, but network logs must be",
    "retention.debug = { hold_days = 9, overdue_days = 3 }": "must be held for longer than until it is overdue",
    "retention.log = { hold_days = -1, overdue_days = 3 }": "'hold_days' must be 0 or more",
    "retention.log = { hold_days = 1.5, overdue_days = 3 }": "'hold_days' must be a whole number",
    "retention.log = { hold_days = 9 }": "'overdue_days' is missing; add it",
    "retention.log = { hold_days = 9, overdue_days = 9, x = 1 }": "unknown key 'x'; known are hold_days, overdue_days",
    "retention.'a b' = { hold_days = 9, overdue_days = 9 }": "'a b' is not what it must be",
    "x = [1 2]": "is not TOML (unclosed array)",
    "promise = 'mask'": "is not TOML (cannot overwrite a value)",
    'title = "\\q"': "is not TOML",
    "title 'a'": "is not TOML (expected '=' after a key in a key/value pair)",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_told_with_the_file_the_line_and_the_remedy(line):
    sentence = refused(MINIMAL + "# a comment\n\n" + line + "\n")
    assert sentence.startswith("share.toml, line 5: ")
    assert WRONG[line] in sentence
    assert "\n" not in sentence


def test_the_line_of_a_value_in_a_list_is_its_own():
    assert refused(MINIMAL + "[allow]\npatterns = [\n  'a',\n  '(',\n]\n").startswith(
        "share.toml, line 6: this pattern"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1: 'promise' and 'default' are missing; add them"),
        ("title = 1\n", "line 1: 'promise' and 'default' are missing; add them"),
        ('default = "label"\n', "line 1: 'promise' is missing; add it"),
        ('promise = "anonymise"\ndefault = "label"\n', "'promise' must be one of 'anonymize', 'deidentify' or 'mask'"),
        ('promise = "anonymize"\ndefault = "label"\ncombination = "linked"\n', 'line 3: "linked" keeps device'),
        ('promise = "anonymize"\ndefault = "label"\nkey = "a.key"\n', "line 3: a key does not go with promise"),
        ('promise = "anonymize"\ndefault = "label"\nper_recipient = true\n', "line 3: per_recipient does not go"),
        ("a = " + "[" * 9999, "nested too deep"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(text, reason):
    assert reason in refused(text)


def test_the_first_of_several_errors_is_told():
    assert "line 3" in refused(MINIMAL + "colour = 1\ncipher = 'des'\nentities = 1\n")


def test_no_error_shows_a_value_from_a_list():
    for table in ("allow", "deny"):
        for line in (
            "values = [13912345678]", "values = '13912345678'", "patterns = ['13912345678(']",
            "hashed = ['13912345678']", "values = ['13912345678'", "values = [13912345678x]",
        ):  # fmt: skip
            assert "13912345678" not in refused(f"{MINIMAL}[{table}]\n{line}\n")


WORDS = st.sampled_from(["do", "PERSON", "direct", "values", "log", "keep_first"])
ANYTHING = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.floats(allow_nan=False), st.sampled_from(["", "label", "a", "mask"])),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*schema.PolicyFile.model_fields, "other"]), ANYTHING))
def test_whatever_a_file_says_it_is_a_policy_or_refused_with_a_line(data):
    text = "".join(f"{key} = {inline(value)}\n" for key, value in data.items())
    assert tomllib.loads(text) == data
    try:
        loaded(text)
    except PolicyError as error:
        assert re.match(r"share\.toml, line \d+: ", str(error))  # noqa: PT017  some are policies


def inline(value):
    """A value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return repr(value) if isinstance(value, float) else json.dumps(value)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("anonimize", "unknown policy 'anonimize'; did you mean anonymize?"),
        ("zzz", "unknown policy 'zzz'; known are anonymize, deidentify"),
        ("no/such.toml", "no/such.toml: there is no such policy file; check the path"),
        ("", "no policy is named; known are anonymize, deidentify"),
        (" ", "no policy is named"),
        ("/dev/zero", "/dev/zero: is no file but a device or a pipe"),
        ("/dev/null", "/dev/null: is no file but a device or a pipe"),
        ("a\0b", "cannot be read"),
    ],
)
def test_a_policy_that_is_not_there_is_told(name, sentence):
    with pytest.raises(PolicyError) as error:
        files.load(name, CARDS)
    assert sentence in str(error.value)


def test_a_file_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "gbk.toml"
    path.write_bytes('title = "匿名化"'.encode("gbk"))
    with pytest.raises(PolicyError, match=r"gbk\.toml: is not UTF-8 text; save it as UTF-8"):
        files.load(str(path), CARDS)
    with pytest.raises(PolicyError, match="is a folder; name the policy file in it"):
        files.load(str(tmp_path), CARDS)


def test_a_file_that_is_larger_than_any_policy_is_not_read(tmp_path):
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate((4 << 20) + 1)
    with pytest.raises(PolicyError, match=r"large\.toml: is larger than 4 MB"):
        files.load(str(path), CARDS)
    path.write_bytes(MINIMAL.encode() + b"#" * (4 << 20))
    with pytest.raises(PolicyError, match="is larger than 4 MB"):
        files.load(str(path), CARDS)


def test_a_pipe_is_not_waited_for(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PolicyError, match="is no file but a device or a pipe"):
        files.load(str(tmp_path / "pipe"), CARDS)


@pytest.mark.parametrize("class_", ["organisation", "direct"])
def test_a_card_of_ones_own_may_not_lower_the_class_of_an_entity(tmp_path, class_):
    (tmp_path / "own.toml").write_text(
        f'entity = "CN_MOBILE"\ntitle = "x"\ntitle_en = "x"\nclass = "{class_}"\nconfidence = 0.9\n'
        "[[match]]\npattern = '1[3-9]\\d{9}'\n"
        '[[example]]\ntext = "13812345678"\nfind = ["13812345678"]\n[[example]]\ntext = "1"\nfind = []\n',
        encoding="utf-8",
    )
    for examples in (True, False):
        if class_ == "direct":
            assert catalog.load(tmp_path, examples=examples)
            continue
        with pytest.raises(CardError, match=r"has the class 'organisation', but CN_MOBILE is 'direct' in"):
            catalog.load(tmp_path, examples=examples)


def test_a_broken_policy_is_not_shown(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("promise = \n")
    for name in (path, "/dev/null", ""):
        done = run("policy", "show", name)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"Traceback" not in done.stderr


def test_a_key_that_is_not_there_is_told_by_the_lint(tmp_path):
    path = tmp_path / "keyed.toml"
    path.write_text(MINIMAL + f'key = "{tmp_path}/team.key"\n')
    done = run("policy", "lint", path)
    assert done.returncode == 0
    assert "line 3: `key` names a file that is not there" in done.stdout.decode()
    assert "1 warnings" in done.stdout.decode()
    (tmp_path / "team.key").touch()
    assert b"0 warnings" in run("policy", "lint", path).stdout


def test_a_command_in_a_policy_must_be_said_when_scrubbing(tmp_path):
    path = tmp_path / "keyed.toml"
    path.write_text(MINIMAL + 'key = "cmd:vault read"\n')
    assert b"say it with --key" in run("policy", "lint", path).stdout


def test_a_built_in_name_comes_before_a_file_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mask").write_text(MINIMAL, encoding="utf-8")
    assert files.load("mask", CARDS).promise == "mask"
    assert files.load("./mask", CARDS).promise == "deidentify"


def test_the_json_schema_is_up_to_date_and_printed():
    made = json.loads(json.dumps(schema.json_schema(OPERATIONS, CARDS)))
    assert json.loads(files.SCHEMA.read_text(encoding="utf-8")) == made, (
        "run: python -m anonkit.policy.schema > anonkit/policy/policy.schema.json"
    )
    assert run("policy", "schema").stdout == files.SCHEMA.read_bytes()


def test_the_json_schema_knows_every_key_operation_and_entity():
    made = schema.json_schema(OPERATIONS, CARDS)
    keys = {field.name for field in fields(Policy)} - {"name", "source"}
    assert set(made["properties"]) == keys
    assert made["additionalProperties"] is False
    assert made["required"] == ["promise", "default"]
    action = made["$defs"]["ActionTable"]["anyOf"]
    assert action[0]["enum"] == [table["title"] for table in action[1:]] == list(OPERATIONS)
    assert set(made["properties"]["entities"]["properties"]) == {card.entity for card in CARDS}


# the command


def test_list_names_every_built_in_policy_with_its_chinese_title():
    done = run("policy", "list")
    assert done.returncode == 0
    lines = done.stdout.decode().splitlines()
    assert [line.split()[0] for line in lines] == list(files.BUILTINS)
    assert "去标识化" in lines[1]


def test_show_prints_the_file_itself(tmp_path):
    assert run("policy", "show", "public").stdout.decode() == files.text("public")
    path = tmp_path / "own.toml"
    path.write_text("# 注释\n" + MINIMAL, encoding="utf-8")
    assert run("policy", "show", path).stdout.decode() == "# 注释\n" + MINIMAL


def test_what_show_prints_is_a_file_that_works(tmp_path):
    path = tmp_path / "copy.toml"
    path.write_bytes(run("policy", "show", "share-partner").stdout)
    copy = files.load(str(path), CARDS)
    assert replace(copy, name="share-partner", source="") == replace(files.load("share-partner", CARDS), source="")


def test_lint_says_of_each_entity_what_could_turn_it_back_and_how_long_a_search_takes():
    done = run("policy", "lint", "deidentify")
    assert done.returncode == 0
    line = next(line for line in done.stdout.decode().splitlines() if line.startswith("CN_MOBILE"))
    assert line.split() == "CN_MOBILE 手机号码 encrypt its key 2^32.3 46 min 240 ms safe".split()


def test_lint_says_how_many_values_a_mask_leaves():
    lines = run("policy", "lint", "mask").stdout.decode().splitlines()
    assert next(line for line in lines if line.startswith("CN_MOBILE ")).split("mask")[1].split() == (
        "reading it, 10,000 left 2^32.3 46 min 240 ms safe".split()
    )


def test_lint_refuses_with_the_line_the_reason_and_exit_code_2():
    path = DATA / "unsafe" / "anonymize-hashes-mobiles.toml"
    done = run("policy", "lint", path)
    assert done.returncode == 2
    text = done.stdout.decode()
    assert f"refused: {path}, line 5: a hash of CN_MOBILE without a key is undone by trying all values" in text
    assert "REFUSED" in text


def test_lint_accepts_with_warnings_and_exit_code_0():
    done = run("policy", "lint", DATA / "safe" / "anonymize-numbers.toml")
    assert done.returncode == 0
    assert "warning: " in done.stdout.decode()


def test_lint_covers_cards_of_ones_own(tmp_path):
    (tmp_path / "staff.toml").write_text(
        'entity = "STAFF_NO"\ntitle = "工号"\ntitle_en = "Staff number"\nclass = "direct"\nconfidence = 0.9\n'
        "[[match]]\npattern = 'ST\\d{6}'\n[[example]]\ntext = 'ST123456'\nfind = ['ST123456']\n"
        "[[example]]\ntext = 'ST1'\nfind = []\n",
        encoding="utf-8",
    )
    done = run("policy", "lint", "anonymize", "--cards", tmp_path)
    assert "STAFF_NO" in done.stdout.decode()


def test_diff_says_entity_by_entity_what_changes():
    lines = run("policy", "diff", "anonymize", "deidentify").stdout.decode().splitlines()
    assert "promise: anonymize -> deidentify" in lines
    assert "CN_MOBILE 手机号码: label -> encrypt" in lines
    assert not any(line.startswith("ORGANIZATION") for line in lines)
    assert run("policy", "diff", "mask", "mask").stdout.decode() == "mask and mask do the same\n"


def test_diff_counts_values_of_lists_and_shows_none(tmp_path):
    for name, values in (("a", "'张三'"), ("b", "'李四', '王五'")):
        (tmp_path / f"{name}.toml").write_text(f"{MINIMAL}[deny]\nvalues = [{values}]\n", encoding="utf-8")
    done = run("policy", "diff", tmp_path / "a.toml", tmp_path / "b.toml")
    assert done.stdout.decode() == "deny values: 1 -> 2 (1 gone, 2 new)\n"


def test_diff_tells_of_every_key_of_a_policy():
    before = Policy("a", "deidentify", Action("encrypt"))
    other = {
        "promise": "mask", "default": Action("label"), "purpose": "ads", "recipient": "agency", "per_recipient": True,
        "entities": {"CN_MOBILE": Action("fpe")}, "classes": {"direct": Action("label")},
        "columns": {"a": Action("label")}, "threshold": 0.4, "thresholds": {"PERSON": 0.4}, "allow": Values(("a",)),
        "deny": Values(hashed=("a",)), "combination": "linked", "label_style": "chinese", "cipher": "sm4",
        "epoch": "day", "key": "env:KEY", "retention": {"log": (180, 365)}, "sensitive": ("pipl-28", "policy"),
        "release": {"consent": "yes"}, "names": NameSources(("spacy:zh",)), "table": TableRule(20, ("age",)),
    }  # fmt: skip
    assert set(other) == {f.name for f in fields(Policy)} - {"name", "title", "source"}
    for name, value in other.items():
        after = replace(before, **{name: value})
        assert list(changes(before, after, CARDS)), name
        assert not list(changes(after, after, CARDS))
    (change,) = changes(before, replace(before, sensitive=other["sensitive"]), CARDS)
    assert change == ("sensitive", "nothing", "pipl-28, policy")
    (change,) = changes(before, replace(before, retention=other["retention"]), CARDS)
    assert change == ("retention log", "nothing", "hold 180 days, overdue after 365")
    (change,) = changes(before, replace(before, table=other["table"]), CARDS)
    assert change == ("table", "nothing", "k = 20, quasi = age, suppress = 0.05, loss = normalised")


@pytest.mark.parametrize("words", [("show", "zzz"), ("lint", "zzz"), ("diff", "mask", "zzz")])
def test_a_policy_that_is_not_known_is_exit_code_2(words):
    done = run("policy", *words)
    assert done.returncode == 2
    assert done.stderr.startswith(b"anonkit: error: unknown policy 'zzz'; ")
