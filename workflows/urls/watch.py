"""What really happened on a flow: figures, heat, variants."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import variants, watch
from workflows.views.cases.live import case_live

urlpatterns: list[URLPattern | URLResolver] = [
    path("flow-versions/<id:pk>/watch/", watch.flow_watch, name="flow_watch"),
    path("flow-versions/<id:pk>/watch/steps.csv", watch.flow_watch_file, name="flow_watch_file"),
    path("flow-versions/<id:pk>/watch/cases/", watch.flow_watch_cases, name="flow_watch_cases"),
    path("flow-versions/<id:pk>/watch/ways/", variants.flow_variants, name="flow_variants"),
    path("flow-versions/<id:pk>/watch/ways.csv", variants.flow_variants_file, name="flow_variants_file"),
    path("flow-versions/<id:pk>/watch/ways/cases/", variants.flow_variant_cases, name="flow_variant_cases"),
    path("cases/<id:pk>/live/", case_live, name="case_live"),
]
