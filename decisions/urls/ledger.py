"""Addresses of the rule ledger."""

from django.urls import URLPattern, URLResolver, path

from decisions.views import ledger

urlpatterns: list[URLPattern | URLResolver] = [
    path("ledgers/", ledger.ledger_list, name="ledger_list"),
    path("items/<id:pk>/ledger/", ledger.ledger, name="ledger"),
    path("items/<id:pk>/ledger.json", ledger.ledger_json, name="ledger_json"),
    path("items/<id:pk>/ledger/<int:rule>/waive/", ledger.ledger_waive, name="ledger_waive"),
]
