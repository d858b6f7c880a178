"""Addresses of sittings, ballots and minutes."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.sittings import agenda, ballot, minutes, room

urlpatterns: list[URLPattern | URLResolver] = [
    path("sittings/", agenda.sitting_list, name="sitting_list"),
    path("sittings/new/", agenda.sitting_new, name="sitting_new"),
    path("sittings/<int:pk>/", room.sitting, name="sitting"),
    path("sittings/<int:pk>/room/", room.sitting_room, name="sitting_room"),
    path("sittings/<int:pk>/open/", agenda.sitting_open, name="sitting_open"),
    path("sittings/<int:pk>/close/", agenda.sitting_close, name="sitting_close"),
    path("sittings/<int:pk>/entries/", agenda.entry_add, name="entry_add"),
    path("sittings/<int:pk>/entries/<int:entry_pk>/remove/", agenda.entry_remove, name="entry_remove"),
    path("sittings/<int:pk>/seats/<int:seat_pk>/", room.attendance, name="attendance"),
    path("items/<int:pk>/table/", agenda.item_table, name="item_table"),
    path("entries/<int:pk>/statement/", room.statement, name="statement"),
    path("entries/<int:pk>/statement/<int:seat_pk>/", room.statement_for, name="statement_for"),
    path("entries/<int:pk>/recusal/<int:seat_pk>/", room.recusal, name="recusal"),
    path("entries/<int:pk>/defer/", room.entry_defer, name="entry_defer"),
    path("entries/<int:pk>/early/", room.entry_early, name="entry_early"),
    path("entries/<int:pk>/do/<slug:verb>/", room.entry_do, name="entry_do"),
    path("ballots/<int:pk>/", ballot.ballot, name="ballot"),
    path("ballots/<int:pk>/live/", ballot.ballot_live, name="ballot_live"),
    path("minutes/<int:pk>/", minutes.minutes, name="minutes"),
    path("minutes/<int:pk>/edit/", minutes.minutes_edit, name="minutes_edit"),
    path("minutes/<int:pk>/check/", minutes.minutes_check, name="minutes_check"),
    path("minutes/<int:pk>/sign/", minutes.minutes_sign, name="minutes_sign"),
]
