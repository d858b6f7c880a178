"""Addresses of the log."""

from django.urls import URLPattern, URLResolver, path

from decisions.views import log

urlpatterns: list[URLPattern | URLResolver] = [
    path("log/", log.log, name="log"),
    path("log/check/", log.log_check, name="log_check"),
    path("log/<str:subject>/download/", log.log_download, name="log_download"),
]
