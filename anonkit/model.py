"""The few types that every part of anonkit speaks; imports nothing else of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

EntityClass = Literal["direct", "linkable", "quasi", "sensitive", "secret", "organisation"]
Default = Literal["scrubbed", "kept", "off"]
Promise = Literal["anonymize", "deidentify", "mask"]
Combination = Literal["treat-all", "linked"]
LabelStyle = Literal["entity", "chinese"]
CipherName = Literal["aes", "sm4"]
Epoch = Literal["none", "year", "quarter", "month", "day"]
Parameter = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Match:
    """One way a card finds its entity: a self-evident `pattern`, or the `value` of one of `keys`.

    `trigger` is a cheaper expression that lies within every match of `pattern`, for the first look.
    """

    pattern: str | None = None
    trigger: str | None = None
    keys: tuple[str, ...] = ()
    value: str | None = None
    boundary: str = "word"
    validator: str | None = None
    confidence: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the values that must be found in it, in order; none for a near miss."""

    text: str
    find: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Recognizer:
    """A card: what one entity is, how it is found, and the examples that prove it."""

    entity: str
    title: str
    title_en: str
    class_: EntityClass
    confidence: float
    sensitive: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    default: Default = "scrubbed"
    finder: str | None = None
    matches: tuple[Match, ...] = ()
    examples: tuple[Example, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a finding was taken. Never holds the value.

    card       file name of the card
    match      what matched: "pattern 1", "keyed 2", or a finder's name (counted from 1, as in the card)
    validator  the check that it passed, if it has one
    context    the context words that raised or (with a leading "-") lowered the confidence
    view       how the text was decoded before it matched, such as "percent"; empty for the text itself
    """

    card: str
    match: str
    validator: str | None = None
    context: tuple[str, ...] = ()
    view: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A personal value: its entity and place, never the value.

    `start` and `end` are a half-open range, in code points of the text that was scanned
    (in bytes where a method says that it works on bytes).
    """

    entity: str
    start: int
    end: int
    confidence: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace bytes [start, end) of a UTF-8 block by `replacement`."""

    start: int
    end: int
    replacement: bytes
    entity: str


@dataclass(frozen=True, slots=True)
class Action:
    """What is done to a value: the name of an operation (transform/operations.py), and its parameters."""

    do: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """What a column holds, as the parameter `entity` says; empty where nothing is said."""
        return str(self.parameters.get("entity", ""))

    def without_target(self) -> Action:
        """What the operation is told: all parameters but `entity`."""
        return Action(self.do, {name: value for name, value in self.parameters.items() if name != "entity"})


@dataclass(frozen=True, slots=True)
class Values:
    """A list of exceptions.

    values    canonical values (see transform/plain.py), as they are
    patterns  regular expressions that match a whole value
    hashed    "sha256:HEX" or "sm3:HEX" of canonical values
    """

    values: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameSources:
    """Who finds people, addresses and organisations in Chinese text; what all of them find counts together.

    engines  "anonkit" is the model that comes with it, FILE.npz one that `anonkit train-names` made, the others are
             pipelines that must be installed: "spacy:MODEL", "stanza:LANGUAGE", "transformers:MODEL", "gliner:MODEL"
    lists    files of names (see detect/names/exact.py)
    """

    engines: tuple[str, ...] = ("anonkit",)
    lists: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As `anonkit policy diff` shows it: the files of lists by name, never what is in them."""
        return ", ".join((*self.engines, *self.lists)) or "nothing"


LossName = Literal["normalised", "normalised-mean", "discernibility", "entropy", "class-size"]


@dataclass(frozen=True, slots=True)
class TableRule:
    """What a policy asks of tables, as `anonkit.anonymize` takes it.

    k            how many rows, or subjects where there are some, look alike at least
    quasi        the quasi-identifiers; where none is named, `anonkit profile` tells them
    sensitive    the columns that `l` and `t` are asked of
    l            how many values of these there are in every class (distinct l-diversity)
    t            how far their distribution in a class may be from that of the table (equal distance)
    suppress     the share of rows that may be suppressed
    loss         by which loss the least is found
    subject      the column whose distinct values count, in place of rows
    hierarchies  files by quasi-identifier, as `anonkit.anonymize` reads them; the others are suggested
    weights      by quasi-identifier, how much its loss counts
    seconds      how long the search may take
    """

    k: int = 5
    quasi: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    l: int | None = None  # noqa: E741  the name that the papers gave it
    t: float | None = None
    suppress: float = 0.05
    loss: LossName = "normalised"
    subject: str | None = None
    hierarchies: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    seconds: float | None = None

    def __str__(self) -> str:
        """As `anonkit policy diff` shows it."""
        said = [f"{name} = {value}" for name in ("k", "l", "t") if (value := getattr(self, name)) is not None]
        said += [f"{name} = {' '.join(names)}" for name in ("quasi", "sensitive") if (names := getattr(self, name))]
        said += [f"suppress = {self.suppress:g}", f"loss = {self.loss}"]
        said += [] if self.subject is None else [f"subject = {self.subject}"]
        said += [f"hierarchy of {name} = {file}" for name, file in self.hierarchies.items()]
        said += [f"weight of {name} = {weight:g}" for name, weight in self.weights.items()]
        return ", ".join(said + ([] if self.seconds is None else [f"seconds = {self.seconds:g}"]))


@dataclass(frozen=True, slots=True)
class Policy:
    """What happens to what is found, and what is promised of the result. `anonkit policy show NAME` prints one.

    name         how it is called: that of a built-in, or a file's name without its ending
    promise      "anonymize", "deidentify" or "mask"
    recipient    who gets the result; with `per_recipient` one must be named, here or by the caller
    default      what happens to personal entities for which nothing more exact is said
    entities     by entity; comes before `classes`
    classes      by class of the entity's card; organisations are kept unless something is said
    columns      by column, key, or JSON path
    threshold    the least confidence of a finding, 0 to 1; None for the usual one
    thresholds   the same by entity
    allow, deny  values that are no findings, and values that always are
    names        who finds people, addresses and organisations
    combination  "linked": linkable and quasi values count only where a direct one is linked to them
    label_style  <CN_MOBILE> or <手机号码>
    cipher       "aes" with SHA-256, or "sm4" with SM3
    epoch        how long values stay the same: "month" gives other pseudonyms every month
    key          where the key is: a file, env:NAME or cmd:COMMAND; None where the caller says it
    retention    by kind of record ("log", ...): for how many days it must be held, and after how many it is overdue
    sensitive    which lists of the cards say what is sensitive ("pipl-28", "gbt45574", ...)
    release      what the sender of a release has to know: legal_basis, pia_ref, cross_border, consent
    table        how anonymous tables become that are scrubbed as files; None where cells are scrubbed one by one
    source       the file it was read from
    """

    name: str
    promise: Promise
    default: Action
    title: str = ""
    purpose: str = ""
    recipient: str = ""
    per_recipient: bool = False
    entities: Mapping[str, Action] = field(default_factory=dict)
    classes: Mapping[str, Action] = field(default_factory=dict)
    columns: Mapping[str, Action] = field(default_factory=dict)
    threshold: float | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    allow: Values = Values()
    deny: Values = Values()
    names: NameSources = NameSources()
    combination: Combination = "treat-all"
    label_style: LabelStyle = "entity"
    cipher: CipherName = "aes"
    epoch: Epoch = "none"
    key: str | None = None
    retention: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    sensitive: tuple[str, ...] = ()
    release: Mapping[str, str] = field(default_factory=dict)
    table: TableRule | None = None
    source: str = ""

    @classmethod
    def load(cls, name_or_path: str) -> Policy:
        """A built-in policy by its name, else the one in this file; raises PolicyError."""
        from anonkit import catalog  # noqa: PLC0415  the types alone need nothing of ours
        from anonkit.policy import files  # noqa: PLC0415

        return files.load(name_or_path, catalog.load(examples=False))

    def action(self, entity: str, class_: EntityClass) -> Action:
        """What happens to the findings of an entity of this class."""
        named = self.entities.get(entity) or self.classes.get(class_)
        return named or (Action("keep") if class_ == "organisation" else self.default)

    def looks_for(self, card: Recognizer) -> bool:
        """Whether a card is on: one that is off by default is switched on by an action other than `keep`."""
        named = self.entities.get(card.entity)
        return card.default != "off" or (named is not None and named.do != "keep")
