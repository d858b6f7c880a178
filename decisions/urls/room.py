"""Addresses of what is done in the room of a sitting beside votes."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.sittings import room_acts

urlpatterns: list[URLPattern | URLResolver] = [
    path("sittings/<id:pk>/adjourn/", room_acts.sitting_adjourn, name="sitting_adjourn"),
    path("sittings/<id:pk>/resume/", room_acts.sitting_resume, name="sitting_resume"),
    path("sittings/<id:pk>/chair/", room_acts.chair_take, name="chair_take"),
    path("entries/<id:pk>/host/", room_acts.entry_host, name="entry_host"),
    path("entries/<id:pk>/election/", room_acts.entry_election, name="entry_election"),
    path("entries/<id:pk>/report/", room_acts.recusal_report, name="recusal_report"),
    path("entries/<id:pk>/return/", room_acts.entry_return, name="entry_return"),
    path("entries/<id:pk>/go-on/", room_acts.entry_go_on, name="entry_go_on"),
    path("entries/<id:pk>/stricter/", room_acts.stricter, name="stricter"),
    path("entries/<id:pk>/amendments/", room_acts.amendment_new, name="amendment_new"),
    path("entries/<id:pk>/guests/", room_acts.guest_new, name="guest_new"),
    path("entries/<id:pk>/hand/<id:seat_pk>/<slug:way>/", room_acts.hand, name="hand"),
    path("amendments/<id:pk>/withdraw/", room_acts.amendment_withdraw, name="amendment_withdraw"),
    path("guests/<id:pk>/", room_acts.guest, name="guest"),
    path("recusals/<id:pk>/", room_acts.recusal_rule, name="recusal_rule"),
    path("statements/<id:pk>/check/", room_acts.statement_check, name="statement_check"),
]
