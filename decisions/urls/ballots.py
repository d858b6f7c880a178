"""Addresses of ways of voting beyond a named ballot on the screen."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.sittings import sheet, slip

urlpatterns: list[URLPattern | URLResolver] = [
    path("entries/<int:pk>/voting/", sheet.voting, name="entry_voting"),
    path("ballots/<int:pk>/check/", sheet.check, name="ballot_check"),
    path("ballots/<int:pk>/slips/", slip.slips, name="ballot_slips"),
]
