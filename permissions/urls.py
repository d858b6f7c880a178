"""Addresses of signing in, the own account, bodies, seats and roles."""

from django.urls import URLPattern, URLResolver, path

from permissions.views import account, bodies, terms

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", account.SignIn.as_view(), name="login"),
    path("logout/", account.SignOut.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("bodies/", bodies.body_list, name="body_list"),
    path("bodies/<id:pk>/", bodies.body, name="body"),
    path("bodies/<id:pk>/edit/", bodies.body_edit, name="body_edit"),
    path("bodies/<id:body_pk>/seats/new/", bodies.seat_new, name="seat_new"),
    path("seats/<id:pk>/", bodies.seat_edit, name="seat_edit"),
    path("seats/<id:pk>/person/", bodies.seat_assign, name="seat_assign"),
    path("seats/<id:pk>/end/", bodies.seat_end, name="seat_end"),
    path("roles/grant/", bodies.role_grant, name="role_grant"),
    path("roles/grants/<id:pk>/", terms.role_revoke, name="role_revoke"),
]
