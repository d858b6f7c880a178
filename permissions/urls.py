"""Addresses of signing in, the own account, bodies, seats and roles."""

from django.urls import URLPattern, URLResolver, path

from permissions.sign_in.confirm import confirmed
from permissions.views import account, bodies, people, terms
from permissions.views.sign_in import door, others, own

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", door.SignIn.as_view(), name="login"),
    path("login/factor/", door.second_factor, name="second_factor"),
    path("login/passkey/", door.passkey_sign_in, name="passkey_sign_in"),
    path("login/passkey/question/", door.passkey_question, name="passkey_question"),
    path("login/<slug:provider_id>/to/", door.single_sign_on, name="openid_connect_login"),
    path("login/<slug:provider_id>/back/", door.single_sign_on_back, name="openid_connect_callback"),
    path("logout/", door.SignOut.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("people/", people.user_list, name="user_list"),
    path("people/new/", people.user_new, name="user_new"),
    path("people/<id:pk>/", people.user, name="user"),
    path("people/<id:pk>/roles/", confirmed(people.user_role_grant, reading=False), name="user_role_grant"),
    path("people/<id:pk>/edit/", people.user_edit, name="user_edit"),
    path("people/<id:pk>/deactivate/", confirmed(people.user_deactivate, reading=False), name="user_deactivate"),
    path("people/<id:pk>/reactivate/", confirmed(people.user_reactivate, reading=False), name="user_reactivate"),
    path("people/<id:pk>/password/", confirmed(people.password_issue, reading=False), name="password_issue"),
    path(
        "people/<id:pk>/password/release/", confirmed(people.password_release, reading=False), name="password_release"
    ),
    path("account/confirm/", own.confirm_identity, name="confirm_identity"),
    path("account/factors/", own.factor_list, name="factor_list"),
    path("account/factors/app/", own.totp_add, name="totp_add"),
    path("account/factors/passkey/", own.passkey_add, name="passkey_add"),
    path("account/factors/codes/", own.recovery_codes, name="recovery_codes"),
    path("account/factors/<id:pk>/remove/", own.factor_remove, name="factor_remove"),
    path("account/sessions/", own.session_list, name="session_list"),
    path("account/sessions/end/", own.session_end, name="session_end"),
    path("people/<id:pk>/sign-in/", others.person_sign_in, name="person_sign_in"),
    path("people/<id:pk>/sign-in/sessions/end/", others.person_session_end, name="person_session_end"),
    path("people/<id:pk>/sign-in/unlock/", others.sign_in_unlock, name="sign_in_unlock"),
    path("people/<id:pk>/sign-in/reset/", others.factor_reset, name="factor_reset"),
    path("people/<id:pk>/sign-in/identity/", others.identity_link, name="identity_link"),
    path("people/<id:pk>/sign-in/identity/remove/", others.identity_unlink, name="identity_unlink"),
    path("bodies/", bodies.body_list, name="body_list"),
    path("bodies/<id:pk>/", bodies.body, name="body"),
    path("bodies/<id:pk>/edit/", bodies.body_edit, name="body_edit"),
    path("bodies/<id:body_pk>/seats/new/", bodies.seat_new, name="seat_new"),
    path("seats/<id:pk>/", bodies.seat_edit, name="seat_edit"),
    path("seats/<id:pk>/person/", bodies.seat_assign, name="seat_assign"),
    path("seats/<id:pk>/end/", bodies.seat_end, name="seat_end"),
    path("roles/grant/", confirmed(bodies.role_grant), name="role_grant"),
    path("roles/grants/<id:pk>/", confirmed(terms.role_revoke, reading=False), name="role_revoke"),
    path("people/<id:pk>/day/", terms.roles_as_of, name="roles_as_of"),
    path("substitutions/", terms.substitution_list, name="substitution_list"),
    path("substitutions/new/", confirmed(terms.substitution_new, reading=False), name="substitution_new"),
    path("substitutions/<id:pk>/", terms.substitution, name="substitution"),
    path("separation/", terms.separation_list, name="separation_list"),
    path("separation/<slug:code>/", confirmed(terms.separation_rule, reading=False), name="separation_rule"),
]
