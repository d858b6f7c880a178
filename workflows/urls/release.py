"""What is new in a version, and its way into force."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import releases

urlpatterns: list[URLPattern | URLResolver] = [
    path("flow-versions/<id:pk>/publish/", releases.flow_publish, name="flow_publish"),
    path("flow-versions/<id:pk>/compare/", releases.flow_compare, name="flow_compare"),
    path("releases/<id:pk>/", releases.release, name="release"),
]
