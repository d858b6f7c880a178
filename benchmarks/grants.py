"""``python -m benchmarks.grants [--grants N] [--rounds N]``: what lists cost with few rights in the house, and with a million.

The person who asks always has the same: 25 open tasks offered to their role, 5 to them by name, 5 taken, one role. What grows is
everybody else's: object permissions on tasks (django-guardian, a direct foreign key) and role grants with terms, so many of each.
Asked are the questions behind every page: which roles somebody holds, who holds a role, what is on somebody's list, which tasks
and cases they may see (a page of them). First with few, then with all of them, on the same tables.

The last line is for programs: for each question its milliseconds with few (``few_…``) and with all (``…_ms``), and ``ratio_…``, how
many times as long it takes with all. It fails where a plan reads one of the grown tables from end to end.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.harness import database, last_line, seconds

DIAGRAM = Path(__file__).parent / "engine" / "approval.bpmn"
#: Others' roles, and how many rights each of their tasks carries.
ROLES = 400
PER_TASK = 4
GROWN = (
    "workflows_casetaskgrouppermission",
    "workflows_casetaskuserpermission",
    "workflows_casetask",
    "workflows_case",
    "permissions_rolegrant",
)

# Half of the rights on tasks are a role's, half a person's; a tenth of the role grants are in force today.
TASKS = """
INSERT INTO workflows_case ({case}) SELECT {case_from} FROM workflows_case c, generate_series(%(first)s::bigint, %(last)s::bigint) n
 WHERE c.id = %(case)s;
"""
TASK = """
INSERT INTO workflows_casetask ({task}) SELECT {task_from} FROM workflows_casetask t, generate_series(%(first)s::bigint, %(last)s::bigint) n
 WHERE t.id = %(task)s;
"""
BY_ROLE = """
INSERT INTO workflows_casetaskgrouppermission (content_object_id, group_id, permission_id)
SELECT n, %(group)s + (n * 7 + k) %% %(roles)s, %(permission)s
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) n, generate_series(1, %(half)s) k
"""
BY_NAME = """
INSERT INTO workflows_casetaskuserpermission (content_object_id, user_id, permission_id)
SELECT n, %(user)s + (n * 11 + k) %% %(people)s, %(permission)s
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) n, generate_series(1, %(half)s) k
"""
HELD = """
INSERT INTO permissions_rolegrant (role_id, user_id, starts_on, ends_on, reason, granted_at, ended_reason)
SELECT %(role)s + n / %(people)s %% %(roles)s, %(user)s + n %% %(people)s, CURRENT_DATE - 3650 + (n %% 3000)::int,
       CASE WHEN n %% 10 = 0 THEN NULL ELSE CURRENT_DATE - 600 + (n %% 500)::int END, '任职', now(), ''
  FROM generate_series(%(first_grant)s::bigint, %(last_grant)s::bigint) n
"""


class House:
    """The person who asks, with what is theirs, and everybody else."""

    def __init__(self) -> None:
        from django.contrib.auth.models import Group, Permission

        from permissions.models import Body, Role, User
        from workflows.actions import case_start, definition_publish, definition_save
        from workflows.models import CaseTask

        version = definition_save(actor=None, key="approval", name="Approval", xml=DIAGRAM.read_bytes())
        definition_publish(actor=None, version_id=version.pk)
        self.user = User.objects.create(username="asks", display_name="提议人")
        starter = User.objects.create(username="starts", display_name="发起人")
        self.people = list(
            User.objects.bulk_create(User(username=f"person{n}", display_name=f"干部{n}") for n in range(4000))
        )
        bodies = Body.objects.bulk_create(
            Body(code=f"b{n}", name=f"班子{n}", name_en=f"Body {n}", short="镇", mark="square", order=n)
            for n in range(ROLES)
        )
        groups = Group.objects.bulk_create(Group(name=f"{body.code}:secretary") for body in bodies)
        self.roles = list(
            Role.objects.bulk_create(
                Role(code="secretary", body=body, group=group) for body, group in zip(bodies, groups, strict=True)
            )
        )
        group = Group.objects.create(name="legal")
        self.role = Role.objects.create(code="legal", body=None, group=group)
        self.case = case_start(actor=starter, definition="approval")
        self.task = CaseTask.objects.filter(process=self.case).order_by("pk")[0]
        self.permission = Permission.objects.filter(content_type__app_label="workflows", codename__endswith="casetask")[
            0
        ]
        self.next = 1_000
        self.held = 0
        self._own()

    def _own(self) -> None:
        from permissions.models import RoleGrant
        from workflows.models import CaseTask, CaseTaskGroupPermission, CaseTaskUserPermission

        mine = self.add_tasks(35)
        CaseTaskGroupPermission.objects.bulk_create(
            CaseTaskGroupPermission(content_object_id=pk, group=self.role.group, permission=self.permission)
            for pk in mine[:25]
        )
        CaseTaskUserPermission.objects.bulk_create(
            CaseTaskUserPermission(content_object_id=pk, user=self.user, permission=self.permission)
            for pk in mine[25:30]
        )
        CaseTask.objects.filter(pk__in=mine[30:]).update(owner=self.user)
        from datetime import date

        from django.utils import timezone

        RoleGrant.objects.create(
            role=self.role, user=self.user, starts_on=date(2020, 1, 1), reason="任职", granted_at=timezone.now()
        )

    def add_tasks(self, number: int) -> list[int]:
        """So many open tasks, each of a case of its own; their keys."""
        from django.db import connection, transaction

        first, last = self.next, self.next + number - 1
        self.next = last + 1
        told = {"first": first, "last": last, "case": self.case.pk, "task": self.task.pk}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(TASKS.format(**columns("case", "c", {"id": "n"})), told)
            cursor.execute(
                TASK.format(**columns("casetask", "t", {"id": "n", "process_id": "n", "owner_id": "NULL"}, "task")),
                told,
            )
        return list(range(first, last + 1))

    def grow(self, grants: int) -> None:
        """So many rights on tasks, and so many role grants, of everybody else."""
        from django.db import connection, transaction

        tasks = grants // PER_TASK
        pks = self.add_tasks(tasks)
        told = {
            "first": pks[0],
            "last": pks[-1],
            "half": PER_TASK // 2,
            "permission": self.permission.pk,
            "group": self.roles[0].group_id,
            "roles": ROLES,
            "user": self.people[0].pk,
            "people": len(self.people),
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(BY_ROLE, told)
            cursor.execute(BY_NAME, told)
            spread = {"role": self.roles[0].pk, "first_grant": self.held, "last_grant": self.held + grants - 1}
            cursor.execute(HELD, {**told, **spread})
            self.held += grants
        with connection.cursor() as cursor:
            # All tables: of one it has never looked at, PostgreSQL assumes ten full pages.
            cursor.execute("VACUUM ANALYZE")

    def questions(self) -> Mapping[str, Callable[[], Any]]:
        """What is asked, each as a query that has not been asked yet, for somebody nobody remembers anything of."""
        from permissions import roles
        from permissions.models import RoleGrant, User
        from permissions.policies import visible
        from workflows.models import Case, CaseTask
        from workflows.selectors import done_by, inbox

        def anew() -> User:
            return User.objects.get(pk=self.user.pk)

        return {
            "roles_of": lambda: roles._rows(self.user.pk, self._today()),
            "holders": lambda: roles.holders("legal"),
            "own_grants": lambda: visible(anew(), RoleGrant),
            "inbox": lambda: inbox(anew())[:20],
            "inbox_count": lambda: inbox(anew()),
            "done": lambda: done_by(anew())[:20],
            "tasks": lambda: visible(anew(), CaseTask).order_by("created", "id")[:20],
            "cases": lambda: visible(anew(), Case).order_by("-created")[:20],
        }

    @staticmethod
    def _today() -> Any:
        from permissions import clock

        return clock.today()


def columns(table: str, letter: str, changed: dict[str, str], name: str = "") -> dict[str, str]:
    """The columns of a table, and what a copy of one of its rows has in them."""
    from django.db.models import Model

    from workflows.models import Case, CaseTask

    models: dict[str, type[Model]] = {"case": Case, "casetask": CaseTask}
    names = [field.column for field in models[table]._meta.concrete_fields]
    name = name or table
    return {
        name: ", ".join(f'"{one}"' for one in names),
        f"{name}_from": ", ".join(changed.get(one, f'{letter}."{one}"') for one in names),
    }


def asked(query: Any, *, count: bool) -> int:
    """The question, answered in full."""
    return int(query.count()) if count else len(list(query))


def answered(question: Callable[[], Any], times: int, *, count: bool) -> tuple[list[float], set[int]]:
    """How long the question took each time, asked anew, and how many rows it had."""
    spent, rows = [], set()
    for _turn in range(times):
        query = question()
        spent.append(seconds(lambda query=query: rows.add(asked(query, count=count))))  # type: ignore[misc]
    return spent, rows


def whole_reads(plan: Mapping[str, Any]) -> Iterator[str]:
    """The grown tables that a plan reads from end to end."""
    if plan.get("Node Type") in ("Seq Scan", "Parallel Seq Scan") and plan.get("Relation Name") in GROWN:
        yield str(plan["Relation Name"])
    for part in plan.get("Plans", ()):
        yield from whole_reads(part)


def plan_of(query: Any) -> Mapping[str, Any]:
    """How PostgreSQL would answer it."""
    told = json.loads(query.explain(format="json"))
    return dict(told[0]["Plan"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grants", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with database():
        house = House()
        house.grow(1_000)
        times: dict[str, dict[str, list[float]]] = {"few": {}, "all": {}}
        answers: dict[str, set[int]] = {}
        took, found = 0.0, []
        for size in ("few", "all"):
            if size == "all":
                took = seconds(lambda: house.grow(options.grants))
            for name, question in house.questions().items():
                count = name.endswith("_count")
                query = question()
                if size == "all":
                    found += [f"{name} reads all of {table}" for table in whole_reads(plan_of(query))]
                spent, rows = answered(question, options.rounds + 3, count=count)
                times[size][name] = spent
                answers.setdefault(name, set()).update(rows)
    figures: dict[str, float | int | str] = {"grants": options.grants, "built_s": took}
    for name in times["all"]:
        few, many = (median(times[size][name][3:]) * 1000 for size in ("few", "all"))
        figures |= {f"few_{name}": few, f"{name}_ms": many, f"ratio_{name}": many / few}
        print(
            f"{name:12} {few:8.2f} ms with few, {many:8.2f} ms with all: {many / few:.2f} times; rows {answers[name]}"
        )
    print(last_line(figures))
    if found:
        raise SystemExit("\n".join(found))


if __name__ == "__main__":
    main()
