"""What administrators and account owners may change. Each action is one transaction: lock, policy, rule, write, log."""

from permissions.actions.bodies import body_edit
from permissions.actions.roles import role_grant, role_revoke, roles_mirror
from permissions.actions.seats import seat_add, seat_assign, seat_edit, seat_end
from permissions.actions.users import user_password_set, user_preferences_set, user_sign_in, user_sign_out

__all__ = [
    "body_edit",
    "role_grant",
    "role_revoke",
    "roles_mirror",
    "seat_add",
    "seat_assign",
    "seat_edit",
    "seat_end",
    "user_password_set",
    "user_preferences_set",
    "user_sign_in",
    "user_sign_out",
]
