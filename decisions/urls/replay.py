"""Addresses of the replay of a sitting."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.sittings import replay

urlpatterns: list[URLPattern | URLResolver] = [
    path("sittings/<int:pk>/replay/", replay.sitting_replay, name="sitting_replay"),
]
