"""Addresses of signing in, the own account, bodies, seats and roles."""

from django.urls import URLPattern, URLResolver, path

from permissions.views import account, bodies, people, terms

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", account.SignIn.as_view(), name="login"),
    path("logout/", account.SignOut.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("people/", people.user_list, name="user_list"),
    path("people/new/", people.user_new, name="user_new"),
    path("people/<id:pk>/", people.user, name="user"),
    path("people/<id:pk>/edit/", people.user_edit, name="user_edit"),
    path("people/<id:pk>/deactivate/", people.user_deactivate, name="user_deactivate"),
    path("people/<id:pk>/reactivate/", people.user_reactivate, name="user_reactivate"),
    path("people/<id:pk>/password/", people.password_issue, name="password_issue"),
    path("people/<id:pk>/password/release/", people.password_release, name="password_release"),
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
