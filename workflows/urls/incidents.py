"""What got stuck."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import incidents

urlpatterns: list[URLPattern | URLResolver] = [
    path("incidents/", incidents.incident_list, name="incident_list"),
    path("incidents/retry/", incidents.incident_try_all, name="incident_try_all"),
    path("incidents/<id:pk>/", incidents.incident, name="incident"),
    path("incidents/<id:pk>/resolve/", incidents.incident_answer, name="incident_answer"),
    path("incidents/<id:pk>/retry/", incidents.incident_try, name="incident_try"),
]
