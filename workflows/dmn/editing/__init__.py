"""Decision tables changed in their files: read into a grid of texts, changed there, written back with every other byte as it was."""

from workflows.bpmn.spans import clean

from .faults import Faults, faults_of
from .grid import (
    MAX_CELLS,
    MAX_TEXT,
    Grid,
    InputColumn,
    NoteColumn,
    OutputColumn,
    RuleRow,
    SampleRow,
    act,
)
from .places import NoTable
from .reading import read_grid
from .starting import blank
from .writing import swap_table, write_grid

__all__ = [
    "MAX_CELLS", "MAX_TEXT", "Faults", "Grid", "InputColumn", "NoTable", "NoteColumn", "OutputColumn", "RuleRow", "SampleRow",
    "act", "blank", "clean", "faults_of", "read_grid", "swap_table", "write_grid",
]  # fmt: skip
