"""Which made-up value takes the place of a value? One that looks real, the same one under the same key.

What is drawn follows from an HMAC of the canonical value; numbers of telephones, cards and devices are other numbers of
their domain (transform/domains), addresses in networks others that lie together as they did. A fake is never its own
value, but for addresses of private and reserved ranges, which stay. It may be the value of somebody else, also of one
in the same input: names are drawn from lists of common ones, and a number that is not in use today may be tomorrow.
Only mailboxes are nobody's (RFC 2606). Different values may get the same fake, as people have the same names.

The key does not turn a fake back, but who has it can draw the fakes of all names of a list, and see which are there:
with the key it is a search. Without the key no table helps. The lists come with anonkit (fakes/lists.toml), so that the
same key gives the same fake everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from anonkit.model import Parameter
from anonkit.transform.base import Operation, Reversal, Subject, Transform
from anonkit.transform.domains import DOMAINS
from anonkit.transform.fakes.accounts import account, mailbox, organization
from anonkit.transform.fakes.dates import birth_date
from anonkit.transform.fakes.draws import Draws, drawer
from anonkit.transform.fakes.people import person
from anonkit.transform.fakes.places import address
from anonkit.transform.fpe import DomainCipher
from anonkit.transform.ip_prefix import AddressCipher
from anonkit.transform.label import label_of
from anonkit.transform.plain import by_value
from anonkit.transform.spelling import canonical
from anonkit.transform.width import is_widened, narrow, widened

_USE = "surrogate"
_KEY_BYTES = 32
_MOST_ATTEMPTS = 100
_Fake = Callable[[str, Draws], str | None]

_DRAWN: Mapping[str, _Fake] = {
    "PERSON": person,
    "ADDRESS": address,
    "EMAIL_ADDRESS": mailbox,
    "ORGANIZATION": organization,
    "DATE_OF_BIRTH": birth_date,
    # where they have no domain, or too small a one
    "USER_ID": account,
    "QQ": account,
    "WECHAT_ID": account,
    "OPENID": account,
    "DEVICE_ID": account,
}
_IP = "IP_ADDRESS"
_ENTITIES = frozenset({*_DRAWN, *DOMAINS, _IP})


def _build(subject: Subject) -> Transform:
    entity, secret = subject.entity, subject.secret
    if entity not in _ENTITIES:
        raise ValueError(f"nobody makes up values for {entity}; use label, pseudonym or encrypt for it")
    if secret is None:
        raise ValueError("surrogate needs a key; name one, or use an operation without")
    label = label_of(subject)
    fakes: list[Callable[[str], str | None]] = []
    if entity == _IP:
        fakes.append(AddressCipher(subject, _USE).encrypted)
    if entity in DOMAINS:
        fakes.append(_permuted(DomainCipher(subject, _USE)))
    if entity in _DRAWN:
        fakes.append(_drawn(_DRAWN[entity], entity, drawer(secret.derive(f"{_USE} draws", _KEY_BYTES), secret.cipher)))

    def fake(text: str) -> str | bytes:
        found = (made(text) for made in fakes if text.encode() != label)
        return next(filter(None, found), None) or label

    return by_value(fake, remember=True, label=label)


def _permuted(cipher: DomainCipher) -> Callable[[str], str | None]:
    """Another value of the domain; None for what has none, and for the rare one that becomes itself."""

    def other(text: str) -> str | None:
        result = cipher.encrypted(text)
        return None if result == text else result

    return other


def _drawn(fake: _Fake, entity: str, draws: Callable[[str, int], Draws]) -> Callable[[str], str | None]:
    """Draws until it is another value than the one it stands for; None where there are hardly any others."""

    def other(text: str) -> str | None:
        value = canonical(text, entity)
        written = narrow(text) if entity == "DATE_OF_BIRTH" else value  # a date keeps its form
        for attempt in range(_MOST_ATTEMPTS):
            result = fake(written, draws(value, attempt))
            if result is None or canonical(result, entity) != value:
                return widened(result) if result and is_widened(text) else result
        return None

    return other


def _reversal(entity: str, _parameters: Mapping[str, Parameter]) -> Reversal:
    if entity == _IP:  # those of private ranges are there to be read
        return Reversal("reader", candidates_bits=0.0, consistent=True)
    return Reversal("key", consistent=True)


SURROGATE = Operation(
    name="surrogate",
    summary="a made-up value that looks real, the same one for the same value",
    parameters={},
    reversal=_reversal,
    build=_build,
    entities=_ENTITIES,
    needs_key=True,
    looks_real=True,
)
