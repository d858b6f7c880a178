"""What a pack says, as frozen values. Texts are those of the office that wrote it; `Pack.texts` has them in other languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from workflows.bpmn.form.model import FormField

#: The files of a pack: path → text. Paths are those of `FOLDERS`, nothing else is a file of a pack.
Files = Mapping[str, str]

MANIFEST: Final = "pack.toml"
#: What there is beside the manifest: folder → ending of its files.
FOLDERS: Final = MappingProxyType({"records": ".toml", "flows": ".bpmn", "decisions": ".dmn", "texts": ".toml"})
#: What this engine understands; a manifest names it as ``format``.
FORMAT: Final = 1

EVERYONE: Final = "everyone"
OWNER: Final = "owner"
#: Begins what names the person in a field of the record.
BY_FIELD: Final = "field."
#: What begins the key of a role that a pack brings along: ``pack.village``.
BY_PACK: Final = "pack."

NO_TEXTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({})


class Tone(StrEnum):
    """What a state means to whoever looks for what to do: a tag's colour, and whether the record still counts as open."""

    WAITING = "waiting"
    MOVING = "moving"
    DONE = "done"
    STOPPED = "stopped"


class Shape(StrEnum):
    """How a list is drawn."""

    TABLE = "table"
    BOARD = "board"  # a column per state, or per option of `group`
    MAP = "map"  # by place, grouped where a record has none


@dataclass(frozen=True, slots=True)
class State:
    """Where a record can stand. The first of a kind is where it begins."""

    key: str
    label: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Related:
    """The records of `kind` whose field `by` names this one: shown on its page, and a list called `key` for its expressions."""

    key: str
    label: str
    kind: str
    by: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A value nobody types: FEEL over the record's fields and related lists, computed when it is shown or asked for."""

    key: str
    label: str
    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """Who creates, sees and edits records: ``everyone``, ``owner``, ``field.<key>`` (the person it names), the code or key of a
    role (``secretary``, ``town:secretary``), or a role of the pack (``pack.village``). Empty: nobody but by a flow. Who edits also
    sees; who creates sees their own."""

    create: tuple[str, ...] = ()
    view: tuple[str, ...] = ()
    edit: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """What can be begun from a record: the flow `flow`, by `who`, where `when` (FEEL) is true. `at_once` begins it with the record,
    and nobody presses it."""

    key: str
    label: str
    flow: str
    who: tuple[str, ...] = ()
    when: str | None = None
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of records under a name of its own. `columns` are keys of fields, computed values, ``number``, ``state``, ``owner``,
    ``body`` or ``created``; `states` are those it shows (all, where none is named), `mine` only the reader's own: registered by them
    or naming them. `group` is the choice, reference or person by which board and map are divided."""

    key: str
    label: str
    shape: Shape = Shape.TABLE
    columns: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    mine: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Whom to tell, and what, when a record comes to `on` (the key of a state; "" for its creation). `text` is FEEL that gives a text."""

    key: str
    on: str
    to: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One reason why two records match. `when` is FEEL over this record's values, with the other's under ``other``; `points` are added
    where it is true. A `needed` one that does not hold rules the pair out."""

    label: str
    when: str
    points: int = 1
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """Which records of another kind are proposed for one of this kind, and why. Two that suit each other become one of the kind `makes`
    ("" for none): its field `own` then names this record, and `other` the one proposed."""

    key: str
    label: str
    kind: str
    criteria: tuple[Criterion, ...]
    makes: str = ""
    own: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What the answers of a record have to hold: `when` is FEEL that is true where all is well, `label` what is said where it is not."""

    key: str
    label: str
    when: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: its form, where a record can stand, who may what, and how it is shown.

    `number` is how records are numbered, with ``{year}``, ``{n}`` and ``{n:03}`` (需求〔{year}〕{n}号); `title` is FEEL over the fields
    that gives a record's name in lists; `dated` is the date field that says to which year a record counts, "" for its creation. Of
    records with the same values of the fields `unique` (or ``owner``) there is one.
    """

    key: str
    name: str
    number: str
    title: str
    fields: tuple[FormField, ...]
    states: tuple[State, ...]
    access: Access
    help: str = ""
    dated: str = ""
    related: tuple[Related, ...] = ()
    computed: tuple[Computed, ...] = ()
    buttons: tuple[Button, ...] = ()
    lists: tuple[Listing, ...] = ()
    notices: tuple[Notice, ...] = ()
    matching: tuple[Matching, ...] = ()
    rules: tuple[Rule, ...] = ()
    unique: tuple[str, ...] = ()

    def field_of(self, key: str) -> FormField | None:
        """The field of this key."""
        return next((one for one in self.fields if one.key == key), None)

    def state_of(self, key: str) -> State | None:
        """The state of this key."""
        return next((one for one in self.states if one.key == key), None)

    @property
    def waiting_states(self) -> tuple[str, ...]:
        """The states in which nobody has taken a record on yet: what is proposed for others, and has others proposed for it."""
        return tuple(one.key for one in self.states if one.tone is Tone.WAITING)

    @property
    def open_states(self) -> tuple[str, ...]:
        """The states in which a record still asks for something to be done."""
        return tuple(one.key for one in self.states if one.tone in {Tone.WAITING, Tone.MOVING})


@dataclass(frozen=True, slots=True)
class PackRole:
    """A role the pack brings along. Who holds it is granted with a term like any other; `per_body` makes one for each body."""

    key: str
    label: str
    per_body: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the year: how many records of `kind` hold `where` (FEEL), or the sum of `total` (a field or computed value) over
    them, or how many different values `distinct` has among them."""

    key: str
    label: str
    kind: str
    where: str | None = None
    total: str = ""
    distinct: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """A mechanism of the town. `flows` and `decisions` are files as they are drawn, by key; `needs` are packs it builds on."""

    key: str
    name: str
    version: str
    about: str = ""
    languages: tuple[str, ...] = ("zh-hans",)
    needs: tuple[str, ...] = ()
    roles: tuple[PackRole, ...] = ()
    figures: tuple[Figure, ...] = ()
    kinds: tuple[Kind, ...] = ()
    flows: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    decisions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: NO_TEXTS)

    def kind_of(self, key: str) -> Kind | None:
        """The kind of record of this key."""
        return next((one for one in self.kinds if one.key == key), None)
