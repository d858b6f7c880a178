"""A flow drawn from its own BPMN file, as data and as SVG that needs no inline style."""

from .layout import draw
from .marking import marked
from .model import Drawing, Heat
from .svg import to_svg

__all__ = ["Drawing", "Heat", "draw", "marked", "to_svg"]
