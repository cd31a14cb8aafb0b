"""Which labels does a character get, and which may follow which?"""

from __future__ import annotations

# The order serves the decoder: the first four may be followed by the outside or by a beginning, the next three are
# beginnings, and each inside follows its own beginning only.
LABELS = ("O", "E-PER", "I-ADDR", "I-ORG", "B-PER", "B-ADDR", "B-ORG", "I-PER")
O, E_PER, I_ADDR, I_ORG, B_PER, B_ADDR, B_ORG, I_PER = range(8)  # noqa: E741  what everybody calls the outside

PERSON, ADDRESS, ORGANIZATION = "PERSON", "ADDRESS", "ORGANIZATION"
ENTITIES = {"PER": PERSON, "ADDR": ADDRESS, "ORG": ORGANIZATION}
"""What the second part of a label means."""
KIND_OF = {entity: kind for kind, entity in ENTITIES.items()}
ENTITY_OF = {B_PER: PERSON, B_ADDR: ADDRESS, B_ORG: ORGANIZATION}

SHORTEST = 2
"""Characters of a name, the fewest."""
FORBIDDEN = -(1 << 20)
"""The weight of a transition that may not be."""

FOREIGN = {
    **dict.fromkeys("PERSON PER PER.NAM NR NAME 姓名 人名".split(), PERSON),
    **dict.fromkeys("ADDRESS ADDR LOCATION LOC LOC.NAM GPE GPE.NAM FAC FACILITY NS 地址 地名".split(), ADDRESS),
    **dict.fromkeys(
        "ORGANIZATION ORGANISATION ORG ORG.NAM NT COMPANY GOVERNMENT 机构 组织 机构名 公司".split(), ORGANIZATION
    ),
}
"""Labels of others, in capitals: OntoNotes (spaCy, stanza), CoNLL, People's Daily and MSRA, Weibo, CLUENER."""

_OPEN = (O, E_PER, I_ADDR, I_ORG)  # after these an entity may begin, or none
# PREVIOUS[label]: the labels that may stand before it. An entity has two characters or more.
PREVIOUS: dict[int, tuple[int, ...]] = {
    O: _OPEN,
    B_PER: _OPEN,
    B_ADDR: _OPEN,
    B_ORG: _OPEN,
    I_PER: (B_PER, I_PER),
    E_PER: (B_PER, I_PER),
    I_ADDR: (B_ADDR, I_ADDR),
    I_ORG: (B_ORG, I_ORG),
}

_PERSON = (B_PER, I_PER, E_PER)
_ANY = (*_PERSON, B_ADDR, I_ADDR, B_ORG, I_ORG)
_EDGES = (B_PER, E_PER, B_ADDR, B_ORG)
# Characters and the labels that they cannot have, whatever stands around them.
IMPOSSIBLE: dict[str, tuple[int, ...]] = {
    "\"'=:：|{}[]【】「」『』“”‘’《》〈〉，,、;；。!！?？\\_…→@*+%~^$<>": _ANY,
    "()（）#/0": _PERSON,
    " -": _EDGES,
    "·": _EDGES,
    "#/)）.": (B_ADDR, B_ORG),
}


def encode(length: int, spans: list[tuple[int, int, str]]) -> list[str]:
    """The labels of `length` characters with these spans (start, end, PER | ADDR | ORG); spans of one character go."""
    labels = ["O"] * length
    for start, end, kind in spans:
        if end - start < SHORTEST:
            continue
        labels[start] = f"B-{kind}"
        labels[start + 1 : end] = [f"I-{kind}"] * (end - start - 1)
        if kind == "PER":
            labels[end - 1] = "E-PER"
    return labels
