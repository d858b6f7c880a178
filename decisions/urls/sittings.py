"""Addresses of sittings, ballots and minutes."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.sittings import agenda, ballot, minutes, room

urlpatterns: list[URLPattern | URLResolver] = [
    path("sittings/", agenda.sitting_list, name="sitting_list"),
    path("sittings/new/", agenda.sitting_new, name="sitting_new"),
    path("sittings/<id:pk>/", room.sitting, name="sitting"),
    path("sittings/<id:pk>/room/", room.sitting_room, name="sitting_room"),
    path("sittings/<id:pk>/open/", agenda.sitting_open, name="sitting_open"),
    path("sittings/<id:pk>/close/", agenda.sitting_close, name="sitting_close"),
    path("sittings/<id:pk>/entries/", agenda.entry_add, name="entry_add"),
    path("sittings/<id:pk>/entries/<id:entry_pk>/remove/", agenda.entry_remove, name="entry_remove"),
    path("sittings/<id:pk>/seats/<id:seat_pk>/", room.attendance, name="attendance"),
    path("items/<id:pk>/table/", agenda.item_table, name="item_table"),
    path("entries/<id:pk>/statement/", room.statement, name="statement"),
    path("entries/<id:pk>/statement/<id:seat_pk>/", room.statement_for, name="statement_for"),
    path("entries/<id:pk>/recusal/<id:seat_pk>/", room.recusal, name="recusal"),
    path("entries/<id:pk>/defer/", room.entry_defer, name="entry_defer"),
    path("entries/<id:pk>/early/", room.entry_early, name="entry_early"),
    path("entries/<id:pk>/do/<slug:verb>/", room.entry_do, name="entry_do"),
    path("ballots/<id:pk>/", ballot.ballot, name="ballot"),
    path("ballots/<id:pk>/live/", ballot.ballot_live, name="ballot_live"),
    path("minutes/<id:pk>/", minutes.minutes, name="minutes"),
    path("minutes/<id:pk>/edit/", minutes.minutes_edit, name="minutes_edit"),
    path("minutes/<id:pk>/check/", minutes.minutes_check, name="minutes_check"),
    path("minutes/<id:pk>/sign/", minutes.minutes_sign, name="minutes_sign"),
]
