"""Rule sets and matter types: as values to compare and put in force, and as the pages show them."""

from decisions.selectors.settings.facts import cautions_of, differences, examples_of, facts_of, grouped, setting_label
from decisions.selectors.settings.numbers import NUMBERS, PERIODS
from decisions.selectors.settings.values import (
    check_code,
    clean,
    current_rule_sets,
    digest,
    fields_of,
    flows,
    pending,
    routes,
    rule_set,
    values_of,
    waiting_for,
)
from decisions.selectors.settings.words import method_words, share, two_seats_words

__all__ = [
    "NUMBERS",
    "PERIODS",
    "cautions_of",
    "check_code",
    "clean",
    "current_rule_sets",
    "differences",
    "digest",
    "examples_of",
    "facts_of",
    "fields_of",
    "flows",
    "grouped",
    "method_words",
    "pending",
    "routes",
    "rule_set",
    "setting_label",
    "share",
    "two_seats_words",
    "values_of",
    "waiting_for",
]
