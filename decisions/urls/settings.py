"""Addresses of matter types and rule sets."""

from django.urls import URLPattern, URLResolver, path

from decisions.views import settings

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/", settings.setting_list, name="setting_list"),
    path("settings/new/<slug:kind>/", settings.setting_new, name="setting_new"),
    path("settings/changes/<id:pk>/", settings.setting_change, name="setting_change"),
    path("settings/changes/<id:pk>/<slug:verb>/", settings.setting_answer, name="setting_answer"),
    path("settings/<slug:kind>/<slug:code>/", settings.setting, name="setting"),
    path("settings/<slug:kind>/<slug:code>/edit/", settings.setting_edit, name="setting_edit"),
]
