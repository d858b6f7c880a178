"""Addresses of the auditor's room."""

from django.urls import URLPattern, URLResolver, path

from decisions.views import auditing

urlpatterns: list[URLPattern | URLResolver] = [
    path("audit/", auditing.audit, name="audit"),
    path("audit/export/", auditing.audit_export, name="audit_export"),
    path("audit/items/<id:pk>/", auditing.audit_item, name="audit_item"),
    path("audit/items/<id:pk>/archive/", auditing.audit_archive, name="audit_archive"),
]
