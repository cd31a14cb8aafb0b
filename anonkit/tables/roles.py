"""What role does a column have, and what speaks for it? From what was found and counted, never with a value."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from anonkit.model import EntityClass
from anonkit.tables import attributes
from anonkit.tables.attributes import NEARLY_ALL, Match, Role, Values

_FILLED = 0.05
"""The least share of rows that an entity fills in a column of it: contacts may be phones in few rows."""
_HALF, _MOST, _HIGH = 0.5, 0.8, 0.9
_FEWEST_ROWS = 5
_FEWEST_TO_COUNT = 20
_MOST_TOLD = 4
_MANY, _LONG_FORM, _LONG_NUMBER = 1000, 8, 5
_FEW_SENTENCES, _SELDOM = 50, 0.05
_ROLES: dict[EntityClass, Role] = {
    "direct": Role.DIRECT,
    "secret": Role.SENSITIVE,
    "sensitive": Role.SENSITIVE,
    "linkable": Role.LINKABLE,
    "quasi": Role.QUASI,
}
_WEIGHTIEST_FIRST = (Role.DIRECT, Role.SENSITIVE, Role.LINKABLE, Role.QUASI)
_WHOLE = re.compile(r"[-+]?\d+")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?\.?\d*(?:[eE][-+]?\d+)? ?%?")
_DATE = re.compile(
    r"(?:18|19|20)\d\d(?P<sign>[-/.年])\d{1,2}(?:(?P=sign)|月)\d{1,2}日?(?:[T ]+(?P<time>\d{1,2}[:时]\d{2}.*))?"
    r"|(?:18|19|20)\d\d[-/年](?:0?[1-9]|1[0-2])月?|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|\d{1,2}[-/]\d{1,2}[-/](?:19|20)\d\d.*"
)
_TIME_OF_DAY = re.compile(r"[T ]\d{1,2}[:时]\d{2}")
_SENTENCE = re.compile(
    r"(?s)(?:\S+\s+){2,}\S.*|.{3,}[,。,;;!!??、::…].*|.*[\u4e00-\u9fff]{7,}.*|.*\w+://.*|\s*[{\[<].{8,}"
)
_MASKED = re.compile(r"(?=.*[^*\s]).*\*{2,}.*")
_CODE_NAME = re.compile(
    r"(?i)(?:^|[^a-z])(?:id|uuid|guid|no|num|number|sn|key|token|hash|code|serial)$|[a-z](?:Id|ID|No|NO|Uuid|UUID|Key|Hash)$"
    r"|(?:编号|单号|号码|号|流水|标识|主键|编码)$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """How much of a column an entity is.

    Attributes:
        entity: its name.
        class_: of its card; None for what a policy names without a card.
        rows: in how many rows it was found.
        filled: how many of them it fills for the most part.
        lists: the lists of sensitive information that it is on, of those that count.
    """

    entity: str
    class_: EntityClass | None
    rows: int
    filled: int
    lists: tuple[str, ...] = ()

    @property
    def role(self) -> Role | None:
        """Of a column that it fills; none for what is of organisations, and what has no card."""
        if self.class_ == "quasi" and self.lists:
            return Role.SENSITIVE
        return None if self.class_ is None else _ROLES.get(self.class_)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a column.

    Attributes:
        column: its name, as it is in the table.
        keys: the entities whose cards have this name among their keys.
        rows: how many rows with a value were looked at.
        found: what the engine found in them, by entity.
        values: different values of these rows, at least some thousands of them.
        is_boolean, is_binary: of the type.
        span: how many whole numbers there are from the least to the greatest; None where values are none.
        present, distinct, once: of all rows, how many have a value, how many values there are, and how many occur once.
    """

    column: str
    keys: tuple[str, ...]
    rows: int
    found: tuple[Found, ...]
    values: Values
    is_boolean: bool
    is_binary: bool
    span: int | None
    present: int
    distinct: int
    once: int

    @property
    def uniqueness(self) -> float:
        """How many different values there are for each that is there."""
        return self.distinct / max(1, self.present)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A role, and the sentences that speak for it."""

    role: Role
    evidence: tuple[str, ...]


def judged(facts: Facts) -> Judgement:
    """The role of a column.

    A closed list of values (sex, education, ...) comes first, then the entity that fills the cells, then what the name
    says, free text, dates, and what makes rows tell apart.
    """
    if not facts.present:
        return _empty(facts)
    match = attributes.told(facts.column, facts.values)
    seen = tuple(_found(one, facts.rows) for one in facts.found[:_MOST_TOLD])
    if more := len(facts.found) - len(seen):
        seen = (*seen, f"{more} more {'entity' if more == 1 else 'entities'} in fewer rows")
    for judgement in (_by_entity(facts, match), _by_attribute(facts, match), _by_form(facts, match)):
        if judgement is not None:
            return replace(judgement, evidence=(*judgement.evidence, *seen))
    return Judgement(Role.HARMLESS, (*_harmless(facts, match), *seen))


def by_hand(role: Role, facts: Facts) -> Judgement:
    """A role that was set by hand, with what would have been said without it."""
    own = judged(facts)
    said = "as it would be without that" if own.role is role else f"without that it would be {own.role.value}"
    return Judgement(role, (f"set by hand; {said}", *own.evidence))


def share(part: float, whole: int) -> str:
    """Such as `98 %`; never 0 % of what is there, nor 100 % of what is not all."""
    percent = 100 * part / max(1, whole)
    if 0 < percent < 1:
        return "< 1 %" if percent < 0.1 else f"{percent:.1f} %"  # noqa: PLR2004  a tenth is shown
    return f"{min(percent, 99.9):.1f} %" if 99 <= percent < 100 else f"{percent:.0f} %"  # noqa: PLR2004  as above


def _found(one: Found, rows: int) -> str:
    place = "" if one.filled == one.rows else f", filling {one.filled:,}" if one.filled else ", among other text"
    return f"{one.entity} in {one.rows:,} of {rows:,} rows{place}"


def _empty(facts: Facts) -> Judgement:
    evidence = ["no value"]
    attribute = attributes.named(facts.column)
    if facts.keys:
        evidence.append(f"the name says {', '.join(facts.keys)}")
    elif attribute is not None and attribute.role is not Role.HARMLESS:
        evidence.append(f"the name says {attribute.name} ({attribute.role.value})")
    return Judgement(Role.HARMLESS, tuple(evidence))


def _by_entity(facts: Facts, match: Match | None) -> Judgement | None:
    """The role of what fills the cells; none where an attribute explains all of it."""
    explained = frozenset[str]() if match is None else match.attribute.entities
    is_list = match is not None and match.attribute.values and (match.rows or 0) >= _HIGH
    filling = [one for one in facts.found if one.filled >= _FILLED * facts.rows]
    if is_list or (match is not None and all(one.entity in explained for one in filling)):
        return None
    for role in _WEIGHTIEST_FIRST:
        ours = [one for one in filling if one.role is role and one.entity not in explained]
        if ours:
            return Judgement(role, tuple(map(_classed, ours)))
    organisations = [one for one in filling if one.class_ == "organisation" and one.filled >= _MOST * facts.rows]
    return Judgement(Role.HARMLESS, tuple(map(_classed, organisations))) if organisations else None


_CLASS_WORDS: dict[EntityClass | None, str] = {
    "direct": "a direct identifier",
    "secret": "a secret",
    "sensitive": "sensitive",
    "linkable": "linkable",
    "quasi": "a quasi-identifier",
    "organisation": "of an organisation, not of a person",
    None: "named by the policy",
}


def _classed(one: Found) -> str:
    lists = f", sensitive by {', '.join(one.lists)}" if one.lists else ""
    return f"{one.entity} is {_CLASS_WORDS[one.class_]}{lists}"


def _by_attribute(facts: Facts, match: Match | None) -> Judgement | None:
    if match is None or match.attribute.role is Role.HARMLESS:
        return None
    return Judgement(match.attribute.role, _told(match, facts.values.rows))


def _told(match: Match, rows: int) -> tuple[str, ...]:
    name, told = match.attribute.name, []
    if match.is_named:
        told.append(f"the name says {name}")
    if match.rows is not None:
        what = "it" if match.is_named else name
        told.append(f"{share(match.rows * rows, rows)} of rows look like {what}")
    if match.attribute.source:
        told.append(match.attribute.source)
    return tuple(told)


def _by_form(facts: Facts, match: Match | None) -> Judgement | None:
    values = facts.values
    is_number = values.share(_NUMBER) >= NEARLY_ALL
    dates = values.share(_DATE)
    if not facts.is_binary and not is_number and dates < NEARLY_ALL and _is_free_text(facts):
        return Judgement(
            Role.FREE_TEXT, (f"{share(values.share(_SENTENCE), 1)} of rows are sentences or longer texts",)
        )
    if dates >= NEARLY_ALL:
        return _dates(facts)
    if facts.is_boolean or (match is not None and (is_number or facts.uniqueness < _HALF)):
        return _seldom(facts)
    return _possible(facts, is_number=is_number) or _seldom(facts)


def _is_free_text(facts: Facts) -> bool:
    is_list = facts.distinct <= _FEW_SENTENCES and facts.uniqueness < _SELDOM
    return not is_list and facts.values.share(_SENTENCE) >= _HALF and _form(facts.values)[1] < _MOST


def _dates(facts: Facts) -> Judgement:
    has_time = any(_TIME_OF_DAY.search(text) for text in facts.values.texts)
    what = "exact times" if has_time else "dates"
    return Judgement(Role.QUASI, (f"{what}, of which {share(facts.once, facts.present)} occur in one row only",))


def _possible(facts: Facts, *, is_number: bool) -> Judgement | None:
    """An unknown column that tells rows apart."""
    values, once = facts.values, share(facts.once, facts.present)
    if values.share(_MASKED) >= _HALF and facts.distinct >= _FEWEST_ROWS:
        return Judgement(Role.POSSIBLE, ("masked values, which still tell rows apart",))
    if facts.present < _FEWEST_ROWS:
        return None
    is_whole = is_number and values.share(_WHOLE) >= NEARLY_ALL
    if is_number and not is_whole:
        return None
    length, how_many = _form(values)
    is_fixed = how_many >= _MOST and length >= (_LONG_NUMBER if is_whole else 4)
    says = f"the name says {', '.join(facts.keys)}, which was not found"
    hint = (says,) if facts.keys and not facts.found else ()
    if facts.uniqueness >= _HALF and (hint or _CODE_NAME.search(facts.column)):
        hint = hint or ("a name as numbers and codes have",)
        return Judgement(Role.POSSIBLE, (*hint, f"{once} of values occur in one row only"))
    if is_fixed and (facts.uniqueness >= _HALF or (facts.distinct >= _MANY and length >= _LONG_FORM)):
        form = f"{share(how_many, 1)} of rows have one form of {length} signs"
        return Judgement(Role.POSSIBLE, (form, _values_in_rows(facts)))
    if is_whole and facts.present >= 2 * _FEWEST_ROWS and _is_running(facts):
        return Judgement(Role.POSSIBLE, ("running numbers, one for each row",))
    if facts.present >= _FEWEST_TO_COUNT and facts.uniqueness >= _HIGH:
        return Judgement(Role.POSSIBLE, (f"unknown values, of which {once} occur in one row only",))
    return None


def _is_running(facts: Facts) -> bool:
    return facts.once == facts.present and facts.span is not None and facts.span <= 2 * facts.present


def _seldom(facts: Facts) -> Judgement | None:
    """Personal values in few rows of a column that would be harmless otherwise."""
    personal = [one for one in facts.found if one.class_ not in ("organisation", None)]
    return Judgement(Role.POSSIBLE, ("personal values in some rows",)) if personal else None


def _harmless(facts: Facts, match: Match | None) -> tuple[str, ...]:
    if facts.is_boolean:
        return ("true or false",)
    if match is not None:
        return _told(match, facts.values.rows)
    if facts.values.share(_NUMBER) >= NEARLY_ALL and facts.values.share(_WHOLE) < NEARLY_ALL:
        return ("numbers with decimals",)
    if facts.present < _FEWEST_ROWS:
        return ("too few rows to tell more",)
    return (_values_in_rows(facts),)


def _values_in_rows(facts: Facts) -> str:
    return f"{facts.distinct:,} value{'' if facts.distinct == 1 else 's'} in {facts.present:,} rows"


def _form(values: Values) -> tuple[int, float]:
    """The length of the commonest form of values, and the share of rows that have it.

    A form says where digits, letters and other signs stand; codes mix digits and letters, so that there it says where
    either stands.
    """
    best = (0, 0.0)
    if not values.rows:
        return best
    for classes, least in (((r"[0-9]", "9"), (r"[A-Za-z]", "a")), 0), (((r"[0-9A-Za-z]", "x"),), _LONG_FORM):
        forms: Counter[str] = Counter()
        for text, count in zip(values.texts, values.counts, strict=True):
            form = text.strip()
            for regex, sign in classes:
                form = re.sub(regex, sign, form)
            forms[form] += count
        form, count = min(forms.items(), key=lambda item: (-item[1], item[0]))
        is_code = "9" in form or "x" in form
        if is_code and len(form) >= least and count / values.rows > best[1]:
            best = (len(form), count / values.rows)
    return best
