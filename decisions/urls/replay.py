"""Addresses of the record: a sitting played again, its minutes as a whole, dissent."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.sittings import record, replay

urlpatterns: list[URLPattern | URLResolver] = [
    path("sittings/<id:pk>/replay/", replay.sitting_replay, name="sitting_replay"),
    path("sittings/<id:pk>/minutes/", record.sitting_minutes, name="sitting_minutes"),
    path("dissent/", record.dissent, name="dissent"),
    path("dissent/people/<id:pk>/", record.dissent_of_person, name="dissent_of_person"),
    path("items/<id:pk>/dissent/", record.dissent_of_item, name="dissent_of_item"),
]
