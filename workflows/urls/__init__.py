"""Every address of this floor, gathered from one module per part of the work."""

from django.urls import URLPattern, URLResolver, path

from workflows.urls import cases, design, figures, flows, incidents, packs, records, rehearsal, release, tables, watch
from workflows.views.flows import flow

urlpatterns: list[URLPattern | URLResolver] = [
    *cases.urlpatterns,
    *design.urlpatterns,
    *figures.urlpatterns,
    *flows.urlpatterns,
    *incidents.urlpatterns,
    *packs.urlpatterns,
    *records.urlpatterns,
    *rehearsal.urlpatterns,
    *release.urlpatterns,
    *tables.urlpatterns,
    *watch.urlpatterns,
    # A key has no hyphen, so no flow can hide behind an address with one.
    path("flows/<slug:key>/", flow, name="flow"),
]
