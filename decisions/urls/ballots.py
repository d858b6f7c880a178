"""Addresses of ways of voting beyond a named ballot on the screen."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.sittings import sheet, slip

urlpatterns: list[URLPattern | URLResolver] = [
    path("entries/<id:pk>/voting/", sheet.voting, name="entry_voting"),
    path("ballots/<id:pk>/check/", sheet.check, name="ballot_check"),
    path("ballots/<id:pk>/slips/", slip.slips, name="ballot_slips"),
]
