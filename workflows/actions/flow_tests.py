"""Recording plays of a flow as its tests, taking them away, and asking them when a version is to go into force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from permissions import audit, versions
from permissions.access import fetch
from permissions.errors import Invalid
from permissions.models import User
from permissions.transactions import action
from workflows import rehearsal
from workflows.clock import now
from workflows.errors import told
from workflows.models import Definition, DefinitionVersion, FlowTest
from workflows.playing.versions import flow_of, house_of, tried
from workflows.playing.words import Telling

#: How many recorded plays a flow has at most: all of them are played whenever a version is published.
MOST_TESTS = 100


@action
def flow_test_record(
    *,
    actor: User,
    version_id: int,
    name: str,
    begins: datetime,
    acts: Sequence[rehearsal.Act],
    note: str = "",
    instead: bool = False,
) -> FlowTest:
    """Keep a play of a version as a test of its flow: where each act leads on this version is what is expected from now on.

    A test of the same name is written over only where `instead` says so; the same play under the same name again is that test,
    unchanged. Raises `Hidden`, `Denied`, `Invalid` (no name, nothing played, an act that cannot be done, the name taken).
    """
    version = fetch(DefinitionVersion.objects.select_related("definition"), actor, "flow_test_record", version_id)
    # The definition's row is the lock under which its tests are named and counted.
    definition = Definition.objects.select_for_update().get(pk=version.definition_id)
    called = name.strip()
    if not called or len(called) > (FlowTest._meta.get_field("name").max_length or 0):
        words = _("请给测试取一个名称，120 字以内，例如：正常通过。")
        raise Invalid(words, fields={"name": words})
    recorded = rehearsal.acts_to_json(_recorded(version, begins, acts))
    known = FlowTest.objects.select_for_update().filter(definition=definition, name=called).first()
    if known is not None and known.acts == recorded and known.begins == begins and known.note == note.strip():
        return known
    if known is not None and not instead:
        words = _("已有名称为“%(name)s”的测试。请换一个名称，或选择用这次演练替换它。") % {"name": called}
        raise Invalid(words, code="name_taken", fields={"name": words})
    if known is None and definition.tests.count() >= MOST_TESTS:
        words = _("一个流程最多 %(n)s 个测试。请先删去不再需要的。") % {"n": MOST_TESTS}
        raise Invalid(words, code="too_many", fields={"name": words})
    test = known or FlowTest(definition=definition, name=called, created=now(), created_by=actor)
    test.begins, test.acts, test.note = begins, recorded, note.strip()
    versions.save(test, actor, "flow_test_record", why=test.note)
    audit.record(
        subject=f"flow:{definition.key}",
        actor=actor,
        verb="flow_test_record",
        target=f"flow_test:{test.pk}",
        data={"name": called, "number": version.number, "acts": len(recorded), "new": known is None},
    )
    return test


@action
def flow_test_remove(*, actor: User, test_id: int, reason: str) -> None:
    """Take a test away; its versions stay. Raises `Hidden` (also where it is gone), `Denied`, `Invalid` without a reason."""
    test = fetch(
        FlowTest.objects.select_related("definition").select_for_update(of=("self",)),
        actor,
        "flow_test_remove",
        test_id,
    )
    why = told(reason, _("请写明删去的原因。"), _("请写明原因，例如：新版不再有这条路线。"))
    versions.remove(test, actor, "flow_test_remove", why=why)
    audit.record(
        subject=f"flow:{test.definition.key}",
        actor=actor,
        verb="flow_test_remove",
        target=f"flow_test:{test_id}",
        data={"name": test.name, "reason": why},
    )


def require_tests(version: DefinitionVersion) -> None:
    """Raises `Invalid` (``tests_failed``) where a recorded play of the flow goes otherwise on this version; the message names each
    test with its step."""
    failed = [one for one in tried(version) if not one.verdict.passed]
    if not failed:
        return
    flow = flow_of(version)
    assert flow is not None  # noqa: S101  # else nothing would have been tried
    telling = Telling(flow.process)
    problems = [
        {
            "test": one.test.name,
            "step": (one.verdict.at or 0) + 1,
            "text": telling.verdict(one.verdict, rehearsal.acts_from_json(one.test.acts)),
        }
        for one in failed
    ]
    raise Invalid(
        _("流程测试有 %(n)s 个没有通过，还不能发布。%(tests)s请改好流程；这样走才是对的，请重新录制测试。")
        % {"n": len(failed), "tests": "".join(_("“%(test)s”%(text)s") % problem for problem in problems)},
        code="tests_failed",
        data={"problems": problems},
    )


def _recorded(version: DefinitionVersion, begins: datetime, acts: Sequence[rehearsal.Act]) -> tuple[rehearsal.Act, ...]:
    """The acts with where they lead on this version. Raises `Invalid`."""
    flow = flow_of(version)
    if flow is None or not acts or len(acts) > rehearsal.MOST_ACTS:
        raise Invalid(_("请先演练几步，再录制成测试。"), code="nothing_played")
    played = rehearsal.play(flow, acts, timezone.localtime(begins), house_of(version))
    if played.refused is not None:
        telling = Telling(flow.process, played.processes(flow))
        raise Invalid(telling.refused(played.refused), code="refused")
    return rehearsal.record(played)
