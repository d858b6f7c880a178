"""What administrators and account owners may change. Each action is one transaction: lock, policy, rule, write, log."""

from permissions.actions.accounts import (
    Issued,
    password_issue,
    sign_in_release,
    user_add,
    user_deactivate,
    user_edit,
    user_reactivate,
)
from permissions.actions.beginning import house_begin
from permissions.actions.bodies import body_edit
from permissions.actions.factors import factor_remove, factor_reset, passkey_add, recovery_codes_renew, totp_add
from permissions.actions.roles import role_grant, role_revoke, roles_mirror
from permissions.actions.seats import seat_add, seat_assign, seat_edit, seat_end
from permissions.actions.sessions import session_end, sessions_end
from permissions.actions.sign_in import (
    identity_link,
    identity_unlink,
    sign_in_unlock,
    user_sign_in,
    user_sign_out,
)
from permissions.actions.terms import rule_version, separation_rule_set, substitution_end, substitution_give
from permissions.actions.users import user_password_set, user_preferences_set

__all__ = [
    "Issued",
    "body_edit",
    "factor_remove",
    "factor_reset",
    "house_begin",
    "identity_link",
    "identity_unlink",
    "passkey_add",
    "password_issue",
    "recovery_codes_renew",
    "role_grant",
    "role_revoke",
    "roles_mirror",
    "rule_version",
    "seat_add",
    "seat_assign",
    "seat_edit",
    "seat_end",
    "separation_rule_set",
    "session_end",
    "sessions_end",
    "sign_in_release",
    "sign_in_unlock",
    "substitution_end",
    "substitution_give",
    "totp_add",
    "user_add",
    "user_deactivate",
    "user_edit",
    "user_password_set",
    "user_preferences_set",
    "user_reactivate",
    "user_sign_in",
    "user_sign_out",
]
