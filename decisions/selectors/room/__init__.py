"""What the sitting room shows one person at one moment: loaded in a bounded number of queries, judged by the rules.

The room's `version` is made of the heads of the log chains it shows: whatever happens in the room is logged, so an
unchanged version means an unchanged room, and asking costs two small queries.
"""

from decisions.selectors.room.bodies import turnouts
from decisions.selectors.room.load import room_of, version_of
from decisions.selectors.room.matters import noted
from decisions.selectors.room.shapes import Room

__all__ = ["Room", "noted", "room_of", "turnouts", "version_of"]
