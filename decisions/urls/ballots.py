"""Addresses of ways of voting beyond a named ballot on the screen."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
