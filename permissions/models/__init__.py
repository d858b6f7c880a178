"""Who there is (users, bodies, seats, roles) and what was done (the append-only log)."""

from permissions.models.audit import AuditEvent, AuditHead
from permissions.models.bodies import Body, Role, Seat, SeatQuerySet
from permissions.models.users import User

__all__ = ["AuditEvent", "AuditHead", "Body", "Role", "Seat", "SeatQuerySet", "User"]
