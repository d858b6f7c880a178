"""Playing a draft, its recorded tests, and the simulation of many cases."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
