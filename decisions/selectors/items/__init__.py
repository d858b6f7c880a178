"""Reading items: lists and where each stands, papers and their versions, rule checks, what happened, what one may do."""

from decisions.selectors.items.again import again_after_substance, asked_again, substance_words
from decisions.selectors.items.checks import Finding, passing_sentence, rule_check
from decisions.selectors.items.lists import (
    Standing,
    asked_for_opinion,
    item_list,
    mine,
    next_sitting,
    of_cases,
    standings,
)
from decisions.selectors.items.offers import Offer, offers, task_words
from decisions.selectors.items.papers import Paper, checklist, plan_diff, plan_versions
from decisions.selectors.items.results import Deliberation, deliberations
from decisions.selectors.items.story import changes, story, story_of, story_rows
from decisions.selectors.plans import review_outdated
from decisions.selectors.requirements import Requirement, requirements, tabling_blocks

__all__ = [
    "Deliberation",
    "Finding",
    "Offer",
    "Paper",
    "Requirement",
    "Standing",
    "again_after_substance",
    "asked_again",
    "asked_for_opinion",
    "changes",
    "checklist",
    "deliberations",
    "item_list",
    "mine",
    "next_sitting",
    "of_cases",
    "offers",
    "passing_sentence",
    "plan_diff",
    "plan_versions",
    "requirements",
    "review_outdated",
    "rule_check",
    "standings",
    "story",
    "story_of",
    "story_rows",
    "substance_words",
    "tabling_blocks",
    "task_words",
]
