"""Decision tables, edited and tried."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import tables

urlpatterns: list[URLPattern | URLResolver] = [
    path("flows/table-new/", tables.table_new, name="table_new"),
    path("flows/<slug:key>/table/", tables.flow_table, name="flow_table"),
]
