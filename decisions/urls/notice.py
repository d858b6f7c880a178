"""Addresses of notices, receipts and confidential items."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.items import readers
from decisions.views.sittings import notice

urlpatterns: list[URLPattern | URLResolver] = [
    path("sittings/<int:pk>/notice/", notice.notice, name="notice"),
    path("sittings/<int:pk>/notice/send/", notice.notice_send, name="notice_send"),
    path("sittings/<int:pk>/change/", notice.sitting_change, name="sitting_change"),
    path("sittings/<int:pk>/cancel/", notice.sitting_cancel, name="sitting_cancel"),
    path("sittings/<int:pk>/order/", notice.agenda_order, name="agenda_order"),
    path("sittings/<int:pk>/entries/<int:entry_pk>/time/", notice.entry_time, name="entry_time"),
    path("sittings/<int:pk>/exception/", notice.agenda_ask, name="agenda_ask"),
    path("exceptions/<int:pk>/", notice.agenda_decide, name="agenda_decide"),
    path("items/<int:pk>/readers/", readers.readers, name="readers"),
    path("items/<int:pk>/readers/add/", readers.readers_add, name="readers_add"),
    path("items/<int:pk>/readers/<int:user_pk>/remove/", readers.reader_remove, name="reader_remove"),
    path("items/<int:pk>/views/", readers.paper_views, name="paper_views"),
]
