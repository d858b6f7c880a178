"""Addresses of what an item needs before it can be tabled, and the calendar it is counted by."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
