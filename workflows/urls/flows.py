"""The flows, their versions and what moves from one to the next."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import flows, moving

urlpatterns: list[URLPattern | URLResolver] = [
    path("flows/", flows.flow_list, name="flow_list"),
    path("flows/new-version/", flows.flow_new, name="flow_new"),
    path("flow-versions/<id:pk>/file/", flows.flow_file, name="flow_file"),
    path("flow-versions/<id:pk>/retire/", flows.flow_retire, name="flow_retire"),
    path("flow-versions/<id:pk>/migrate/", moving.flow_migrate, name="flow_migrate"),
    path("migrations/<id:pk>/", moving.migration, name="migration"),
    path("migrations/<id:pk>/undo/", moving.migration_back, name="migration_undo"),
]
