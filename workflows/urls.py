"""Addresses of the flows. A key has no hyphen, so no flow can hide behind an address with one."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import flows, steps

urlpatterns: list[URLPattern | URLResolver] = [
    path("flows/", flows.flow_list, name="flow_list"),
    path("flows/new-version/", flows.flow_new, name="flow_new"),
    path("flow-versions/<int:pk>/file/", flows.flow_file, name="flow_file"),
    path("flow-versions/<int:pk>/publish/", flows.flow_publish, name="flow_publish"),
    path("flow-versions/<int:pk>/retire/", flows.flow_retire, name="flow_retire"),
    path("flows/<slug:key>/", flows.flow, name="flow"),
    path("steps/<int:pk>/", steps.step, name="step"),
]
