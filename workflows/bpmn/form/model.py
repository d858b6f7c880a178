"""What a step asks: fields with their options and columns, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What kind of answer a field takes, named as the diagram names it (attribute ``type``), and what the case gets of it."""

    TEXT = "text"  # one line: a string
    LONG_TEXT = "longText"  # lines: a string
    NUMBER = "number"
    MONEY = "money"  # a number in the field's unit, to the fen
    DATE = "date"
    DATETIME = "dateTime"  # a moment, to the minute
    BOOLEAN = "boolean"
    CHOICE = "choice"  # the option's value
    MULTIPLE_CHOICE = "multipleChoice"  # a list of options' values, in the order of the options
    PERSON = "person"  # a username
    BODY = "body"  # a body's code
    RECORD = "record"  # the key of a record of the kind `of`
    PLACE = "place"  # degrees north and east: "31.7123,118.3901"
    FILE = "file"  # a list of contexts: id, name, size, sha256
    TABLE = "table"  # a list of contexts, by column


#: The kinds a column of a table can have.
COLUMN_KINDS: Final = frozenset({Kind.TEXT, Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.CHOICE, Kind.PERSON, Kind.RECORD})
#: The kinds that name their answers.
WITH_OPTIONS: Final = frozenset({Kind.CHOICE, Kind.MULTIPLE_CHOICE})
#: The kinds of which `minimum` and `maximum` are values; of the others they count letters, options, files or rows.
WITH_VALUES: Final = frozenset({Kind.NUMBER, Kind.MONEY, Kind.DATE})
WITHOUT_LIMITS: Final = frozenset(
    {Kind.BOOLEAN, Kind.CHOICE, Kind.PERSON, Kind.BODY, Kind.RECORD, Kind.PLACE, Kind.DATETIME}
)
#: What an amount of money is counted in, with its worth in yuan.
MONEY_UNITS: Final = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
TODAY: Final = "today"

MAX_FIELDS: Final = 100
MAX_OPTIONS: Final = 100
MAX_COLUMNS: Final = 12
MAX_LABEL: Final = 200
MAX_HELP: Final = 500
#: The most a field can hold where the diagram says no less: letters, files, rows.
MOST: Final = {Kind.TEXT: 500, Kind.LONG_TEXT: 10_000, Kind.FILE: 20, Kind.TABLE: 200}


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers a choice offers: the `value` the case gets, and the `label` people see."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of a step. `key` is the variable its answer goes to.

    `visible` and `required` are FEEL over the case's variables and the answers; None is always visible, and may stay empty.
    `minimum` and `maximum` are texts ("" for none): numbers, for a date ``2026-09-08`` or ``today``. `pattern` is a regular
    expression (XPath's, as in FEEL) the whole text has to fit, `unit` what stands after a number, `of` the kind of record a
    reference leads to.
    """

    key: str
    kind: Kind
    label: str
    help: str = ""
    required: str | None = None
    visible: str | None = None
    options: tuple[Option, ...] = ()
    columns: tuple[FormField, ...] = ()
    minimum: str = ""
    maximum: str = ""
    pattern: str = ""
    unit: str = ""
    of: str = ""
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """What it asks, in a line, for comparing versions: ``amount 金额 money [required: true] [maximum: 500]``."""
        more = {
            "help": self.help, "required": self.required or "", "visible": self.visible or "",
            "options": " | ".join(option.label for option in self.options),
            "columns": " | ".join(map(str, self.columns)),
            "minimum": self.minimum, "maximum": self.maximum, "pattern": self.pattern, "unit": self.unit,
            "of": self.of,
        }  # fmt: skip
        said = (f"[{name}: {value}]" for name, value in more.items() if value)
        return " ".join((self.key, self.label, self.kind, *said))

    @property
    def worth(self) -> int:
        """What one of a money field's unit is in yuan."""
        return MONEY_UNITS.get(self.unit, 1)

    def label_of(self, value: object) -> str:
        """The words of an option; a value that is none (any more) is shown as it is."""
        return next((option.label for option in self.options if option.value == value), str(value))
