"""Registering and changing records of packs, and their files."""

from django.urls import URLPattern, URLResolver, path

from workflows.views.records import writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("records/<slug:key>/new/", writing.record_new, name="record_new"),
    path("records/<id:pk>/edit/", writing.record_edit_page, name="record_edit"),
    path("records/files/<id:pk>/", writing.record_file, name="record_file"),
]
