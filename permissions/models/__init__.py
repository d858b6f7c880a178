"""Who there is (users, bodies, seats, roles and who holds them when) and what was done (the append-only log)."""

from permissions.models.audit import Anchor, AuditEvent, AuditHead, Checkpoint, CheckpointHead
from permissions.models.bodies import Body, Role, Seat, SeatQuerySet
from permissions.models.sessions import FactorGuard, Session
from permissions.models.terms import RoleGrant, SeparationRule, Substitution
from permissions.models.users import User
from permissions.models.versioned import Versioned

__all__ = [
    "Anchor",
    "AuditEvent",
    "AuditHead",
    "Body",
    "Checkpoint",
    "CheckpointHead",
    "FactorGuard",
    "Role",
    "RoleGrant",
    "Seat",
    "SeatQuerySet",
    "SeparationRule",
    "Session",
    "Substitution",
    "User",
    "Versioned",
]
