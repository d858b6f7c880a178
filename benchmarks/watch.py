"""``python -m benchmarks.watch [--cases N] [--rounds N]``: watching a version with a hundred cases, and with ten thousand.

The flow is the one that ships for ratifying. One case is played to its end by the product's own actions; the others are its rows with
times of their own: four in five went the way of the first, some were tabled again or were not ratified, one in five is still at a
step, one in twenty was sent back, with its entry of the log. Asked is what the pages ask, in the name of a designer: the figures of
every step with the drawing by heat, the same of one month, the ways with the departures, the cases of one way and those late at a
step (a page of them), and the live view of one case: what its page asks every few seconds, and the drawing's tokens.

The last line is for programs: for each question its milliseconds with few (``few_…``) and with all (``…_ms``), how many statements
it takes (``statements_…``), and ``ratio_…``, how many times as long it takes with all. It fails where the statements grow with the
cases.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.grants import columns
from benchmarks.harness import database, last_line, seconds

FLOW = Path(__file__).parents[1] / "workflows" / "library" / "joint_ratification.bpmn"
FEW = 100

# Times are spread over a year by the case's number; a step waits for hours and takes part of an hour.
CASES = """
INSERT INTO workflows_case ({case}) SELECT {case_from} FROM workflows_case c, generate_series(%(first)s::bigint, %(last)s::bigint) n
 WHERE c.id = %(case)s
"""
CASE_VALUES = {
    "id": "n",
    "subject": "''",
    "dedupe_key": "NULL",
    "created": "now() - interval '400 days' + n %% 365 * interval '1 day' + n %% 24 * interval '1 hour'",
    "status": "CASE WHEN n %% 5 = 0 THEN 'NEW' ELSE 'DONE' END",
    "finished": "CASE WHEN n %% 5 = 0 THEN NULL ELSE now() END",
}
# Of a running case the last step is open; of every seventh the sitting has put it off once, so it was tabled and deliberated twice.
TASKS = """
INSERT INTO workflows_casetask ({task}) SELECT {task_from}
  FROM workflows_casetask t CROSS JOIN generate_series(%(first)s::bigint, %(last)s::bigint) n
  CROSS JOIN generate_series(0, 1) again
 WHERE t.process_id = %(case)s AND (again = 0 OR n %% 7 = 0 AND t.node IN ('table', 'deliberate'))
   AND NOT (n %% 11 = 0 AND t.node LIKE 'sign%%')
 ORDER BY n, again DESC, t.id
"""
_BEGAN = "now() - interval '400 days' + n %% 365 * interval '1 day' + t.token_id * interval '1 day'"
TASK_VALUES = {
    "id": "nextval(pg_get_serial_sequence('workflows_casetask', 'id'))",
    "process_id": "n",
    "token_id": "t.token_id + again * 100",
    "created": _BEGAN,
    "assigned": f"{_BEGAN} + (n * 37 + t.token_id * 11) %% 2880 * interval '1 minute'",
    "finished": f"CASE WHEN {{open}} THEN NULL ELSE {_BEGAN} + ((n * 37 + t.token_id * 11) %% 2880 + n %% 50) * interval '1 minute' END",
    "status": "CASE WHEN {open} THEN 'ASSIGNED' ELSE 'DONE' END",
    "due": f"CASE WHEN t.kind = 'human' THEN {_BEGAN} + interval '1 day' END",
}
OPEN = "n %% 5 = 0 AND t.node LIKE 'sign%%'"
SENT_BACK = """
INSERT INTO permissions_auditevent (subject, seq, at, actor_label, verb, target, data, previous_hash, hash, algorithm)
SELECT 'case:' || n, 1, now() - interval '400 days' + n %% 365 * interval '1 day' + interval '3 days', '', 'task_send_back', '',
    jsonb_build_object('case', n, 'node', 'sign_town', 'from', jsonb_build_array('sign_town'), 'to', 'table'), '', md5(n::text), 'sha256'
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) n WHERE n %% 20 = 0
"""


class Office:
    """A published flow, one case of it played to its end, and as many like it as are asked for."""

    def __init__(self) -> None:
        from permissions.models import Body, Role, RoleGrant, User
        from workflows import actions, clock
        from workflows.models import CaseTask

        bodies = {
            code: Body.objects.create(code=code, name=code, name_en=code, short="镇", mark="square", order=order)
            for order, code in enumerate(("town", "zone"))
        }
        self.designer = User.objects.create(username="designer", display_name="流程管理员")
        self._hold("designer", None, self.designer)
        self.doer = User.objects.create(username="doer", display_name="办理人")
        for code in ("secretary", "chair"):
            for body in bodies.values():
                self._hold(code, body, self.doer)
        assert Role.objects.count() == RoleGrant.objects.count()
        version = actions.definition_save(actor=None, key="watched", name="追认", xml=FLOW.read_bytes())
        self.version = actions.definition_publish(actor=None, version_id=version.pk)
        self.case = actions.case_start(
            actor=self.doer, definition="watched", subject="thing:1", variables={"subject": "thing:1"}
        )
        while task := CaseTask.objects.filter(process=self.case, finished=None).order_by("pk").first():
            if task.kind == "human":
                actions.task_complete(actor=self.doer, task_id=task.pk)
            else:
                actions.case_message(
                    actor=None, case_id=self.case.pk, name=task.message, variables={"outcome": "passed"}
                )
        self.next = 10_000
        self.today = clock.now()

    def _hold(self, code: str, body: Any, user: Any) -> None:
        from datetime import date

        from django.contrib.auth.models import Group
        from django.utils import timezone

        from permissions.models import Role, RoleGrant

        group = Group.objects.create(name=f"{body.code}:{code}" if body else code)
        role = Role.objects.create(code=code, body=body, group=group)
        RoleGrant.objects.create(
            role=role, user=user, starts_on=date(2020, 1, 1), reason="任职", granted_at=timezone.now()
        )

    def grow(self, cases: int) -> None:
        """So many cases more."""
        from django.db import connection, transaction

        told = {"first": self.next, "last": self.next + cases - 1, "case": self.case.pk}
        self.next += cases
        task_values = {name: value.format(open=OPEN) for name, value in TASK_VALUES.items()}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(CASES.format(**columns("case", "c", CASE_VALUES)), told)
            cursor.execute(TASKS.format(**columns("casetask", "t", task_values, "task")), told)
            cursor.execute(SENT_BACK, told)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def questions(self) -> dict[str, Callable[[], Any]]:
        """What the pages ask, for somebody nobody remembers anything of."""
        from permissions.models import User
        from workflows import case_overview, compiled, names
        from workflows.bpmn.drawing import draw, to_svg
        from workflows.models import Case
        from workflows.watching.asked import Asked, cases_seen, cases_told, newest_first
        from workflows.watching.figures import cases_at, figures, totals
        from workflows.watching.heat import heat_map
        from workflows.watching.live import live_of, live_version
        from workflows.watching.variants import cases_of_way, key_of, ways_of

        flow = compiled.of_version(self.version.pk, self.version.sha256)
        usual = key_of(("table", "deliberate", "sign_town", "sign_zone"))
        month = Asked(since=(self.today - timedelta(days=60)).date(), until=(self.today - timedelta(days=31)).date())

        def reader() -> User:
            return User.objects.get(pk=self.designer.pk)

        def heat(asked: Asked) -> str:
            cases = cases_told(reader(), self.version, asked)
            totals(cases)
            found = heat_map(figures(cases, flow.process), "waiting")
            return to_svg(draw(names.labelled(flow.document), heat=found.heat, marker_id="heat"), label="")

        def a_page(cases: Any) -> list[Any]:
            found = case_overview.light(newest_first(cases))
            return [found.count(), *case_overview.rows_of(reader(), found[:20])]

        def way() -> list[Any]:
            cases = cases_seen(reader(), self.version, Asked())
            return a_page(cases.filter(pk__in=cases_of_way(cases, flow.process, usual)))

        def one() -> Case:
            return Case.objects.select_related("version").get(pk=self.next - 5)

        return {
            "heat": lambda: heat(Asked()),
            "heat_month": lambda: heat(month),
            "ways": lambda: ways_of(cases_told(reader(), self.version, Asked()), flow.process),
            "cases_of_way": way,
            "late_at_step": lambda: a_page(
                cases_at(cases_seen(reader(), self.version, Asked()), "sign_town", "overdue")
            ),
            "live_asked": lambda: live_version(one()),
            "live_drawn": lambda: live_of(one()),
        }


def statements(question: Callable[[], Any]) -> int:
    """How many statements it takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        question()
    return len(captured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    times: dict[str, dict[str, float]] = {"few": {}, "all": {}}
    counts: dict[str, dict[str, int]] = {"few": {}, "all": {}}
    with database():
        office = Office()
        for size, more in (("few", FEW), ("all", options.cases - FEW)):
            office.grow(more)
            for name, question in office.questions().items():
                question()
                counts[size][name] = statements(question)
                times[size][name] = median(seconds(question) for _round in range(options.rounds)) * 1000
    figures: dict[str, float | int | str] = {"cases": options.cases}
    grown = []
    for name, many in times["all"].items():
        few, taken = times["few"][name], counts["all"][name]
        figures |= {
            f"few_{name}": few, f"{name}_ms": many, f"statements_{name}": taken, f"ratio_{name}": many / few
        }  # fmt: skip
        print(f"{name:13} {few:8.2f} ms with few, {many:8.2f} ms with all: {many / few:5.2f} times; {taken} statements")
        if taken > counts["few"][name]:
            grown.append(f"{name}: {counts['few'][name]} statements with few, {taken} with all")
    print(last_line(figures))
    if grown:
        raise SystemExit("\n".join(grown))


if __name__ == "__main__":
    main()
