"""Pages that tell about the system itself, and the page that shows every component."""

from django.urls import path

from permissions.look import pages

urlpatterns = [
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("source/", pages.source, name="source"),
    path("source/sangong.tar.gz", pages.source_archive, name="source_archive"),
    path("more/", pages.more, name="more"),
    path("look/", pages.look, name="look"),
]
