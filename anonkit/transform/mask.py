"""How is a value shown to staff, so that they know it again and cannot use it?

In the familiar form of its entity (mask_forms.py), or with some characters at both ends. No value comes back unmasked,
however short or odd: of one shorter than its entity has them at most half is shown (hiding.py). Secrets and biometric
data become labels: there is no part of them to be shown. A mask is no anonymization: who reads it sees most of the
value, and few others look the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from anonkit.model import Parameter
from anonkit.transform.base import Operation, Reversal, Subject, Transform
from anonkit.transform.hiding import CHARACTERS, ends_shown, hidden, hidden_places, stars
from anonkit.transform.label import label_of
from anonkit.transform.mask_forms import FORMS, MaskForm
from anonkit.transform.parameters import choice, integer
from anonkit.transform.plain import by_value
from anonkit.transform.user_agents import family
from anonkit.transform.width import narrow

NEVER_SHOWN = frozenset(("SECRET", "SESSION_TOKEN", "FACE_IMAGE", "FACE_FEATURE", "BIOMETRIC"))
"""Entities that become their label."""

_MOST_KEPT = 1000
_DEFAULTS: dict[str, Parameter] = {"keep_first": 0, "keep_last": 0, "character": "*"}


def masked(text: str, entity: str, *, first: int = 0, last: int = 0, character: str = "*") -> str | None:
    """The mask of a plain value, in its familiar form where `first` and `last` are 0; None where only a label will do.

    With `first` and `last` the same part is masked, such as a number behind +86; at most half of up to eight characters
    is shown, and all but four of more.
    """
    text = narrow(text).strip()
    if entity in NEVER_SHOWN:
        return None
    is_familiar = not first and not last
    if entity == "USER_AGENT" and is_familiar:
        return family(text)
    form = FORMS.get(entity, MaskForm())
    if is_familiar and form.special is not None:
        return form.special(text, character)
    before, part, after = form.split(text)
    if not part:
        return hidden(text, character)
    if is_familiar:
        part = ends_shown(part, character, form.first, form.last, usual=form.usual)
    else:
        part = ends_shown(part, character, first, last)
    return before + part + (after if form.rest_shown is None else stars(after, character, form.rest_shown))


def _kept(parameters: Mapping[str, Parameter]) -> tuple[int, int, str]:
    first = integer(parameters, "keep_first", 0, low=0, high=_MOST_KEPT)
    last = integer(parameters, "keep_last", 0, low=0, high=_MOST_KEPT)
    return first, last, choice(parameters, "character", "*", CHARACTERS)


def _build(subject: Subject) -> Transform:
    first, last, character = _kept(subject.parameters)
    label = label_of(subject)

    def mask(text: str) -> str | bytes:
        result = masked(text, subject.entity, first=first, last=last, character=character)
        return label if result is None else result

    return by_value(mask, remember=subject.entity not in NEVER_SHOWN, label=label)


def _reversal(entity: str, parameters: Mapping[str, Parameter]) -> Reversal:
    first, last, _ = _kept(parameters)
    if entity in NEVER_SHOWN:
        return Reversal("nothing")
    return Reversal("reader", _candidates_bits(FORMS.get(entity, MaskForm()), first, last), consistent=True)


def _candidates_bits(form: MaskForm, first: int, last: int) -> float | None:
    """What the hidden characters of a value of the usual length can be, less what a check digit that is shown says."""
    is_familiar = not first and not last
    if form.special is not None and is_familiar:
        return form.special_bits
    if not form.sample:
        return None
    if is_familiar:
        places = hidden_places(form.sample, form.first, form.last, usual=form.usual)
    else:
        places = hidden_places(form.sample, first, last)
    bits = form.bits if isinstance(form.bits, tuple) else (form.bits,) * form.sample
    known = form.known_bits if form.sample - 1 not in places else 0.0
    return max(0.0, sum(bits[place] for place in places) - known)


MASK = Operation(
    "mask",
    "the familiar form, such as 138****5678, or the characters at both ends that `keep_first` and `keep_last` say",
    _DEFAULTS,
    _reversal,
    _build,
)
