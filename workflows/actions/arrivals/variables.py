"""Setting the variables of a running case by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from permissions.errors import Invalid
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action
from workflows import feel
from workflows.engine import VariablesSet
from workflows.errors import require_running, told
from workflows.locks import lock_case
from workflows.models import Case
from workflows.runtime import Run


@action
def variables_set(*, actor: User | None, case_id: int, variables: Mapping[str, Any], reason: str) -> Case:
    """Set variables of a running case, for an administrator who repairs one; conditional events look whether they hold now.

    The log keeps what they were, what they are, and the reason. Raises `Hidden`, `Denied`, `Invalid` (no reason, nothing to
    set), `WrongState`.
    """
    case, head = lock_case(case_id)
    if actor is not None:
        require(actor, "variables_set", case)
    text = told(reason, _("请写明修改变量的原因。"), _("请写明原因，例如：金额录入有误。"))
    if not variables:
        raise Invalid(_("没有要修改的变量。"), fields={"variables": _("请至少填写一个变量。")})
    require_running(case)
    run = Run(case, head)
    new: dict[str, Any] = feel.to_json(dict(variables))
    old = {name: case.variables.get(name) for name in new}
    run.play(VariablesSet(feel.from_json(new)))
    run.settle()
    run.save(actor=actor, verb="variables_set", data={"old": old, "new": new, "reason": text})
    return case
