"""The record of a sitting (R30): minutes composed from it, dissent word for word (R31), and who has still to check or sign."""

from decisions.selectors.minutes.compose import compose
from decisions.selectors.minutes.dissent import Dissent, dissents_in, left_out, of_item, of_person
from decisions.selectors.minutes.document import (
    Paragraph,
    counts,
    document_number,
    document_title,
    paragraphs,
    section_of,
    sitting_number,
)
from decisions.selectors.minutes.waiting import (
    checked_without_a_chair,
    checking_bodies,
    may_check,
    to_check,
    to_sign_again,
    to_sign_for_recused,
    unchecked,
)
from decisions.selectors.minutes.whole import Section, Whole, whole

__all__ = [
    "Dissent",
    "Paragraph",
    "Section",
    "Whole",
    "checked_without_a_chair",
    "checking_bodies",
    "compose",
    "counts",
    "dissents_in",
    "document_number",
    "document_title",
    "left_out",
    "may_check",
    "of_item",
    "of_person",
    "paragraphs",
    "section_of",
    "sitting_number",
    "to_check",
    "to_sign_again",
    "to_sign_for_recused",
    "unchecked",
    "whole",
]
