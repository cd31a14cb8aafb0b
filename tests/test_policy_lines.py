"""Is the line right that an error in a policy names?"""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit.policy.lines import key_lines, line_of

ODD = """\
# k0 = 1
k1 = 'a' # k2 = 3
"k2" = \"\"\"
k3 = 1
\\\"\"\" k3 = "
k3 = 2\"\"\"\"\"
'k3' = '''
k4 = [
'' '''''
k4.k5 . "k6" = [ # [k7]
  "]", # k7 = 1
  { k7 = "}", k8.k9 = [[1], [2]] },

  1979-05-27 07:32:00,
]

  [ k10 ]
k11 = 1979-05-27 07:32:00 # k12
k12 = {}
k13 = []
[k10."k.14"]
k15 = true
[[k16]]
k17 = 1
[[k16]]
k18 = { k19 = 1 }
[k16.k20]
k21 = -1.5e3"""
LINES = {
    ("k1",): 2,
    ("k2",): 3,
    ("k3",): 7,
    ("k4",): 10,
    ("k4", "k5"): 10,
    ("k4", "k5", "k6"): 10,
    ("k4", "k5", "k6", 0): 11,
    ("k4", "k5", "k6", 1): 12,
    ("k4", "k5", "k6", 1, "k7"): 12,
    ("k4", "k5", "k6", 1, "k8", "k9", 1, 0): 12,
    ("k4", "k5", "k6", 2): 14,
    ("k10",): 17,
    ("k10", "k11"): 18,
    ("k10", "k12"): 19,
    ("k10", "k13"): 20,
    ("k10", "k.14"): 21,
    ("k10", "k.14", "k15"): 22,
    ("k16",): 23,
    ("k16", 0): 23,
    ("k16", 0, "k17"): 24,
    ("k16", 1): 25,
    ("k16", 1, "k18", "k19"): 26,
    ("k16", 1, "k20"): 27,
    ("k16", 1, "k20", "k21"): 28,
}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("path", LINES, ids=str)
def test_a_key_has_its_line_in_a_file_with_everything_that_toml_has(path, ends):
    text = ODD.replace("\n", ends)
    tomllib.loads(text)
    assert key_lines(text)[path] == LINES[path]


def test_every_key_of_that_file_has_a_line():
    assert set(paths(tomllib.loads(ODD))) == set(key_lines(ODD))


def test_a_path_that_is_not_there_has_the_line_of_the_table_around_it():
    lines = key_lines("a = 1\n[b]\nc = 1\n")
    assert line_of(lines, ("b", "d", "e")) == 2
    assert line_of(lines, ("x",)) == 1


def paths(data, above=()):
    """The paths of all that data holds."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for name, value in items:
        yield (*above, name)
        if isinstance(value, dict | list):
            yield from paths(value, (*above, name))


FILLERS = ["", "# k = 1", "  \t", "#[x]", '#"""']
VALUES = st.recursive(
    st.sampled_from(['"a"', "'#'", '"\\""', '"""\nx = 1\n"""', "'''\n[x]\n'''", "1", "-0.5", "true",
                     "1979-05-27 07:32:00", '""""x"""""', '""', '""""""']),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[" + ", # ]\n ".join(items) + "]"),
    max_leaves=4,
)  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sampled_from(["bare", "quoted", "dotted", "table", "inline"]), VALUES, st.sampled_from(FILLERS)),
        max_size=12,
    )
)
def test_every_key_has_its_line_whatever_stands_around_it(entries):
    text, true = "", {}
    table: tuple[str, ...] = ()
    for number, (kind, value, filler) in enumerate(entries):
        key = f"k{number}"
        text += filler + "\n"
        line = text.count("\n") + 1
        if kind == "table":
            table = (key,)
            text += f" [ {key} ] # x = 1\n"
            true[table] = line
            continue
        path = (*table, key)
        if kind == "dotted":
            path = (*path, "a b")
            text += f"{key} . 'a b'={value}\n"
        elif kind == "inline":
            path = (*path, "x")
            text += f'{key} = {{ "x" = {value.replace(chr(10), " ") if "#" not in value else 1} }}\n'
        else:
            text += f'"{key}" = {value} # y\n' if kind == "quoted" else f"{key}\t= {value}\n"
        true[path] = line
    data = tomllib.loads(text)
    lines = key_lines(text)
    assert {path: lines[path] for path in true} == true
    assert set(paths(data)) == set(lines)
