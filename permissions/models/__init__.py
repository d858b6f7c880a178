"""Who there is (users, bodies, seats, roles) and what was done (the append-only log)."""

from permissions.models.audit import Anchor, AuditEvent, AuditHead, Checkpoint, CheckpointHead
from permissions.models.bodies import Body, Role, Seat, SeatQuerySet
from permissions.models.users import User
from permissions.models.versioned import Versioned

__all__ = [
    "Anchor",
    "AuditEvent",
    "AuditHead",
    "Body",
    "Checkpoint",
    "CheckpointHead",
    "Role",
    "Seat",
    "SeatQuerySet",
    "User",
    "Versioned",
]
