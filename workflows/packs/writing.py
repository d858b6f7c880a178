"""A pack as files again: what an office has changed in the browser goes out as it could have been written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import tomli_w

from workflows.bpmn.form.model import FormField, Option
from workflows.packs.model import FORMAT, MANIFEST, Computed, Criterion, Figure, Kind, Listing, Matching, Pack, Shape

_BARE: Final = {"true": True, "false": False}


def write(pack: Pack) -> dict[str, str]:
    """The files of a pack. Read again they give an equal pack; flows and decisions are those that came in, to the letter."""
    files = {MANIFEST: manifest_text(pack)}
    files |= {f"records/{kind.key}.toml": kind_text(kind) for kind in pack.kinds}
    files |= {f"flows/{key}.bpmn": text for key, text in pack.flows.items()}
    files |= {f"decisions/{key}.dmn": text for key, text in pack.decisions.items()}
    files |= {f"texts/{language}.toml": words_text(words) for language, words in pack.texts.items()}
    return files


def kind_text(kind: Kind) -> str:
    """The file of one kind of record."""
    access = kind.access
    return _toml(
        _said(
            key=kind.key,
            name=kind.name,
            help=kind.help,
            number=kind.number,
            title=kind.title,
            dated=kind.dated,
            unique=list(kind.unique),
            access=_said(create=list(access.create), view=list(access.view), edit=list(access.edit)),
            field=[_field(one) for one in kind.fields],
            state=[_said(key=one.key, label=one.label, tone=str(one.tone)) for one in kind.states],
            related=[_said(key=one.key, label=one.label, kind=one.kind, by=one.by) for one in kind.related],
            computed=[_computed(one) for one in kind.computed],
            button=[
                _said(
                    key=one.key, label=one.label, flow=one.flow, who=list(one.who), when=one.when, at_once=one.at_once
                )
                for one in kind.buttons
            ],
            list=[_listing(one) for one in kind.lists],
            notice=[_said(key=one.key, on=one.on, to=list(one.to), text=one.text) for one in kind.notices],
            matching=[_matching(one) for one in kind.matching],
            rule=[_said(key=one.key, label=one.label, when=one.when) for one in kind.rules],
        )
    )


def words_text(words: Mapping[str, str]) -> str:
    """The file of the translations into one language, sorted: the database keeps no order of theirs."""
    return _toml(dict(sorted(words.items())))


def manifest_text(pack: Pack) -> str:
    """The manifest."""
    return _toml(_manifest(pack))


def _manifest(pack: Pack) -> dict[str, Any]:
    return _said(
        format=FORMAT,
        key=pack.key,
        name=pack.name,
        version=pack.version,
        about=pack.about,
        languages=list(pack.languages),
        needs=list(pack.needs),
        role=[_said(key=one.key, label=one.label, per_body=one.per_body) for one in pack.roles],
        figure=[_figure(one) for one in pack.figures],
    )


def _field(one: FormField) -> dict[str, Any]:
    required, visible = one.required, one.visible
    return _said(
        key=one.key,
        type=str(one.kind),
        label=one.label,
        help=one.help,
        of=one.of,
        required=_BARE.get(required, required) if required else None,
        visible=_BARE.get(visible, visible) if visible else None,
        min=one.minimum,
        max=one.maximum,
        pattern=one.pattern,
        unit=one.unit,
        options=[_option(option) for option in one.options],
        columns=[_field(column) for column in one.columns],
    )


def _option(option: Option) -> str | dict[str, str]:
    return option.value if option.value == option.label else {"value": option.value, "label": option.label}


def _computed(one: Computed) -> dict[str, Any]:
    return _said(key=one.key, label=one.label, value=one.value, unit=one.unit)


def _listing(one: Listing) -> dict[str, Any]:
    shape = None if one.shape is Shape.TABLE else str(one.shape)
    return _said(
        key=one.key,
        label=one.label,
        shape=shape,
        columns=list(one.columns),
        states=list(one.states),
        mine=one.mine,
        group=one.group,
    )


def _matching(one: Matching) -> dict[str, Any]:
    return _said(
        key=one.key,
        label=one.label,
        kind=one.kind,
        makes=one.makes,
        own=one.own,
        other=one.other,
        reason=[_criterion(part) for part in one.criteria],
    )


def _criterion(one: Criterion) -> dict[str, Any]:
    said = _said(label=one.label, when=one.when, needed=one.needed)
    return said if one.points == 1 else {**said, "points": one.points}


def _figure(one: Figure) -> dict[str, Any]:
    return _said(
        key=one.key,
        label=one.label,
        kind=one.kind,
        where=one.where,
        total=one.total,
        distinct=one.distinct,
        unit=one.unit,
    )


def _said(**values: Any) -> dict[str, Any]:
    """Without what is empty or false: a reader takes those for granted."""
    return {
        key: value for key, value in values.items() if value not in (None, "", False) and value != [] and value != {}
    }


def _toml(data: Mapping[str, Any] | Sequence[Any]) -> str:
    return tomli_w.dumps(dict(data), multiline_strings=True)
