"""Which labelled texts of others are there to learn from, and how are they read?"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from anonkit.errors import InputError
from anonkit.training.sentences import LABEL_OF, Sentence, Template

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
_OBJECT = re.compile(r'\s*\{\s*["}]')  # no sentence with marks begins so
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
        InputError: a brace has no partner, a mark has no text, or a slot is of no kind that is known.
    """
    from anonkit.training.fillers import Fillers  # noqa: PLC0415  which reads files of this package

    fillers = fillers or Fillers(file.parent)
    values = random.Random(seed)
    for template in _templates(file):
        yield template.fill(fillers, values)


def _templates(file: Path) -> Iterator[Template]:
    from anonkit.training.fillers import KINDS  # noqa: PLC0415  as above

    for number, line in _lines(file):
        for part in line.splitlines():
            if not part.strip() or part.startswith("#"):
                continue
            try:
                template = Template.parse(part)
            except ValueError as error:
                msg = f"{file}, line {number}: {error}; write {{person=...}} for a name and {{{{ for a brace"
                raise InputError(msg) from None
            for kind, text in template.pieces:
                known = KINDS if text is None else LABEL_OF
                if kind and kind not in known:
                    msg = f"{file}, line {number}: what stands in braces is no kind of slot; known are {_list(known)}"
                    raise InputError(f"{msg}; write {{{{ for a brace")
                if kind and text is not None and not text.strip():
                    msg = f"{file}, line {number}: a mark has no text; write {{{kind}=...}}, or {{{kind}}} for any"
                    raise InputError(msg)
            yield template


def _list(known: Iterable[str]) -> str:
    return ", ".join(sorted(known))


def own(path: Path, fillers: Fillers, seed: str, say: Callable[[str], None] = lambda _: None) -> list[Sentence]:
    """The sentences of a user's file or folder (all files in it, by name), whatever of these formats they are in.

    Args:
        path: files of CoNLL columns, of JSON lines, or of sentences with marks.
        fillers: for slots without a text.
        seed: of the values for these.
        say: is told of each file which format it was taken for, and how much was found in it.

    Raises:
        InputError: a file cannot be read, says nothing, has labels none of which is known, or is in none of these
            formats.
    """
    files = (
        sorted(x for x in path.rglob("*") if x.is_file() and not x.name.startswith(".")) if path.is_dir() else [path]
    )
    found: list[Sentence] = []
    for file in files:
        form = _form(file)
        read = _FORMS[form]
        new = list(_checked(file, read(file)) if read else marked(file, fillers, f"{seed} {file.relative_to(path)}"))
        names = sum(len(sentence.spans) for sentence in new)
        if new and not names and read is None:
            # Not what its writer meant: each name in it would be learnt to be none.
            msg = (
                f"{file}: is read as sentences with marks, but holds no mark such as {{person=...}}; mark the names, "
                'or write columns that end with O or B-PER, or JSON lines with "text" and "spans"'
            )
            raise InputError(msg)
        say(f"{file}: read as {form}; sentences: {len(new)}, names: {names}")
        if new and not names:
            say(f"{file}: no name is labelled in it; whatever name stands there is learnt to be none")
        found += new
    if not found:
        msg = f"{path}: holds no labelled sentence; docs/names.md shows what corpora look like"
        raise InputError(msg)
    return found


def _form(file: Path) -> str:
    """Which format the first line that says something is in."""
    first = next((line for _, line in _lines(file) if line.strip() and not line.startswith(("# ", "-DOCSTART-"))), "")
    columns = first.split("\t")
    if len(columns) >= 3 and columns[0].isdigit() and _LABEL.fullmatch(columns[2]):
        return "columns of Universal NER"
    if _OBJECT.match(first):
        return "JSON lines"
    return "columns" if _LABEL.fullmatch(first.split()[-1] if first.split() else "") else "sentences with marks"


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
        msg = f"{file}: is not UTF-8; convert it, say with iconv -f gb18030 -t utf-8"
        raise InputError(msg) from None
    except OSError as error:
        msg = f"{file}: cannot be read: {error.strerror}; check the path and its permissions"
        raise InputError(msg) from None


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
            if len(columns) < 3 or not columns[1]:
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
        raw = _entry(line)
        if raw is None:
            msg = (
                f'{file}, line {number}: is not {{"text": "...", "spans": [[start, end, "PER"], ...]}} within the text'
            )
            raise InputError(msg)
        yield raw


def _entry(line: str) -> _Raw | None:
    """What a JSON line says; none if it is no such line."""
    try:
        entry = json.loads(line)
        text, spans = entry["text"], [(start, end, label) for start, end, label in entry["spans"]]
        text.encode()  # which half of a surrogate pair does not survive
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return (text, spans) if isinstance(text, str) and all(_is_span(span, len(text)) for span in spans) else None


def _is_span(span: tuple[object, object, object], length: int) -> bool:
    start, end, label = span
    if type(start) is not int or type(end) is not int:  # True is an int as well
        return False
    return 0 <= start < end <= length and isinstance(label, str) and bool(label.strip())


_FORMS: dict[str, Callable[[Path], Iterator[_Raw]] | None] = {
    "columns of Universal NER": _uner,
    "columns": _conll,
    "JSON lines": _json_lines,
    "sentences with marks": None,
}
