"""Which labelled texts of others are there to learn from, and how are they read?"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from anonkit.errors import InputError
from anonkit.training import sentences
from anonkit.training.sentences import LABEL_OF, Sentence

if TYPE_CHECKING:
    from anonkit.training.fillers import Fillers

# What others call what we call PER, ADDR and ORG, in capitals and without what stands behind a dot.
_LABELS = {
    **dict.fromkeys(("PER", "PERSON", "NR", "NAME", "人名", "姓名"), "PER"),
    **dict.fromkeys(("ADDR", "ADDRESS", "LOC", "LOCATION", "GPE", "NS", "地址", "地名"), "ADDR"),
    **dict.fromkeys(("ORG", "ORGANIZATION", "ORGANISATION", "NT", "COMPANY", "GOVERNMENT", "机构", "组织"), "ORG"),
}
# Their places go up to countries: only those from a district or a road down are addresses.
_PLACES = {"LOC", "LOCATION", "GPE", "NS", "地名"}
_ADDRESS_END = re.compile(r"[区县镇乡村路街巷弄号楼屯寨庄坊里]$")
_NO_ADDRESS = re.compile(r"(?:地|山|社|市|郊|城|辖|灾|景|战|园|林|牧|特)区$|[国洲]$")

_LABEL = re.compile(r"O|[BIMESLU]-\S+")
_OF_CHARACTERS = re.compile(r"(\ufffd+|.)\d+")  # Weibo NER: its place in its word; what was lost there are two U+FFFD

_Span = tuple[int, int, str]
_Raw = tuple[str, list[_Span]]
"""A text with spans under the labels of the corpus."""


def uner(file: Path) -> Iterator[Sentence]:
    """Sentences of Universal NER (IOB2 over words): https://www.universalner.org. Raises InputError."""
    return map(_sentence, _uner(file))


def conll(file: Path) -> Iterator[Sentence]:
    """Sentences of one character or word and its label a line (BIO, BMES, BIOES, BILOU). Raises InputError."""
    return map(_sentence, _conll(file))


def json_lines(file: Path) -> Iterator[Sentence]:
    """Sentences of JSON objects with text and spans [[start, end, label], ...] in characters. Raises InputError."""
    return map(_sentence, _json_lines(file))


def marked(file: Path, fillers: Fillers | None = None, seed: str = "") -> Iterator[Sentence]:
    """Sentences with {person=...}, {address=...}, {org=...} in them, one a line; {{ and }} are braces.

    Slots without a text, {person}, are filled at random by `fillers`.

    Raises:
        InputError: a brace has no partner, or a slot is of no kind that is known.
    """
    from anonkit.training.fillers import Fillers  # noqa: PLC0415  which reads files of this package

    fillers = fillers or Fillers(file.parent)
    values = random.Random(seed)
    try:
        for template in sentences.read(file):
            for kind, text in template.pieces:
                if kind and text is not None and kind not in LABEL_OF:
                    msg = f"{file}: {{{kind}=...}} is no kind of slot; known are {', '.join(sorted(LABEL_OF))}"
                    raise InputError(msg)
            yield template.fill(fillers, values)
    except UnicodeDecodeError:
        raise _no_utf8(file) from None
    except ValueError as error:
        msg = f"{error}; write {{person=...}} for a name and {{{{ for a brace"
        raise InputError(msg if str(file) in msg else f"{file}: {msg}") from None


def own(path: Path, fillers: Fillers, seed: str) -> list[Sentence]:
    """The sentences of a user's file or folder (all files in it, by name), whatever of these formats they are in.

    Args:
        path: files of CoNLL columns, of JSON lines, or of sentences with marks.
        fillers: for slots without a text.
        seed: of the values for these.

    Raises:
        InputError: a file cannot be read, says nothing, or has labels none of which is known.
    """
    files = (
        sorted(x for x in path.rglob("*") if x.is_file() and not x.name.startswith(".")) if path.is_dir() else [path]
    )
    found: list[Sentence] = []
    for file in files:
        raw = _FORMS[_form(file)]
        found += marked(file, fillers, f"{seed} {file.relative_to(path)}") if raw is None else _checked(file, raw(file))
    if not found:
        msg = f"{path}: holds no labelled sentence; docs/names.md shows what corpora look like"
        raise InputError(msg)
    return found


def _form(file: Path) -> str:
    """Which format the first line that says something is in."""
    first = next((line for _, line in _lines(file) if line.strip() and not line.startswith(("# ", "-DOCSTART-"))), "")
    columns = first.split("\t")
    if len(columns) >= 3 and columns[0].isdigit() and _LABEL.fullmatch(columns[2]):
        return "uner"
    if first.startswith("{"):
        try:
            if isinstance(json.loads(first), dict):
                return "json"
        except json.JSONDecodeError:
            return "marks"
    return "columns" if _LABEL.fullmatch(first.split()[-1] if first.split() else "") else "marks"


def _checked(file: Path, raw: Iterable[_Raw]) -> Iterator[Sentence]:
    """The sentences, if there is a label among theirs that is known: else all would be learnt to be no names."""
    whole = list(raw)
    labels = {label for _, spans in whole for *_, label in spans}
    if labels and not any(_label(label) for label in labels):
        msg = f"{file}: none of its labels says person, address or organisation; call them PER, ADDR and ORG"
        raise InputError(msg)
    return map(_sentence, whole)


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file with their numbers, from 1 on."""
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                yield number, line.rstrip("\r\n")
    except UnicodeDecodeError:
        raise _no_utf8(file) from None
    except OSError as error:
        msg = f"{file}: cannot be read: {error.strerror}; check the path and its permissions"
        raise InputError(msg) from None


def _no_utf8(file: Path) -> InputError:
    return InputError(f"{file}: is not UTF-8; convert it, say with iconv -f gb18030 -t utf-8")


def _label(theirs: str) -> str | None:
    """Our label for one of theirs; none for what is not a name: 老师 is PER.NOM in Weibo NER."""
    name, _, form = theirs.upper().partition(".")
    return None if form == "NOM" else _LABELS.get(name)


def _sentence(raw: _Raw) -> Sentence:
    """With our labels; of spans that overlap the longest counts, of equal ones the first."""
    text, spans = raw
    kept: list[_Span] = []
    for start, end, theirs in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        label = _label(theirs)
        if label is None or any(start < b and end > a for a, b, _ in kept):
            continue
        value = text[start:end]
        is_place = theirs.upper().partition(".")[0] in _PLACES
        if is_place and (not _ADDRESS_END.search(value) or _NO_ADDRESS.search(value)):
            continue
        kept.append((start, end, label))
    return Sentence(text, tuple(sorted(kept)))


def _uner(file: Path) -> Iterator[_Raw]:
    words: list[tuple[str, str]] = []
    for number, line in _lines(file):
        if not line.strip():
            yield from _of_words(words)
            words = []
        elif not line.startswith("#"):
            columns = line.split("\t")
            if len(columns) < 3:
                msg = f"{file}, line {number}: has no number, word and label between tabs; is the file whole?"
                raise InputError(msg)
            words.append((columns[1], columns[2]))
    yield from _of_words(words)


def _conll(file: Path) -> Iterator[_Raw]:
    whole: list[list[tuple[str, str]]] = [[]]
    for number, line in _lines(file):
        columns = line.split()
        if not columns or columns[0] == "-DOCSTART-":
            whole.append([])
        elif _LABEL.fullmatch(columns[-1]):
            whole[-1].append((columns[0] if len(columns) > 1 else " ", columns[-1]))
        elif not line.startswith("#"):
            msg = f"{file}, line {number}: does not end with O or a label such as B-PER; one character or word a line"
            raise InputError(msg)
    if all(_OF_CHARACTERS.fullmatch(word) for words in whole for word, _ in words):
        whole = [[(_OF_CHARACTERS.sub(r"\1", word), label) for word, label in words] for words in whole]
    for words in whole:
        yield from _of_words(words)


def _of_words(words: list[tuple[str, str]]) -> Iterator[_Raw]:
    """The text of words with its spans; nothing for no words."""
    text = ""
    spans: list[_Span] = []
    last = ""
    for word, label in words:
        if text and text[-1].isascii() and word[0].isascii() and text[-1].isalnum() and word[0].isalnum():
            text += " "
        start = len(text)
        text += word
        mark, _, kind = label.partition("-")
        if kind and (mark in "BSU" or last != kind):
            spans.append((start, len(text), kind))
        elif kind:
            spans[-1] = (spans[-1][0], len(text), kind)
        last = kind
    if words:
        yield text, spans


def _json_lines(file: Path) -> Iterator[_Raw]:
    for number, line in _lines(file):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            text, spans = entry["text"], [(start, end, label) for start, end, label in entry["spans"]]
            whole = all(0 <= start < end <= len(text) and label.strip() for start, end, label in spans)
        except (ValueError, TypeError, KeyError, AttributeError):
            whole = False
        if not whole:
            msg = (
                f'{file}, line {number}: is not {{"text": "...", "spans": [[start, end, "PER"], ...]}} within the text'
            )
            raise InputError(msg)
        yield text, spans


_FORMS: dict[str, Callable[[Path], Iterator[_Raw]] | None] = {
    "uner": _uner,
    "columns": _conll,
    "json": _json_lines,
    "marks": None,
}
