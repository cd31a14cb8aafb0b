"""How probable is each label of each character, and that a stretch is a name? For one text, in floating point.

The finder's confidence compares a name with no name in its place. Here all labellings of the text count, with the
forward-backward algorithm (Rabiner 1989, part III; Lafferty, McCallum, Pereira 2001): slow, and only for looking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.names.features import flatten
from anonkit.detect.names.labels import (
    B_ADDR,
    B_ORG,
    B_PER,
    E_PER,
    FORBIDDEN,
    I_ADDR,
    I_ORG,
    I_PER,
    LABELS,
    SHORTEST,
    O,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anonkit.detect.names.model import Model

_INNER = {B_PER: (I_PER, E_PER), B_ADDR: (I_ADDR, I_ADDR), B_ORG: (I_ORG, I_ORG)}
"""The labels within and at the end of a name that begins so."""


@dataclass(frozen=True, eq=False)
class Marginals:
    """What all labellings of a text say together; before and after the text stands O.

    Attributes:
        of_labels: the probability of each label at each character: (characters, labels), rows add up to 1.
        scores, transitions: natural logarithms of weights: (characters, labels), [from, to].
        forward: logarithm of the weight of all labellings up to a character, by its label, that character included.
        backward: the same from behind a character on, without it.
        total: logarithm of the weight of all labellings.
    """

    of_labels: NDArray[np.float64]
    scores: NDArray[np.float64]
    transitions: NDArray[np.float64]
    forward: NDArray[np.float64]
    backward: NDArray[np.float64]
    total: float

    def of_name(self, start: int, end: int, begin: int) -> float:
        """The probability that exactly the characters [start, end) are a name that begins with label `begin`.

        A name has two characters or more; shorter ones have the probability 0.
        """
        if end - start < SHORTEST:
            return 0.0
        inside, last = _INNER[begin]
        labels = np.array([begin, *[inside] * (end - start - 2), last])
        weight = self.forward[start, begin] + self.transitions[labels[:-1], labels[1:]].sum()
        weight += self.scores[np.arange(start + 1, end), labels[1:]].sum()
        if end == len(self.scores):
            weight += self.transitions[last, O]
        else:
            after = self.transitions[last] + self.scores[end] + self.backward[end]
            after[last] = -np.inf  # the name would go on
            weight += np.logaddexp.reduce(after)
        return float(np.exp(min(weight - self.total, 0.0)))


def marginals(scores: NDArray[np.int16], transitions: NDArray[np.int32], unit: int) -> Marginals:
    """The probabilities of one text of a character or more.

    Args:
        scores: of its characters (see Model.scores), without pads: (characters, labels).
        transitions: [from, to], in the unit of the scores.
        unit: how many units make a weight of 1.
    """
    step = np.where(transitions > FORBIDDEN, transitions / unit, -np.inf)
    score = scores.astype(np.float64) / unit
    size = len(score)
    forward, backward = np.empty((size, len(LABELS))), np.empty((size, len(LABELS)))
    forward[0] = step[O] + score[0]
    for t in range(1, size):
        forward[t] = np.logaddexp.reduce(forward[t - 1][:, None] + step, axis=0) + score[t]
    backward[-1] = step[:, O]
    for t in range(size - 1, 0, -1):
        backward[t - 1] = np.logaddexp.reduce(step + (score[t] + backward[t]), axis=1)
    total = float(np.logaddexp.reduce(forward[-1] + step[:, O]))
    return Marginals(np.exp(forward + backward - total), score, step, forward, backward, total)


def of_text(model: Model, text: str) -> Marginals:
    """The probabilities of one run of text (see runs)."""
    flat, starts = flatten(model.known.characters, [text])
    first = int(starts[0])
    return marginals(model.scores(flat)[first : first + len(text)], model.transitions, model.unit)
