"""Is what is done to an entity in keeping with the promise, and if not, why, and what is to be used instead?

anonymize   nobody can turn a result back, the keeper included: by key, by table, by search, by reading (PIPL 73(4))
deidentify  nobody can without what is kept apart (PIPL 73(3))
mask        less to see; nothing is promised of what can be inferred
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anonkit.model import Action, EntityClass, Parameter, Promise
from anonkit.policy.spaces import search_cost
from anonkit.transform.base import Operation, Reversal
from anonkit.transform.hiding import hidden_places
from anonkit.transform.mask_forms import FORMS
from anonkit.transform.spaces import SPACES


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is wrong with a treatment; a warning where it is no refusal."""

    is_refusal: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Case:
    """How one entity, or one column, is treated.

    name          what a sentence calls it
    is_sensitive  whether it is on a list of sensitive information that counts
    outlives_run  whether its key does
    """

    name: str
    entity: str
    class_: EntityClass
    action: Action
    operation: Operation
    reversal: Reversal
    is_sensitive: bool = False
    outlives_run: bool = False

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Those of the policy, and the defaults of the operation."""
        return {**self.operation.parameters, **self.action.parameters}

    @property
    def is_hashed_by_length(self) -> bool:
        """Whether the hash is made only of values that are long and random enough, the others getting labels."""
        return self.operation.entities is not None and self.entity in self.operation.entities


Rule = Callable[[Case], Ruling | None]


def judge(promise: Promise, case: Case) -> Ruling | None:
    """The ruling on a case; None where nothing is to be said."""
    if case.class_ == "organisation":
        return None
    by_operation, by_reversal = _RULES[promise]
    return (by_operation.get(case.action.do) or by_reversal[case.reversal.by])(case)


def _refusal(sentence: str) -> Ruling:
    return Ruling(is_refusal=True, sentence=sentence)


def _warning(sentence: str) -> Ruling:
    return Ruling(is_refusal=False, sentence=sentence)


def _fine(_case: Case) -> None:
    return None


_INSTEAD = "use label or redact"


def _kept(case: Case) -> Ruling:
    if case.class_ in ("direct", "secret", "sensitive"):
        return _refusal(f"{case.name} is kept, so whoever reads the result has it; {_INSTEAD}")
    why = "leads back to the person who is behind it (PIPL 4, GB/T 35273-2020 annex A)"
    return _refusal(f"{case.name} is kept, and a {case.class_} value {why}; {_INSTEAD}")


def _shown(case: Case) -> Ruling:
    """Masks, and whatever else leaves most of a value to the reader."""
    bits = case.reversal.candidates_bits
    left = "most of it to the reader" if bits is None else f"{count(bits)} candidates"
    why = "and what else is known tells which, so it is not anonymized"
    return _refusal(f"{case.action.do} of {case.name} leaves {left}, {why}; {_INSTEAD}")


def count(bits: float) -> str:
    """How many 2^bits are, for people."""
    return f"{2**bits:,.0f}" if bits < 40 else f"2^{bits:.0f}"  # noqa: PLR2004  a trillion is read better as a power


def _masked(case: Case) -> Ruling | None:
    return None if case.reversal.by == "nothing" else _shown(case)


def _encrypted(case: Case) -> Ruling:
    why = "can be restored by whoever holds the key, which is de-identification (PIPL 73(3))"
    return _refusal(f'{case.name} is encrypted and {why}; {_INSTEAD}, or promise = "deidentify"')


def _hashed(case: Case) -> Ruling:
    if not case.is_hashed_by_length:
        return _undone(case, "label, or pseudonym, whose key goes with the run")
    why = "is undone by a table of the values that somebody has, the keeper first of all"
    return _refusal(f"a hash of {case.name} without a key {why}; use label, or pseudonym, whose key goes with the run")


def _undone(case: Case, instead: str) -> Ruling:
    space = SPACES.get(case.entity)
    if space is None:
        why = "is undone by trying all values, unless it is known that these are too many"
    elif space.is_enumerable:
        why = f"is undone by trying all values ({search_cost(space.bits)})"
    else:
        why = "is the same everywhere, and lists of the values that undo it are about"
    return _refusal(f"a hash of {case.name} without a key {why}; use {instead}")


def _prefixed(case: Case) -> Ruling:
    why = "leaves private and reserved addresses readable, and tells which people share a network"
    return _refusal(f"ip_prefix of {case.name} {why}; use label, or generalise to /16")


def _shifted(case: Case) -> Ruling:
    days = case.parameters.get("days", 0)
    why = f"has one of 2 x {days} offsets, and one date of a person that is known gives all of theirs"
    return _refusal(f"shift of {case.name} {why}; use label, or generalise")


def _keyed(case: Case) -> Ruling:
    if case.outlives_run:
        why = "uses a key that outlives the run, with which its holder can try all values"
        return _refusal(f"{case.action.do} of {case.name} {why}; take `key` out of the policy, or {_INSTEAD}")
    return _apart(case)


def _apart(case: Case) -> Ruling:
    why = "keeps each individual apart, which GB/T 35273-2020 3.15 counts as de-identification even without a key"
    return _warning(
        f"{case.action.do} of {case.name} {why}; anonymized is only what the release gate has counted k for"
    )


def _numbered(case: Case) -> Ruling | None:
    return _apart(case) if case.reversal.consistent else None


def _searched(case: Case) -> Ruling:
    return _refusal(f"{case.action.do} of {case.name} is undone by trying all values; {_INSTEAD}")


@dataclass(frozen=True, slots=True)
class Limit:
    """How coarse a value must be to be anonymized.

    allows  which values of each parameter are coarse enough
    rule    what they are, for people
    why     what finer values tell
    """

    allows: Mapping[str, Callable[[Any], bool]]
    rule: str
    why: str


LIMITS: dict[str, Limit] = {
    "IP_ADDRESS": Limit(
        {"prefix_v4": lambda bits: bits <= 16, "prefix_v6": lambda bits: bits <= 32},  # noqa: PLR2004  see `rule`
        "prefix_v4 = 16 and prefix_v6 = 32 or less",
        "a /24 has 256 addresses, often one office, a /48 is one customer",
    ),
    "DATE_OF_BIRTH": Limit(
        {"to": lambda level: level in ("", "year", "decade", "age_band")},
        'to = "year", "decade" or "age_band"',
        "a date of birth with a sex and a place singles most people out, a month still some (Golle 2006)",
    ),
    "TIMESTAMP": Limit(
        {"to": lambda level: level in ("", "day", "month", "year", "decade")},
        'to = "day" or coarser',
        "whoever was there knows the hour of what they saw",
    ),
    "GEO_COORDINATE": Limit(
        {"decimals": lambda decimals: decimals <= 1},
        "decimals = 1 or 0",
        "2 decimals are a kilometre, and home and work together single people out (Golle and Partridge 2009)",
    ),
    "ADDRESS": Limit(
        {"to": lambda level: level in ("", "city", "province")},
        'to = "city" or "province"',
        "a district and what else is known single people out",
    ),
    "USER_AGENT": Limit({}, "", ""),
}
_LEAST_BITS = {"quasi": 4.32, "sensitive": 4.32}  # 20 values, as many as k for public release
_LEAST_BITS_OF_IDENTIFIERS = 16.0  # as many as a /16 has
_UNSAID = "FIELD"  # a column of which nothing is said, which may hold an identifier (columns.py)


def _generalised(case: Case) -> Ruling | None:
    limit = LIMITS.get(case.entity)
    if limit is not None:
        parameters = case.parameters
        if all(allows(parameters[name]) for name, allows in limit.allows.items() if name in parameters):
            return None
        return _refusal(f"{case.name} is generalised too little: {limit.why}; use {limit.rule}")
    bits, least = case.reversal.candidates_bits, _LEAST_BITS.get(case.class_, _LEAST_BITS_OF_IDENTIFIERS)
    if case.entity == _UNSAID:
        least = _LEAST_BITS_OF_IDENTIFIERS
    if bits is not None and bits >= least:
        return None
    left = "an unknown number of" if bits is None else count(bits)
    why = f"{left} values have the same result, fewer than {count(least)}"
    return _refusal(f"{case.name} is generalised too little: {why}; use a wider band, or label")


def _coarse_among_pseudonyms(case: Case) -> Ruling | None:
    bits = case.reversal.candidates_bits
    if bits is None:
        return None
    is_identifier = case.entity not in LIMITS and case.class_ in ("direct", "secret")
    least = _LEAST_BITS_OF_IDENTIFIERS if is_identifier or case.entity == _UNSAID else _LEAST_BITS["quasi"]
    if bits >= least:
        return None
    left = f"{case.name} is generalised so little that only {count(bits)} values have the same result"
    if is_identifier:
        return _refusal(f"{left}, so it identifies by itself (PIPL 73(3)); use encrypt, pseudonym or redact")
    return _warning(f"{left}; use a wider one, or pseudonym")


def _shifted_among_pseudonyms(case: Case) -> Ruling | None:
    bits = case.reversal.candidates_bits
    if bits is None or 2**bits >= _LEAST_OFFSETS:
        return None
    why = f"has {count(bits)} offsets, which are tried by hand"
    return _refusal(f"shift of {case.name} {why}; make days {_LEAST_OFFSETS // 2} or more")


_LEAST_OFFSETS = 60  # two months, more than what is known of most dates


def _kept_among_pseudonyms(case: Case) -> Ruling | None:
    if case.class_ in ("direct", "secret"):
        why = "so the result identifies by itself and is not de-identified (PIPL 73(3))"
        return _refusal(f"{case.name} is kept, {why}; use encrypt, pseudonym or redact")
    if case.class_ == "linkable" or case.is_sensitive or case.class_ == "sensitive":
        why = "and who knows it elsewhere finds the person in all records that have it"
        return _warning(f"{case.name} is kept, {why}; pseudonym keeps records together as well")
    return None


def _shown_among_pseudonyms(case: Case) -> Ruling | None:
    if case.reversal.by != "reader":
        return None
    if case.class_ in ("direct", "secret"):
        why = "leaves most of it to the reader, who needs no key to tell who it is (PIPL 73(3))"
        return _refusal(f"{case.action.do} of {case.name} {why}; use encrypt, pseudonym or redact")
    return _warning(f"{case.action.do} of {case.name} leaves some of it to the reader; pseudonym leaves nothing")


def _hashed_among_pseudonyms(case: Case) -> Ruling:
    if not case.is_hashed_by_length:
        return _undone(case, "pseudonym, which has a key")
    why = "is the same for everybody, so recipients can join their copies, and a list of the values undoes it"
    return _warning(f"a hash of {case.name} without a key {why}; pseudonym has a key for each recipient")


def _kept_for_display(case: Case) -> Ruling | None:
    if case.class_ in ("direct", "secret", "sensitive") or case.is_sensitive:
        return _refusal(f"{case.name} is kept, so it is shown in full (GB/T 35273-2020 7.2); use mask or redact")
    return None


def _masked_for_display(case: Case) -> Ruling | None:
    asked = sum(int(case.parameters[name]) for name in ("keep_first", "keep_last"))
    length = FORMS[case.entity].sample if case.entity in FORMS else 0
    length = length or _USUAL_LENGTH
    hidden = len(hidden_places(length, int(case.parameters["keep_first"]), int(case.parameters["keep_last"])))
    if length - asked >= hidden or case.reversal.by == "nothing":
        return None
    why = f"keeps {asked} characters, which is overruled: of {length} of them {hidden} are hidden"
    return _warning(f"mask of {case.name} {why}; say less in keep_first and keep_last")


_USUAL_LENGTH = 16  # characters, of values whose length is not known


def _hashed_for_display(case: Case) -> Ruling | None:
    return None if case.is_hashed_by_length else _undone(case, "mask, or pseudonym, which has a key")


_RULES: dict[Promise, tuple[dict[str, Rule], dict[str, Rule]]] = {
    "anonymize": (
        {
            "keep": _kept,
            "mask": _masked,
            "encrypt": _encrypted,
            "hash": _hashed,
            "ip_prefix": _prefixed,
            "generalise": _generalised,
            "shift": _shifted,
        },
        {"nothing": _numbered, "key": _keyed, "search": _searched, "reader": _shown},
    ),
    "deidentify": (
        {
            "keep": _kept_among_pseudonyms,
            "hash": _hashed_among_pseudonyms,
            "generalise": _coarse_among_pseudonyms,
            "shift": _shifted_among_pseudonyms,
        },
        {"nothing": _fine, "key": _fine, "search": _fine, "reader": _shown_among_pseudonyms},
    ),
    "mask": (
        {"keep": _kept_for_display, "hash": _hashed_for_display, "mask": _masked_for_display},
        {"nothing": _fine, "key": _fine, "search": _fine, "reader": _fine},
    ),
}
