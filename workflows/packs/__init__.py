"""Packs: a mechanism of the town as data. What one is (`model`), how its files are read and checked (`reading`), how they are
written (`writing`), how two differ (`differing`), and how it travels (`archive`).

A pack is a few text files: ``pack.toml`` (what it is, its roles and figures), ``records/<key>.toml`` (one kind of record each),
``flows/<key>.bpmn``, ``decisions/<key>.dmn`` and ``texts/<language>.toml``. It holds no code: what it cannot say in these is
missing in the engine. ``docs/packs.md`` tells how to write one.
"""

from workflows.packs.model import Files, Kind, Pack
from workflows.packs.problems import PackError, PackProblem
from workflows.packs.reading import House, read
from workflows.packs.writing import write

__all__ = ["Files", "House", "Kind", "Pack", "PackError", "PackProblem", "read", "write"]
