"""What do the first characters of a postcode, a phone number or another code say?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anonkit.anonymity.hierarchies.values import rising, texts_of
from anonkit.anonymity.hierarchy import SUPPRESSED, Hierarchy
from anonkit.detect.validators.phones import cn_landline, cn_mobile
from anonkit.errors import HierarchyError
from anonkit.transform.width import narrow

_POSTCODE = re.compile(r"[0-9]{6}", re.ASCII)
# The first two digits of China Post (postal codes in use since 1986).
_PROVINCES = {
    digits: province
    for province, all_digits in {
        "内蒙古自治区": "01 02", "山西省": "03 04", "河北省": "05 06 07", "北京市": "10", "辽宁省": "11 12",
        "吉林省": "13", "黑龙江省": "15 16", "上海市": "20", "江苏省": "21 22", "安徽省": "23 24", "山东省": "25 26 27",
        "天津市": "30",
        "浙江省": "31 32", "江西省": "33 34", "福建省": "35 36", "重庆市": "40", "湖南省": "41 42", "湖北省": "43 44",
        "河南省": "45 46 47", "广东省": "51 52", "广西壮族自治区": "53 54", "贵州省": "55 56", "海南省": "57",
        "四川省": "61 62 63 64", "云南省": "65 66 67", "陕西省": "71 72", "甘肃省": "73 74", "宁夏回族自治区": "75",
        "青海省": "81", "新疆维吾尔自治区": "83 84", "西藏自治区": "85 86",
    }.items()
    for digits in all_digits.split()
}  # fmt: skip
# Numbering plan of the MIIT (ITU-T E.164 for +86); numbers that were ported since 2019 keep their first digits.
_OPERATORS = {
    digits: operator
    for operator, all_digits in {
        "中国移动": "134 135 136 137 138 139 144 147 148 150 151 152 157 158 159 172 178 182 183 184 187 188 195"
        " 197 198",
        "中国联通": "130 131 132 140 145 146 155 156 166 175 176 185 186 196",
        "中国电信": "133 141 149 153 173 177 180 181 189 190 191 193 199",
        "中国广电": "192",
        "虚拟运营商": "162 165 167 170 171",
    }.items()
    for digits in all_digits.split()
}  # fmt: skip
_MOBILE_DIGITS = 11
_COUNTRY = re.compile(r"\+86|0086|86(?=1[0-9]{10}\Z)", re.ASCII)
_BETWEEN = re.compile(r"[ ()-]")
_LONG_AREA = re.compile(r"0(?:10|2[0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Postcodes:
    """Postcodes of China Post: `3100**` (post district), `31****`, and the province.

    Six digits whose first two are those of a province; numbers that lost a leading zero are read as well. What is none
    becomes `(other)` from level 1 on.
    """

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""
        steps: list[Callable[[str], str]] = [_hidden_from(4), _hidden_from(2), lambda key: _PROVINCES[key[:2]]]
        return rising(texts_of(values), postcode_of, steps)


@dataclass(frozen=True, slots=True)
class PhonePrefixes:
    """Chinese telephone numbers: `1381234****` (a block of one city), `138********`, the operator.

    Of landlines `05718765****`, `0571********`, 固定电话. The operator is the one that the number was given by. What is
    no number of the plan becomes `(other)` from level 1 on.
    """

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""
        return rising(texts_of(values), phone_of, [_block, _segment, _operator])


@dataclass(frozen=True, slots=True)
class Masked:
    """Any codes, masked from the right, as ARX's redaction does without padding: `13053`, `1305*`, `130**`, ..., `*`.

    At each level so many characters of every value are masked; of a shorter one all that it has, and its length too.

    Attributes:
        steps: how many characters are masked at each level, ascending; each of them without it, in at most 8 levels.
        character: what stands for a masked one.
    """

    steps: Sequence[int] | None = None
    character: str = "*"

    def __post_init__(self) -> None:
        if self.steps is not None and (min(self.steps, default=0) < 1 or list(self.steps) != sorted(set(self.steps))):
            raise HierarchyError("masked characters are whole numbers from 1 on, ascending, such as (1, 2, 4)")
        if len(self.character) != 1:
            raise HierarchyError("what stands for a masked character is one character")

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""
        leaves = texts_of(values)
        length = max(map(len, leaves), default=0)
        steps = [hidden for hidden in self.steps or _even(length) if hidden < length]

        def masked(hidden: int) -> Callable[[str], str]:
            return lambda key: key[: max(0, len(key) - hidden)] + self.character * hidden

        return rising(leaves, str, [masked(hidden) for hidden in steps])


_MOST_STEPS = 8


def _even(length: int) -> list[int]:
    """All numbers below a length, or some of them at even distances."""
    distance = max(1, -(-(length - 1) // _MOST_STEPS))
    return list(range(distance, length, distance))


def _hidden_from(kept: int) -> Callable[[str], str]:
    return lambda key: key[:kept] + SUPPRESSED * (len(key) - kept)


def postcode_of(leaf: str) -> str | None:
    """Six digits of a postcode; None for what is none."""
    code = narrow(leaf).strip()
    code = code.rjust(6, "0") if len(code) == 5 else code  # noqa: PLR2004  a number that lost its zero
    return code if _POSTCODE.fullmatch(code) and code[:2] in _PROVINCES else None


def phone_of(leaf: str) -> str | None:
    """Digits of the national number, with the 0 of an area code; None for what is none."""
    text = narrow(leaf).strip()
    digits = _BETWEEN.sub("", _COUNTRY.sub("", text, count=1))
    if not digits.isascii() or not digits.isdigit():
        return None
    number = digits.encode()
    if len(digits) == _MOBILE_DIGITS and cn_mobile(number):
        return digits
    if cn_landline(number):
        return digits if digits[0] == "0" else f"0{digits}"
    return None


def _block(number: str) -> str:
    if number[0] != "0":
        return _hidden_from(7)(number)
    return _hidden_from(len(number) - 4)(number)


def _segment(masked: str) -> str:
    if masked[0] != "0":
        return _hidden_from(3)(masked)
    area = masked[: 3 if _LONG_AREA.match(masked) else 4]
    return area + SUPPRESSED * 8


def _operator(segment: str) -> str | None:
    return "固定电话" if segment[0] == "0" else _OPERATORS.get(segment[:3])
