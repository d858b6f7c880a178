"""Drawing a flow: the editor, its drafts, what it asks while somebody draws."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
