"""Packs: bringing them in, switching, taking out, and changing them."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import packs

urlpatterns: list[URLPattern | URLResolver] = [
    path("packs/", packs.packs, name="packs"),
    path("packs/install/", packs.install, name="pack_install"),
    path("packs/new/", packs.new, name="pack_new"),
    path("packs/in/<slug:key>/", packs.pack, name="pack"),
    path("packs/in/<slug:key>/switch/", packs.switch, name="pack_switch"),
    path("packs/in/<slug:key>/remove/", packs.remove, name="pack_remove"),
    path("packs/in/<slug:key>/export/", packs.export, name="pack_export"),
    path("packs/in/<slug:key>/kinds/new/", packs.kind, name="pack_kind_new"),
    path("packs/in/<slug:key>/kinds/in/<slug:kind>/", packs.kind, name="pack_kind"),
    path("packs/in/<slug:key>/files/<slug:folder>/<slug:name>/", packs.file, name="pack_file"),
]
