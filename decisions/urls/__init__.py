"""Every address of this floor, gathered from one module per part of the work."""

from django.urls import URLPattern, URLResolver

from decisions.urls import (
    after,
    auditing,
    ballots,
    history,
    items,
    ledger,
    log,
    notice,
    planning,
    preparation,
    replay,
    room,
    settings,
    sittings,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *after.urlpatterns,
    *auditing.urlpatterns,
    *ballots.urlpatterns,
    *history.urlpatterns,
    *items.urlpatterns,
    *ledger.urlpatterns,
    *log.urlpatterns,
    *notice.urlpatterns,
    *planning.urlpatterns,
    *preparation.urlpatterns,
    *replay.urlpatterns,
    *room.urlpatterns,
    *settings.urlpatterns,
    *sittings.urlpatterns,
]
