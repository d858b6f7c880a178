"""The only code of this floor that writes. Each function is one transaction; inside another action it joins that one's."""

from workflows.actions.ad_hoc import activity_enable
from workflows.actions.arrivals import (
    case_look,
    clear_expired,
    clock_start,
    left_lying,
    message_deliver,
    message_send,
    receipt_deliver,
    signal_deliver,
    signal_send,
    variables_set,
)
from workflows.actions.cases import case_cancel, case_message, case_start, case_start_by_hand, case_withdraw
from workflows.actions.definitions import definition_publish, definition_retire, definition_save
from workflows.actions.drawings import definition_import, drawing_begin, drawing_drop, drawing_keep, drawing_save
from workflows.actions.flow_tests import flow_test_record, flow_test_remove
from workflows.actions.forms import step_answer, step_file_add, step_file_remove, step_keep
from workflows.actions.incidents import (
    incident_record,
    incident_resolve,
    incident_retry,
    incidents_retry,
)
from workflows.actions.members import instance_add, instance_remove
from workflows.actions.migrations import (
    case_migrate,
    case_migrate_undo,
    migration_plan,
    migration_start,
    migration_undo,
)
from workflows.actions.moves import case_jump, task_send_back
from workflows.actions.packs import pack_begin, pack_change, pack_export, pack_install, pack_remove, pack_switch
from workflows.actions.records import (
    record_begin,
    record_create,
    record_edit,
    record_file_add,
    record_file_remove,
    record_notice_read,
)
from workflows.actions.releases import release_approve, release_ask, release_carry_out, release_refuse, release_withdraw
from workflows.actions.reminders import task_remind
from workflows.actions.simulations import (
    simulation_begin,
    simulation_end,
    simulation_progress,
    simulation_start,
    simulation_stop,
)
from workflows.actions.suspension import case_resume, case_suspend
from workflows.actions.tasks import job_run, task_ask, task_claim, task_complete, task_release, timer_fire

__all__ = [
    "activity_enable",
    "case_cancel",
    "case_jump",
    "case_look",
    "case_message",
    "case_migrate",
    "case_migrate_undo",
    "case_resume",
    "case_start",
    "case_start_by_hand",
    "case_suspend",
    "case_withdraw",
    "clear_expired",
    "clock_start",
    "definition_import",
    "definition_publish",
    "definition_retire",
    "definition_save",
    "drawing_begin",
    "drawing_drop",
    "drawing_keep",
    "drawing_save",
    "flow_test_record",
    "flow_test_remove",
    "incident_record",
    "incident_resolve",
    "incident_retry",
    "incidents_retry",
    "instance_add",
    "instance_remove",
    "job_run",
    "left_lying",
    "message_deliver",
    "message_send",
    "migration_plan",
    "migration_start",
    "migration_undo",
    "pack_begin",
    "pack_change",
    "pack_export",
    "pack_install",
    "pack_remove",
    "pack_switch",
    "receipt_deliver",
    "record_begin",
    "record_create",
    "record_edit",
    "record_file_add",
    "record_file_remove",
    "record_notice_read",
    "release_approve",
    "release_ask",
    "release_carry_out",
    "release_refuse",
    "release_withdraw",
    "signal_deliver",
    "signal_send",
    "simulation_begin",
    "simulation_end",
    "simulation_progress",
    "simulation_start",
    "simulation_stop",
    "step_answer",
    "step_file_add",
    "step_file_remove",
    "step_keep",
    "task_ask",
    "task_claim",
    "task_complete",
    "task_release",
    "task_remind",
    "task_send_back",
    "timer_fire",
    "variables_set",
]
