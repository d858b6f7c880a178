"""Playing a draft, its recorded tests, and the simulation of many cases."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import simulating
from workflows.views.rehearsal import playing, recorded

urlpatterns: list[URLPattern | URLResolver] = [
    path("flow-versions/<id:pk>/rehearse/", playing.flow_rehearse, name="flow_rehearse"),
    path("flow-versions/<id:pk>/tests/", recorded.flow_tests, name="flow_tests"),
    path("flow-tests/<id:pk>/remove/", recorded.flow_test_removal, name="flow_test_remove"),
    path("flow-versions/<id:pk>/simulate/", simulating.flow_simulate, name="flow_simulate"),
    path("simulations/<id:pk>/", simulating.simulation, name="simulation"),
    path("simulations/<id:pk>/stop/", simulating.simulation_halt, name="simulation_stop"),
]
