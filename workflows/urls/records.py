"""Records of packs: their lists and pages, registering and changing them, and their files."""

from django.urls import URLPattern, URLResolver, path

from workflows.views.records import pages, writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("records/", pages.records, name="records"),
    path("records/notices/", pages.notices, name="record_notices"),
    path("records/files/<id:pk>/", writing.record_file, name="record_file"),
    path("records/<id:pk>/", pages.record, name="record"),
    path("records/<id:pk>/edit/", writing.record_edit_page, name="record_edit"),
    path("records/<id:pk>/begin/", pages.begin, name="record_begin"),
    path("records/in/<slug:key>/", pages.record_list, name="record_list"),
    path("records/in/<slug:key>/new/", writing.record_new, name="record_new"),
]
