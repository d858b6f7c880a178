"""Drawing a flow: the editor, its drafts, what it asks while somebody draws."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import form_builder
from workflows.views.design import asked, importing, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("flows/draw-new/", pages.flow_draw, name="flow_draw"),
    path("flows/bring-in/", importing.flow_import, name="flow_import"),
    path("flow-versions/<id:pk>/imported/", importing.flow_imported, name="flow_imported"),
    path("flows/<slug:key>/edit/", pages.flow_editor, name="flow_editor"),
    path("flows/<slug:key>/form/", form_builder.flow_form, name="flow_form"),
    path("flows/<slug:key>/edit/give-up/", pages.drawing_give_up, name="drawing_give_up"),
    path("flows/<slug:key>/edit/choose/", pages.flow_conflict, name="flow_conflict"),
    path("flows/<slug:key>/edit/keep/", asked.flow_autosave, name="flow_autosave"),
    path("flows/<slug:key>/edit/save/", asked.flow_save, name="flow_save"),
    path("flows/<slug:key>/edit/check/", asked.flow_check, name="flow_check"),
    path("flows/<slug:key>/edit/feel/", asked.flow_feel, name="flow_feel"),
]
