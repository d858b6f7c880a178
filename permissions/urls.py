"""Addresses of signing in, the own account, bodies, seats and roles."""

from django.urls import URLPattern, URLResolver, path

from permissions.views import account, bodies

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", account.SignIn.as_view(), name="login"),
    path("logout/", account.SignOut.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("bodies/", bodies.body_list, name="body_list"),
    path("bodies/<int:pk>/", bodies.body, name="body"),
    path("bodies/<int:pk>/edit/", bodies.body_edit, name="body_edit"),
    path("bodies/<int:body_pk>/seats/new/", bodies.seat_new, name="seat_new"),
    path("seats/<int:pk>/", bodies.seat_edit, name="seat_edit"),
    path("seats/<int:pk>/person/", bodies.seat_assign, name="seat_assign"),
    path("seats/<int:pk>/end/", bodies.seat_end, name="seat_end"),
    path("roles/grant/", bodies.role_grant, name="role_grant"),
    path("roles/revoke/", bodies.role_revoke, name="role_revoke"),
]
