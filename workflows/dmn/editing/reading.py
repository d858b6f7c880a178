"""From a file to the grid somebody edits."""

from __future__ import annotations

from workflows.bpmn.spans import Piece

from .grid import Grid, InputColumn, NoteColumn, OutputColumn, RuleRow, SampleRow
from .places import Place, find


def read_grid(text: str, owner: str) -> Grid:
    """The table of a decision or of business knowledge as it is written. Raises `NoTable` and `bpmn.BpmnError`."""
    return grid_of(find(text, owner))


def grid_of(place: Place) -> Grid:
    """The grid of a table."""
    table = place.table
    outputs = tuple(_output(clause, at) for at, clause in enumerate(table.named("output")))
    rules = list(table.named("rule"))
    described = place.described
    headings = [clause.attributes.get("name", "").strip() for clause in table.named("annotation")]
    if described:
        kept = any(rule.child("description") for rule in rules)
        notes: tuple[NoteColumn, ...] = (NoteColumn("", 0),) if kept else ()
    else:
        width = max([len(headings), *(len(list(rule.named("annotationEntry"))) for rule in rules)])
        notes = tuple(NoteColumn(headings[at] if at < len(headings) else "", at) for at in range(width))
    inputs = tuple(_input(clause, at) for at, clause in enumerate(table.named("input")))
    return Grid(
        inputs=inputs,
        outputs=outputs,
        notes=notes,
        rules=tuple(
            RuleRow(
                _texts(rule, "inputEntry", len(inputs)),
                _texts(rule, "outputEntry", len(outputs)),
                (_described(rule),) * len(notes) if described else _texts(rule, "annotationEntry", len(notes)),
                at,
            )
            for at, rule in enumerate(rules)
        ),
        samples=_samples(place, outputs),
        hit_policy=policy_of(table),
        aggregation=table.attributes.get("aggregation", "").upper(),
        described=described,
    )


def policy_of(table: Piece) -> str:
    """The hit policy in the standard's spelling, as the reader of decisions has it."""
    return " ".join((table.attributes.get("hitPolicy") or "UNIQUE").upper().replace("_", " ").split())


def text_in(piece: Piece | None) -> str:
    """The words of the ``text`` inside an element."""
    inside = piece.child("text") if piece is not None else None
    return inside.text if inside is not None else ""


def _input(clause: Piece, at: int) -> InputColumn:
    expression = clause.child("inputExpression")
    return InputColumn(
        label=clause.attributes.get("label", "").strip(),
        expression=text_in(expression),
        type=expression.attributes.get("typeRef", "").strip() if expression is not None else "",
        allowed=text_in(clause.child("inputValues")),
        origin=at,
    )


def _output(clause: Piece, at: int) -> OutputColumn:
    return OutputColumn(
        label=clause.attributes.get("label", "").strip(),
        name=clause.attributes.get("name", "").strip(),
        type=clause.attributes.get("typeRef", "").strip(),
        allowed=text_in(clause.child("outputValues")),
        default=text_in(clause.child("defaultOutputEntry")),
        origin=at,
    )


def _texts(rule: Piece, tag: str, width: int) -> tuple[str, ...]:
    found = [text_in(entry) for entry in rule.named(tag)][:width]
    return (*found, *("",) * (width - len(found)))


def _described(rule: Piece) -> str:
    inside = rule.child("description")
    return inside.text if inside is not None else ""


def _samples(place: Place, outputs: tuple[OutputColumn, ...]) -> tuple[SampleRow, ...]:
    holder = place.samples
    found = []
    for sample in holder.named("sample") if holder is not None else ():
        given = tuple((one.attributes.get("name", "").strip(), one.text) for one in sample.named("given"))
        expected = {one.attributes.get("name", "").strip(): one.text for one in sample.named("expected")}
        found.append(
            SampleRow(
                sample.attributes.get("name", "").strip(),
                given,
                tuple(expected.get(column.key, "") for column in outputs),
            )
        )
    return tuple(found)
