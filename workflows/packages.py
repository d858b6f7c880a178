"""Packs as they are in this house: their rows read into what they say."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from permissions.models import Role
from workflows.models import Definition, DefinitionKind, DefinitionVersion, Pack, PackState, RecordKind
from workflows.packs import House, PackError
from workflows.packs import Kind as KindSpec
from workflows.packs import Pack as PackSpec
from workflows.packs import read as read_pack
from workflows.packs.model import BY_PACK, MANIFEST, Files
from workflows.packs.reading import read_kind
from workflows.packs.writing import words_text


def kind_of(row: RecordKind) -> KindSpec:
    """What a kind of record says."""
    return _kind(row.text, row.key)


@lru_cache(maxsize=512)
def _kind(text: str, key: str) -> KindSpec:
    # By its text: what somebody changes is another text, in every process at once.
    kind, problems = read_kind(text, f"records/{key}.toml")
    if kind is None or problems:
        raise PackError(problems)
    return kind


def files_of(pack: Pack) -> dict[str, str]:
    """A pack as it is now, with what the office has changed since it came: its files."""
    files = {MANIFEST: pack.manifest}
    files |= {f"records/{row.key}.toml": row.text for row in pack.kinds.filter(retired=False)}
    for version in _newest(pack):
        folder, ending = ("flows", "bpmn") if version.definition.kind == DefinitionKind.FLOW else ("decisions", "dmn")
        files[f"{folder}/{version.definition.key}.{ending}"] = version.xml
    return files | {f"texts/{language}.toml": words_text(words) for language, words in pack.texts.items()}


def spec_of(pack: Pack) -> PackSpec:
    """What a pack says, as it is now. Raises `PackError` where it can no longer be read."""
    return reading(files_of(pack), house(leaving=pack.key))


def reading(files: Files, at: House) -> PackSpec:
    """The pack these files are. Raises `PackError` with everything that keeps it out of this house."""
    spec, problems = read_pack(files, at)
    if spec is None or problems:
        raise PackError(problems)
    return spec


def house(leaving: str = "") -> House:
    """What a pack can build on here; the pack `leaving` is looked away from, since it is its own next version that is read."""
    rows = list(RecordKind.objects.filter(retired=False).select_related("pack").exclude(pack__key=leaving))
    standing = [row for row in rows if row.pack.state != PackState.REMOVED]
    definitions = Definition.objects.values_list("key", "name", "kind", "of_pack__pack__key")
    others = [row for row in definitions if row[3] != leaving or not leaving]
    every = {row.key: row.pack.key for row in rows}
    return House(
        roles=frozenset(_role_names(leaving)),
        kinds=MappingProxyType({row.key: kind_of(row) for row in standing}),
        flows=frozenset(key for key, _name, kind, _pack in others if kind == DefinitionKind.FLOW),
        packs=frozenset(
            Pack.objects.exclude(state=PackState.REMOVED).exclude(key=leaving).values_list("key", flat=True)
        ),
        owner_of=MappingProxyType({key: pack or name for key, name, _kind, pack in others} | every),
    )


def pack_at(key: str) -> Pack | None:
    """The pack of this key, in whatever state; whether somebody may know of it is for whoever asks (`fetch`)."""
    return Pack.objects.filter(key=key).first()


def kind_at(key: str) -> RecordKind | None:
    """The kind of record of this key; whether somebody may know of it is for whoever asks (`fetch`)."""
    return RecordKind.objects.filter(key=key).first()


def role_key(pack: str, name: str) -> str:
    """The code of the role a pack's file calls `name`: its own ones are written ``pack.<key>`` there."""
    return f"{pack}.{name.removeprefix(BY_PACK)}" if name.startswith(BY_PACK) else name


def _role_names(leaving: str) -> set[str]:
    """Codes and keys of the roles of the house, without those the pack brings along itself."""
    rows = Role.objects.values_list("code", "group__name")
    return {name for row in rows for name in row if not leaving or not row[0].startswith(f"{leaving}.")}


def _newest(pack: Pack) -> list[DefinitionVersion]:
    """The newest version of each of a pack's flows and decisions, drafts included."""
    rows = DefinitionVersion.objects.filter(definition__of_pack__pack=pack).select_related("definition")
    return list(rows.order_by("definition__key", "-number").distinct("definition__key"))
