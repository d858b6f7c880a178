"""A running case goes over to another version of its process: where its tokens, scopes, timers and memory stand there.

Everything that holds something of the case (a token, a scope, compensation memory) must be told where it goes on; what
the new version cannot take over is refused, all reasons at once, and nothing is lost in silence. Waiting tokens keep
their ids, timers their due time. Nothing moves by the migration itself: a case that would go on at once is refused.
"""

from .compare import compatible
from .result import Kept, MigrationRefused, Moved, Refusal, TimerKept
from .way import Migrator, migrate

__all__ = ["Kept", "MigrationRefused", "Migrator", "Moved", "Refusal", "TimerKept", "compatible", "migrate"]
