"""Playing a draft, its recorded tests, and the simulation of many cases."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import rehearsal

urlpatterns: list[URLPattern | URLResolver] = [
    path("flow-versions/<id:pk>/rehearse/", rehearsal.flow_rehearse, name="flow_rehearse"),
    path("flow-versions/<id:pk>/tests/", rehearsal.flow_tests, name="flow_tests"),
    path("flow-tests/<id:pk>/remove/", rehearsal.flow_test_removal, name="flow_test_remove"),
]
