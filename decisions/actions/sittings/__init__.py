"""What is done in and around a joint sitting, from its agenda to the signed minutes."""

from decisions.actions.sittings.agenda import agenda_order, entry_add, entry_remove, entry_time, sitting_create
from decisions.actions.sittings.amendments import amendment_propose, amendment_withdraw
from decisions.actions.sittings.announcing import result_announce
from decisions.actions.sittings.attendance import attendance_set, guest_invite, guest_move, guest_statement_record
from decisions.actions.sittings.chair import chair_take, entry_host_set, stricter_invoke
from decisions.actions.sittings.elections import election_set
from decisions.actions.sittings.exceptions import agenda_change_ask, agenda_change_decide
from decisions.actions.sittings.minutes import minutes_check, minutes_draft, minutes_edit, minutes_sign
from decisions.actions.sittings.named import vote_cast
from decisions.actions.sittings.notice import (
    notice_read,
    notices_remind,
    sitting_cancel,
    sitting_change,
    sitting_notice,
)
from decisions.actions.sittings.opening import sitting_adjourn, sitting_close, sitting_open, sitting_resume
from decisions.actions.sittings.recusals import recusal_declare, recusal_report, recusal_rule
from decisions.actions.sittings.room import entry_call, entry_defer, entry_go_on, entry_return, speaking_open
from decisions.actions.sittings.secret import slip_cast
from decisions.actions.sittings.sheets import sheet_enter, vote_check
from decisions.actions.sittings.speaking import (
    hand_lower,
    hand_raise,
    speaker_call,
    statement_check,
    statement_record,
)
from decisions.actions.sittings.voting import voting_close, voting_open

__all__ = [
    "agenda_change_ask",
    "agenda_change_decide",
    "agenda_order",
    "amendment_propose",
    "amendment_withdraw",
    "attendance_set",
    "chair_take",
    "election_set",
    "entry_add",
    "entry_call",
    "entry_defer",
    "entry_go_on",
    "entry_host_set",
    "entry_remove",
    "entry_return",
    "entry_time",
    "guest_invite",
    "guest_move",
    "guest_statement_record",
    "hand_lower",
    "hand_raise",
    "minutes_check",
    "minutes_draft",
    "minutes_edit",
    "minutes_sign",
    "notice_read",
    "notices_remind",
    "recusal_declare",
    "recusal_report",
    "recusal_rule",
    "result_announce",
    "sheet_enter",
    "sitting_adjourn",
    "sitting_cancel",
    "sitting_change",
    "sitting_close",
    "sitting_create",
    "sitting_notice",
    "sitting_open",
    "sitting_resume",
    "slip_cast",
    "speaker_call",
    "speaking_open",
    "statement_check",
    "statement_record",
    "stricter_invoke",
    "vote_cast",
    "vote_check",
    "voting_close",
    "voting_open",
]
