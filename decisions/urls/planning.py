"""Addresses of the planning room."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.planning import edit, room, talk

urlpatterns: list[URLPattern | URLResolver] = [
    path("items/<int:pk>/plan/", edit.plan_edit, name="plan_edit"),
    path("items/<int:pk>/plans/", room.planning, name="planning"),
    path("items/<int:pk>/plans/new/", edit.plan_new, name="plan_new"),
    path("items/<int:pk>/plans/compare/", room.plan_compare, name="plan_compare"),
    path("items/<int:pk>/plans/again/", room.plan_again, name="plan_again"),
    path("items/<int:pk>/plans/<int:plan_pk>/", room.planning, name="plan"),
    path("items/<int:pk>/plans/<int:plan_pk>/edit/", edit.plan_edit, name="plan_edit_other"),
    path("items/<int:pk>/plans/<int:plan_pk>/name/", edit.plan_rename, name="plan_rename"),
    path("items/<int:pk>/plans/<int:plan_pk>/withdraw/", edit.plan_withdraw, name="plan_withdraw"),
    path("items/<int:pk>/plans/<int:plan_pk>/comments/", talk.comment_add, name="comment_add"),
    path("items/<int:pk>/plans/<int:plan_pk>/clauses/<slug:clause>/", talk.suggest, name="suggest"),
    path("items/<int:pk>/plans/<int:plan_pk>/versions/<int:number>/", room.wording_contest, name="wording_contest"),
    path("items/<int:pk>/contests/<int:contest_pk>/withdraw/", room.contest_withdraw, name="contest_withdraw"),
    path("items/<int:pk>/comments/<int:comment_pk>/settle/", talk.comment_settle, name="comment_settle"),
    path("items/<int:pk>/suggestions/<int:suggestion_pk>/", talk.suggestion, name="suggestion"),
    path("items/<int:pk>/suggestions/<int:suggestion_pk>/withdraw/", talk.suggestion_withdraw, name="suggestion_back"),
]
