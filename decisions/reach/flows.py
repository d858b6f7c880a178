"""Flows and their cases."""

from collections.abc import Mapping
from types import MappingProxyType

TITLE = "Flows and their cases"
ADDRESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "flow_list": ("signed_in", ""),
        "flow_new": ("designer", "designer"),
        "flow_file": ("signed_in", ""),
        "flow_publish": ("designer", "designer"),
        "flow_compare": ("signed_in", ""),
        "release": ("auditor designer", "designer"),
        "flow_retire": ("designer", "designer"),
        "flow_migrate": ("admin designer", "admin designer"),
        "flow": ("signed_in", ""),
        "migration": ("admin auditor designer", ""),
        "migration_undo": ("admin", "admin"),
        "flow_start": ("signed_in", "signed_in"),
        "case_list": ("signed_in", ""),
        "case": ("readers admin", ""),
        "case_suspend": ("admin", "admin"),
        "case_resume": ("admin", "admin"),
        "case_cancel": ("admin", "admin"),
        "case_withdraw": ("zone.proposer", "zone.proposer"),
        "case_begin": ("", ""),
        "incident_list": ("admin auditor designer", ""),
        "incident_try_all": ("admin", "admin"),
        "incident": ("admin auditor designer", ""),
        "incident_answer": ("admin", "admin"),
        "incident_try": ("", "admin"),
        "case_jump": ("admin", "admin"),
        "step": ("auditor town.secretary", "town.secretary"),
        "step_file": ("town.secretary", ""),
        "step_send_back": ("admin", "admin"),
        "step_signers": ("admin", "admin"),
        "step_unsign": ("admin", "admin"),
    }
)
"""Name → who opens it, who sends its form."""
