"""Addresses of the planning room."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.planning import edit, room, talk

urlpatterns: list[URLPattern | URLResolver] = [
    path("items/<id:pk>/plan/", edit.plan_edit, name="plan_edit"),
    path("items/<id:pk>/plans/", room.planning, name="planning"),
    path("items/<id:pk>/plans/new/", edit.plan_new, name="plan_new"),
    path("items/<id:pk>/plans/compare/", room.plan_compare, name="plan_compare"),
    path("items/<id:pk>/plans/again/", room.plan_again, name="plan_again"),
    path("items/<id:pk>/plans/<id:plan_pk>/", room.planning, name="plan"),
    path("items/<id:pk>/plans/<id:plan_pk>/edit/", edit.plan_edit, name="plan_edit_other"),
    path("items/<id:pk>/plans/<id:plan_pk>/name/", edit.plan_rename, name="plan_rename"),
    path("items/<id:pk>/plans/<id:plan_pk>/withdraw/", edit.plan_withdraw, name="plan_withdraw"),
    path("items/<id:pk>/plans/<id:plan_pk>/comments/", talk.comment_add, name="comment_add"),
    path("items/<id:pk>/plans/<id:plan_pk>/clauses/<slug:clause>/", talk.suggest, name="suggest"),
    path("items/<id:pk>/plans/<id:plan_pk>/versions/<int:number>/", room.wording_contest, name="wording_contest"),
    path("items/<id:pk>/contests/<id:contest_pk>/withdraw/", room.contest_withdraw, name="contest_withdraw"),
    path("items/<id:pk>/comments/<id:comment_pk>/settle/", talk.comment_settle, name="comment_settle"),
    path("items/<id:pk>/suggestions/<id:suggestion_pk>/", talk.suggestion, name="suggestion"),
    path("items/<id:pk>/suggestions/<id:suggestion_pk>/withdraw/", talk.suggestion_withdraw, name="suggestion_back"),
]
