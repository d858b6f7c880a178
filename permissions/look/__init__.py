"""Shapes and words the pages share: time as people say it, the stages of an item, tallies, version differences.

Pure arithmetic and wording; the template tags in ``permissions.templatetags.sangong`` draw what these return.
"""

from permissions.look.changes import Line, Piece, compare
from permissions.look.offers import Offer
from permissions.look.stages import STAGES, Stage, stage_list, stage_word
from permissions.look.tallies import Cell, Tally
from permissions.look.timeline import Entry
from permissions.look.times import Due, day_words, due_words, took_words, when_words

__all__ = [
    "STAGES",
    "Cell",
    "Due",
    "Entry",
    "Line",
    "Offer",
    "Piece",
    "Stage",
    "Tally",
    "compare",
    "day_words",
    "due_words",
    "stage_list",
    "stage_word",
    "took_words",
    "when_words",
]
