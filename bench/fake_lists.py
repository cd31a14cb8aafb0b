"""Which lists are made-up values drawn from? Writes anonkit/transform/fakes/lists.toml from those of Faker.

python -m bench.fake_lists      with the Faker that pyproject.toml pins for development

Once a release has drawn from the file, it stays as it is: with another list the same key would give another value.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable
from importlib import metadata
from itertools import groupby
from pathlib import Path

from faker.providers.address.zh_CN import Provider as Addresses
from faker.providers.company.zh_CN import Provider as Companies
from faker.providers.person.en_US import Provider as English
from faker.providers.person.zh_CN import Provider as Chinese

PLACE = Path(__file__).resolve().parent.parent / "anonkit" / "transform" / "fakes" / "lists.toml"
HEAD = """\
What made-up names, addresses and organisations are drawn from: lists of Faker {version}
(https://github.com/joke2k/faker, faker/providers/person, address and company, zh_CN and en_US), written by
python -m bench.fake_lists.

The same key gives the same value as long as neither the words nor their order change: so they do not change.

Faker has this licence (MIT):
"""


def content() -> str:
    """The file."""
    parts = [_comment(), *(f'{name} = """\n{_lines(words)}"""' for name, words in _words().items())]
    # shares are in percent: how often a name stands in the list, in tenths of one
    shares = [(name, max(1, round(10 * share))) for name, share in Chinese.last_names.items() if len(name) == 1]
    rows = [
        f'    [{times}, "{"".join(name for name, _ in names)}"],\n' for times, names in groupby(shares, lambda s: s[1])
    ]
    parts.append(
        "# family names of one character, each as often as the number says\nfamilies = [\n" + "".join(rows) + "]"
    )
    return "\n\n".join(parts) + "\n"


def _words() -> dict[str, Iterable[str]]:
    return {
        "male": ["".join(dict.fromkeys("".join(Chinese.first_names_male)))],
        "female": ["".join(dict.fromkeys("".join(Chinese.first_names_female)))],
        "pinyin_families": Chinese.last_romanized_names,
        "pinyin_given": Chinese.first_romanized_names,
        "latin_families": English.last_names,
        "latin_given": English.first_names,
        "provinces": Addresses.provinces,
        "cities": dict.fromkeys(Addresses.cities),
        "districts": dict.fromkeys(Addresses.districts),
        "companies": dict.fromkeys(
            name for name in Companies.company_prefixes if re.fullmatch("[\u4e00-\u9fff]{2,3}", name)
        ),
    }


def _comment() -> str:
    licence = next(file for file in metadata.files("faker") or () if file.name.startswith("LICENSE"))
    text = HEAD.format(version=metadata.version("faker")) + "\n" + licence.read_text("utf-8")
    return "\n".join(f"# {line}".rstrip() for line in text.strip().splitlines())


def _lines(words: Iterable[str]) -> str:
    return textwrap.fill(" ".join(words), 100, break_long_words=False, break_on_hyphens=False) + "\n"


if __name__ == "__main__":
    PLACE.write_text(content(), encoding="utf-8")
    print(f"written to {PLACE}")
    sys.exit(0)
