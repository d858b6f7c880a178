"""Addresses of items and of everybody's own pages."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.items import drafts, files, history, home, items, steps

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("messages/", home.messages_page, name="messages"),
    path("tasks/<id:pk>/", home.task, name="task"),
    path("items/", items.item_list, name="item_list"),
    path("items/new/", drafts.item_new, name="item_new"),
    path("items/form/", drafts.item_form_part, name="item_form_part"),
    path("items/<id:pk>/", items.item, name="item"),
    path("items/<id:pk>/edit/", drafts.item_edit, name="item_edit"),
    path("items/<id:pk>/withdraw/", steps.item_withdraw, name="item_withdraw"),
    path("items/<id:pk>/confirm/", steps.item_confirm, name="item_confirm"),
    path("items/<id:pk>/opinions/", steps.opinions, name="opinions"),
    path("items/<id:pk>/opinions/close/", steps.opinions_close, name="opinions_close"),
    path("items/<id:pk>/opinions/<id:opinion_pk>/", steps.opinion_answer, name="opinion_answer"),
    path("items/<id:pk>/legality/", steps.legality, name="legality"),
    path("items/<id:pk>/execution/", steps.execution, name="execution"),
    path("items/<id:pk>/materials/", files.material_add, name="material_add"),
    path("items/<id:pk>/materials/<id:material_pk>/", files.material, name="material"),
    path("items/<id:pk>/materials/<id:material_pk>/remove/", files.material_remove, name="material_remove"),
    path("items/<id:pk>/history/", history.item_history, name="item_history"),
]
