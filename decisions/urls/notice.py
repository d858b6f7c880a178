"""Addresses of notices, receipts and confidential items."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.items import readers
from decisions.views.sittings import notice

urlpatterns: list[URLPattern | URLResolver] = [
    path("sittings/<id:pk>/notice/", notice.notice, name="notice"),
    path("sittings/<id:pk>/notice/send/", notice.notice_send, name="notice_send"),
    path("sittings/<id:pk>/change/", notice.sitting_change, name="sitting_change"),
    path("sittings/<id:pk>/cancel/", notice.sitting_cancel, name="sitting_cancel"),
    path("sittings/<id:pk>/order/", notice.agenda_order, name="agenda_order"),
    path("sittings/<id:pk>/entries/<id:entry_pk>/time/", notice.entry_time, name="entry_time"),
    path("sittings/<id:pk>/exception/", notice.agenda_ask, name="agenda_ask"),
    path("exceptions/<id:pk>/", notice.agenda_decide, name="agenda_decide"),
    path("items/<id:pk>/readers/", readers.readers, name="readers"),
    path("items/<id:pk>/readers/add/", readers.readers_add, name="readers_add"),
    path("items/<id:pk>/readers/<id:user_pk>/remove/", readers.reader_remove, name="reader_remove"),
    path("items/<id:pk>/views/", readers.paper_views, name="paper_views"),
]
