"""What reaches cases from outside them: messages and signals, clocks that start cases, variables an administrator sets."""

from workflows.actions.arrivals.clocks import arm_clocks, clock_start
from workflows.actions.arrivals.delivery import case_look, message_deliver, receipt_deliver, signal_deliver
from workflows.actions.arrivals.leavings import clear_expired, left_lying
from workflows.actions.arrivals.sending import message_send, signal_send
from workflows.actions.arrivals.variables import variables_set

__all__ = [
    "arm_clocks",
    "case_look",
    "clear_expired",
    "clock_start",
    "left_lying",
    "message_deliver",
    "message_send",
    "receipt_deliver",
    "signal_deliver",
    "signal_send",
    "variables_set",
]
