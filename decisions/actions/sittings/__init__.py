"""What is done in and around a joint sitting, from its agenda to the signed minutes."""

from decisions.actions.sittings.agenda import entry_add, entry_remove, sitting_create
from decisions.actions.sittings.minutes import minutes_check, minutes_draft, minutes_edit, minutes_sign
from decisions.actions.sittings.opening import sitting_close, sitting_open
from decisions.actions.sittings.room import (
    attendance_set,
    entry_call,
    entry_defer,
    recusal_declare,
    speaker_call,
    speaking_open,
    statement_record,
)
from decisions.actions.sittings.voting import result_announce, vote_cast, voting_close, voting_open

__all__ = [
    "attendance_set",
    "entry_add",
    "entry_call",
    "entry_defer",
    "entry_remove",
    "minutes_check",
    "minutes_draft",
    "minutes_edit",
    "minutes_sign",
    "recusal_declare",
    "result_announce",
    "sitting_close",
    "sitting_create",
    "sitting_open",
    "speaker_call",
    "speaking_open",
    "statement_record",
    "vote_cast",
    "voting_close",
    "voting_open",
]
