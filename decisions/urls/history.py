"""Addresses of versions, and of an item as it stood."""

from django.urls import URLPattern, URLResolver, path

from decisions.views import versions

urlpatterns: list[URLPattern | URLResolver] = [
    path("versions/<str:kind>/<id:pk>/", versions.versions, name="versions"),
    path("items/<id:pk>/versions/", versions.item_versions, name="item_versions"),
    path("items/<id:pk>/then/", versions.item_then, name="item_then"),
]
