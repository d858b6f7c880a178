"""The year in figures."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import year_figures

urlpatterns: list[URLPattern | URLResolver] = [
    path("figures/", year_figures.figures, name="figures"),
    path("figures/word/", year_figures.figures_word, name="figures_word"),
]
