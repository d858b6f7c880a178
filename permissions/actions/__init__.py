"""What administrators and account owners may change. Each action is one transaction: lock, policy, rule, write, log."""

from permissions.actions.accounts import (
    Issued,
    password_issue,
    password_release,
    user_add,
    user_deactivate,
    user_edit,
    user_reactivate,
)
from permissions.actions.bodies import body_edit
from permissions.actions.roles import role_grant, role_revoke, roles_mirror
from permissions.actions.seats import seat_add, seat_assign, seat_edit, seat_end
from permissions.actions.users import user_password_set, user_preferences_set, user_sign_in, user_sign_out

__all__ = [
    "Issued",
    "body_edit",
    "password_issue",
    "password_release",
    "role_grant",
    "role_revoke",
    "roles_mirror",
    "seat_add",
    "seat_assign",
    "seat_edit",
    "seat_end",
    "user_add",
    "user_deactivate",
    "user_edit",
    "user_password_set",
    "user_preferences_set",
    "user_reactivate",
    "user_sign_in",
    "user_sign_out",
]
