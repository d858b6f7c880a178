"""From the files of a pack to what it says, with everything that is wrong with them at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final, TypeVar

from lxml import etree

from workflows import bpmn, dmn, feel
from workflows.bpmn.expressions import Converter
from workflows.bpmn.form import model as form
from workflows.bpmn.form.reading import FormReader
from workflows.bpmn.model import Problem
from workflows.packs.model import (
    BY_FIELD,
    BY_PACK,
    EVERYONE,
    FOLDERS,
    FORMAT,
    MANIFEST,
    OWNER,
    Access,
    Button,
    Computed,
    Criterion,
    Figure,
    Files,
    Kind,
    Listing,
    Matching,
    Notice,
    Pack,
    PackRole,
    Related,
    Rule,
    Shape,
    State,
    Tone,
)
from workflows.packs.problems import PackProblem
from workflows.packs.tables import KEY, MAX_LONG, Table

MAX_FILES: Final = 200
MAX_FILE: Final = 512 * 1024
MAX_ALL: Final = 4 * 1024 * 1024
MAX_EACH: Final = 100
#: What every record has, beside its fields, under these names.
OF_EVERY: Final = frozenset({"id", "number", "title", "state", "owner", "body", "created", "year", "today"})
#: The columns of a list that are no field.
COLUMNS: Final = frozenset({"number", "title", "state", "owner", "body", "created"})
_COUNTED: Final = re.compile(r"\{(\w*)(?::(\d{1,2}))?\}")
_SHORT: Final = {"required", "visible"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class House:
    """What a pack may build on: the roles there are (codes and keys), the packs installed with their kinds and flows, and which of
    the two keys of theirs belong to whom."""

    roles: frozenset[str] = frozenset()
    kinds: Mapping[str, Kind] = field(default_factory=lambda: MappingProxyType({}))
    flows: frozenset[str] = frozenset()
    packs: frozenset[str] = frozenset()
    owner_of: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read(files: Files, house: House | None = None) -> tuple[Pack | None, tuple[PackProblem, ...]]:
    """The pack these files are, and everything that keeps it from being installed in `house` (warnings of diagrams are told where
    they are drawn). No pack where there is no manifest to begin with."""
    reader = _Reader(files, house or House())
    pack = reader.read()
    return pack, tuple(reader.problems)


def read_kind(text: str, file: str) -> tuple[Kind | None, tuple[PackProblem, ...]]:
    """One kind of record alone, as its file says it; whether it agrees with the rest of its pack is not asked."""
    reader = _Reader({file: text}, House())
    kind = next(reader.kinds(), None)
    return kind, tuple(reader.problems)


def numbered(pattern: str, *, year: int, nth: int) -> str:
    """The number of a record: `pattern` with ``{year}``, ``{n}`` and ``{n:3}`` filled in."""
    return _COUNTED.sub(lambda found: str(year) if found[1] == "year" else f"{nth:0{int(found[2] or 1)}d}", pattern)


class _Reader:
    def __init__(self, files: Files, house: House) -> None:
        self.files, self.house = files, house
        self.problems: list[PackProblem] = []

    def read(self) -> Pack | None:
        self._sizes()
        if MANIFEST not in self.files:
            self._say(MANIFEST, "no_manifest")
            return None
        for path in self.files:
            if path != MANIFEST and not _is_part(path):
                self._say(path, "not_a_part")
        found = self._toml(MANIFEST)
        if found is None:
            return None
        top = Table(found, MANIFEST, "", self.problems)
        wanted = top.number("format", default=FORMAT)
        if wanted != FORMAT:
            self._say(MANIFEST, "format", wanted=str(wanted), known=str(FORMAT))
        flows, decisions = self._drawn("flows", bpmn.inspect), self._drawn("decisions", dmn.inspect)
        kinds = tuple(self.kinds())
        pack = Pack(
            key=top.key(),
            name=top.text("name", needed=True),
            version=top.text("version", needed=True, most=20),
            about=top.text("about", most=MAX_LONG),
            languages=top.texts("languages") or ("zh-hans",),
            needs=top.texts("needs"),
            roles=tuple(self._role(one) for one in top.tables("role")),
            figures=tuple(self._figure(one) for one in top.tables("figure")),
            kinds=kinds,
            flows=flows,
            decisions=decisions,
            texts=self._texts(),
        )
        top.done()
        self._agrees(pack)
        return pack

    # The files themselves

    def _sizes(self) -> None:
        sizes = [len(text.encode()) for text in self.files.values()]
        if len(sizes) > MAX_FILES or sum(sizes) > MAX_ALL or any(size > MAX_FILE for size in sizes):
            limits = {"each": str(MAX_FILE // 1024), "all": str(MAX_ALL // 1024), "count": str(MAX_FILES)}
            self._say("", "too_large", **limits)

    def _toml(self, path: str) -> dict[str, Any] | None:
        try:
            return tomllib.loads(self.files[path])
        except tomllib.TOMLDecodeError as error:
            self._say(path, "not_toml", why=str(error))
            return None

    def _in(self, folder: str) -> Iterator[tuple[str, str]]:
        """The files of a folder: path and key."""
        for path in sorted(self.files):
            if _is_part(path) and path.startswith(f"{folder}/"):
                yield path, PurePosixPath(path).stem

    def _drawn(self, folder: str, inspect: Callable[[bytes], tuple[Any, Sequence[Problem]]]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for path, key in self._in(folder):
            if not KEY.fullmatch(key):
                self._say(path, "key", key=key[:60])
            _document, problems = inspect(self.files[path].encode())
            self.problems += [
                PackProblem(path, "", problem.code, drawn=problem)
                for problem in problems
                if problem.severity == "error"
            ]
            found[key] = self.files[path]
        return MappingProxyType(found)

    def _texts(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, Mapping[str, str]] = {}
        for path, language in self._in("texts"):
            words = self._toml(path) or {}
            table = Table(words, path, "", self.problems)
            found[language] = MappingProxyType({key: table.text(key, most=MAX_LONG) for key in words})
        return MappingProxyType(found)

    # The manifest

    def _role(self, table: Table) -> PackRole:
        role = PackRole(table.key(), table.text("label", needed=True), table.truth("per_body"))
        table.done()
        return role

    def _figure(self, table: Table) -> Figure:
        figure = Figure(
            key=table.key(),
            label=table.text("label", needed=True),
            kind=table.text("kind", needed=True),
            where=table.expression("where"),
            total=table.text("total"),
            distinct=table.text("distinct"),
            unit=table.text("unit", most=20),
        )
        table.done()
        return figure

    # Records

    def kinds(self) -> Iterator[Kind]:
        """The kinds of record there are files of."""
        for path, stem in self._in("records"):
            found = self._toml(path)
            if found is None:
                continue
            table = Table(found, path, "", self.problems)
            kind = self._kind(table)
            table.done()
            if kind.key and kind.key != stem:
                self._say(path, "file_key", key=kind.key)
            yield kind

    def _kind(self, table: Table) -> Kind:
        access = table.table("access")
        kind = Kind(
            key=table.key(),
            name=table.text("name", needed=True),
            help=table.text("help", most=MAX_LONG),
            number=table.text("number") or "{year}-{n:3}",
            title=table.expression("title", needed=True) or '""',
            dated=table.text("dated"),
            fields=self._fields(table),
            states=tuple(self._state(one) for one in table.tables("state")),
            access=Access(access.texts("create"), access.texts("view"), access.texts("edit")),
            related=tuple(self._related(one) for one in table.tables("related")),
            computed=tuple(self._computed(one) for one in table.tables("computed")),
            buttons=tuple(self._button(one) for one in table.tables("button")),
            lists=tuple(self._listing(one) for one in table.tables("list")),
            notices=tuple(self._notice(one) for one in table.tables("notice")),
            matching=tuple(self._matching(one) for one in table.tables("matching")),
            rules=tuple(self._rule(one) for one in table.tables("rule")),
            unique=table.texts("unique"),
        )
        access.done()
        if not kind.fields:
            table.say("missing", name="field")
        if not kind.states:
            table.say("missing", name="state")
        if "{n" not in kind.number or any(name not in {"n", "year"} for name, _width in _COUNTED.findall(kind.number)):
            table.say("number", text=kind.number)
        return kind

    def _fields(self, table: Table) -> tuple[form.FormField, ...]:
        """The fields, read as those of a diagram are: the same kinds, the same refusals."""
        top = etree.Element("form")
        for one in table.tables("field"):
            _element(top, "field", one)
        drawn: list[Problem] = []
        converter = Converter("feel")
        fields = FormReader("", "", converter, drawn).read(top)
        for expression in converter.expressions:
            try:
                feel.parse(expression.source)
            except feel.FeelSyntaxError as error:
                table.say("expression", name=expression.what, **{"why": error.text(), "why@en": error.text("en")})
        self.problems += [
            PackProblem(table.file, "", problem.code, drawn=problem) for problem in (*drawn, *converter.problems)
        ]
        for read in fields:
            if read.key in OF_EVERY:
                table.say("taken", key=read.key, other="record")
        return fields

    def _state(self, table: Table) -> State:
        state = State(
            table.key(), table.text("label", needed=True), table.choice("tone", Tone, Tone.MOVING) or Tone.MOVING
        )
        table.done()
        return state

    def _related(self, table: Table) -> Related:
        related = Related(
            table.key(),
            table.text("label", needed=True),
            table.text("kind", needed=True),
            table.text("by", needed=True),
        )
        table.done()
        return related

    def _computed(self, table: Table) -> Computed:
        computed = Computed(
            table.key(),
            table.text("label", needed=True),
            table.expression("value", needed=True) or "null",
            table.text("unit", most=20),
        )
        table.done()
        return computed

    def _button(self, table: Table) -> Button:
        button = Button(
            table.key(),
            table.text("label", needed=True),
            table.text("flow", needed=True),
            table.texts("who"),
            table.expression("when"),
            table.truth("at_once"),
        )
        table.done()
        return button

    def _listing(self, table: Table) -> Listing:
        listing = Listing(
            table.key(),
            table.text("label", needed=True),
            table.choice("shape", Shape, Shape.TABLE) or Shape.TABLE,
            table.texts("columns"),
            table.texts("states"),
            table.truth("mine"),
            table.text("group"),
        )
        table.done()
        return listing

    def _notice(self, table: Table) -> Notice:
        notice = Notice(table.key(), table.text("on"), table.texts("to"), table.expression("text", needed=True) or '""')
        if not notice.to:
            table.say("missing", name="to")
        table.done()
        return notice

    def _matching(self, table: Table) -> Matching:
        matching = Matching(
            table.key(),
            table.text("label", needed=True),
            table.text("kind", needed=True),
            tuple(self._criterion(one) for one in table.tables("reason")),
            table.text("makes"),
            table.text("own"),
            table.text("other"),
        )
        if not matching.criteria:
            table.say("missing", name="reason")
        table.done()
        return matching

    def _rule(self, table: Table) -> Rule:
        rule = Rule(table.key(), table.text("label", needed=True), table.expression("when", needed=True) or "true")
        table.done()
        return rule

    def _criterion(self, table: Table) -> Criterion:
        criterion = Criterion(
            table.text("label", needed=True),
            table.expression("when", needed=True) or "false",
            table.number("points", default=1),
            table.truth("needed"),
        )
        table.done()
        return criterion

    # What has to agree with the rest

    def _agrees(self, pack: Pack) -> None:
        house = self.house
        for needed in pack.needs:
            if needed not in house.packs:
                self._say(MANIFEST, "no_pack", key=needed)
        for language in pack.languages:
            if language != "zh-hans" and language not in pack.texts:
                self._say(MANIFEST, "no_language", language=language)
        self._once(MANIFEST, "role", (one.key for one in pack.roles))
        self._once(MANIFEST, "figure", (one.key for one in pack.figures))
        for key in (*(one.key for one in pack.kinds), *pack.flows, *pack.decisions):
            other = house.owner_of.get(key, pack.key)
            if other != pack.key:
                self._say("", "taken", key=key, other=other)
        kinds = {**house.kinds, **{one.key: one for one in pack.kinds}}
        for kind in pack.kinds:
            _Agrees(self.problems, pack, kind, kinds, house).all()
        for figure in pack.figures:
            self._figure_agrees(figure, kinds.get(figure.kind))

    def _figure_agrees(self, figure: Figure, kind: Kind | None) -> None:
        place = f"figure ({figure.key})"
        if kind is None:
            self._say(MANIFEST, "no_kind", place, key=figure.kind)
            return
        known = names_of(kind)
        for name in (figure.total, figure.distinct):
            if name and name not in known:
                self._say(MANIFEST, "no_field", place, key=name)
        for used in _unknown(figure.where, known):
            self._say(MANIFEST, "no_name", place, name="where", used=used)

    def _once(self, file: str, place: str, keys: Iterable[str]) -> None:
        for key in twice(keys):
            self._say(file, "twice", place, key=key)

    def _say(self, file: str, code: str, place: str = "", **params: str) -> None:
        self.problems.append(PackProblem(file, place, code, params))


@dataclass(slots=True)
class _Agrees:
    """Does one kind of record agree with itself and with the others?"""

    problems: list[PackProblem]
    pack: Pack
    kind: Kind
    kinds: Mapping[str, Kind]
    house: House

    def all(self) -> None:
        kind, known = self.kind, names_of(self.kind)
        self._once(
            "field",
            [
                *(one.key for one in kind.fields),
                *(one.key for one in kind.computed),
                *(one.key for one in kind.related),
            ],
        )
        for name in ("states", "buttons", "lists", "notices", "matching", "rules"):
            self._once(name, [one.key for one in getattr(kind, name)])
        # A title is kept with the record: it may not follow what another record says.
        self._names("title", "title", kind.title, known - {f"{one.key}_data" for one in kind.fields})
        self._references()
        self._related()
        self._persons()
        for one in kind.computed:
            # A computed value sees those before it: no two can wait for each other.
            before = {other.key for other in kind.computed[: kind.computed.index(one)]}
            self._names(f"computed ({one.key})", "value", one.value, (known - {c.key for c in kind.computed}) | before)
        for button in kind.buttons:
            self._names(f"button ({button.key})", "when", button.when, known)
            if button.flow not in self.pack.flows and button.flow not in self.house.flows:
                self._say("no_flow", f"button ({button.key})", key=button.flow)
        for listing in kind.lists:
            self._listing(listing, known)
        for notice in kind.notices:
            self._names(f"notice ({notice.key})", "text", notice.text, known)
            if notice.on and kind.state_of(notice.on) is None:
                self._say("no_state", f"notice ({notice.key})", key=notice.on)
        for matching in kind.matching:
            self._matching(matching, known)
        for rule in kind.rules:
            self._names(f"rule ({rule.key})", "when", rule.when, known)
        for key in kind.unique:
            if key != OWNER and kind.field_of(key) is None:
                self._say("no_field", "unique", key=key)
        if kind.dated and not self._is(kind.dated, form.Kind.DATE, form.Kind.DATETIME):
            self._say("not_a_date", "dated", key=kind.dated)

    def _references(self) -> None:
        for one in self.kind.fields:
            for part in (one, *one.columns):
                if part.kind is form.Kind.RECORD and part.of not in self.kinds:
                    self._say("no_kind", f"field ({part.key})", key=part.of)

    def _related(self) -> None:
        for one in self.kind.related:
            place = f"related ({one.key})"
            other = self.kinds.get(one.kind)
            if other is None:
                self._say("no_kind", place, key=one.kind)
                continue
            by = other.field_of(one.by)
            if by is None:
                self._say("no_field", place, key=one.by)
            elif by.kind is not form.Kind.RECORD or by.of != self.kind.key:
                self._say("not_a_reference", place, key=one.by, kind=self.kind.key)

    def _persons(self) -> None:
        access = self.kind.access
        asked = {
            "access": (*access.create, *access.view, *access.edit),
            **{f"button ({one.key})": one.who for one in self.kind.buttons},
            **{f"notice ({one.key})": one.to for one in self.kind.notices},
        }
        own = {BY_PACK + one.key for one in self.pack.roles}
        for place, names in asked.items():
            for name in names:
                if name in {EVERYONE, OWNER} or name in own or name in self.house.roles:
                    continue
                if not name.startswith(BY_FIELD):
                    self._say("no_role", place, key=name)
                elif not self._is(name.removeprefix(BY_FIELD), form.Kind.PERSON):
                    self._say("not_a_person", place, key=name.removeprefix(BY_FIELD))

    def _listing(self, listing: Listing, known: Collection[str]) -> None:
        place = f"list ({listing.key})"
        for name in listing.columns:
            if name not in COLUMNS and name not in known:
                self._say("no_field", place, key=name)
        for state in listing.states:
            if self.kind.state_of(state) is None:
                self._say("no_state", place, key=state)
        divided = (form.Kind.CHOICE, form.Kind.RECORD, form.Kind.BODY, form.Kind.PERSON)
        if listing.group and listing.group not in {"state", "owner", "body"} and not self._is(listing.group, *divided):
            self._say("no_field", place, key=listing.group)

    def _matching(self, matching: Matching, known: Collection[str]) -> None:
        place = f"matching ({matching.key})"
        other = self.kinds.get(matching.kind)
        if other is None:
            self._say("no_kind", place, key=matching.kind)
        for one in matching.criteria:
            self._names(place, one.label, one.when, {*known, "other"})
        if matching.makes:
            self._made(matching, place)

    def _made(self, matching: Matching, place: str) -> None:
        """What two that suit each other become has a field for each of them."""
        made = self.kinds.get(matching.makes)
        if made is None:
            self._say("no_kind", place, key=matching.makes)
            return
        for field_, kind in ((matching.own, self.kind.key), (matching.other, matching.kind)):
            one = made.field_of(field_)
            if one is None:
                self._say("no_field", place, key=field_)
            elif one.kind is not form.Kind.RECORD or one.of != kind:
                self._say("not_a_reference", place, key=field_, kind=kind)

    def _names(self, place: str, name: str, source: str | None, known: Collection[str]) -> None:
        for used in _unknown(source, known):
            self._say("no_name", place, name=name, used=used)

    def _is(self, key: str, *kinds: form.Kind) -> bool:
        found = self.kind.field_of(key)
        return found is not None and found.kind in kinds

    def _once(self, place: str, keys: Sequence[str]) -> None:
        for key in twice(keys):
            self._say("twice", place, key=key)

    def _say(self, code: str, place: str, **params: str) -> None:
        self.problems.append(PackProblem(f"records/{self.kind.key}.toml", place, code, params))


def names_of(kind: Kind) -> frozenset[str]:
    """What expressions over a record of this kind may name: its fields, what their answers are called (``village_name``), what is
    computed, its related lists, what every record has, and what the records it refers to say (``village_data.households``)."""
    own = {*(one.key for one in kind.fields), *(one.key for one in kind.computed), *(one.key for one in kind.related)}
    referred = {f"{one.key}_data" for one in kind.fields if one.kind is form.Kind.RECORD}
    return frozenset(own) | OF_EVERY | {f"{one.key}_name" for one in kind.fields} | referred


def twice(keys: Iterable[str]) -> list[str]:
    """The keys that come more than once, each once, in order."""
    seen: set[str] = set()
    found: dict[str, None] = {}
    for key in keys:
        if key and key in seen:
            found[key] = None
        seen.add(key)
    return list(found)


def _unknown(source: str | None, known: Collection[str]) -> list[str]:
    return [] if source is None else sorted(name for name in feel.parse(source).names if name not in known)


def _is_part(path: str) -> bool:
    folder, slash, name = path.partition("/")
    ending = FOLDERS.get(folder, "")
    return bool(slash and ending) and name.endswith(ending) and "/" not in name and len(name) > len(ending)


def _element(parent: etree._Element, tag: str, table: Table) -> None:
    """A field's table as the element a diagram would have for it."""
    element = etree.SubElement(parent, tag)
    for name in ("key", "type", "label", "help", "min", "max", "pattern", "unit", "of"):
        if table.has(name):
            found = table.raw(name)
            element.set(name, _attribute(found))
    for name in _SHORT:
        if table.has(name):
            element.set(name, _attribute(table.raw(name)))
    written = table.raw("options")
    for option in written if isinstance(written, list) else ():
        child = etree.SubElement(element, "option")
        if isinstance(option, Mapping):
            for name, value in option.items():
                child.set(str(name), _attribute(value))
        else:
            child.set("value", _attribute(option))
    for column in table.tables("columns", "column"):
        _element(element, "column", column)
    table.done()


def _attribute(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # What XML cannot carry is no text of a form either.
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
