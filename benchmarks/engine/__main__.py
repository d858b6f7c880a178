"""``python -m benchmarks.engine [--rounds N] [--batch N]``: whole approvals per second, each contestant in turn.

The last line is for programs: ``ratio_viewflow=X ratio_spiff=Y statements=N`` (medians of the ratios round by round, and the
SQL statements of one whole approval by us).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median

from benchmarks.harness import database, last_line, ratio, seconds


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--batch", type=int, default=30)
    options = arguments.parse_args()
    with database():
        from django.contrib.auth.models import Group

        from benchmarks.engine.contestants import CONTESTANTS
        from permissions import clock
        from permissions.models import Role, RoleGrant, User

        user = User.objects.create(username="approver", display_name="Approver")
        role = Role.objects.create(code="approvers", group=Group.objects.create(name="approvers"))
        RoleGrant.objects.create(
            role=role, user=user, starts_on=clock.today(), reason="benchmark", granted_at=clock.now()
        )
        runs = {name: make(user) for name, make in CONTESTANTS.items()}
        statements = {name: count(run) for name, run in runs.items()}
        for run in runs.values():
            run()
        rates: dict[str, list[float]] = {name: [] for name in runs}
        for _round in range(options.rounds):
            for name, run in runs.items():
                rates[name].append(options.batch / seconds(run, options.batch))
        for name, rate in rates.items():
            print(
                f"{name:10} {min(rate):7.1f} {median(rate):7.1f} {max(rate):7.1f} instances/s   {statements[name]} statements"
            )
        ratios = {f"ratio_{peer}": ratio(rates["ours"], rates[peer]) for peer in ("viewflow", "spiff")}
        print(last_line({**ratios, "statements": statements["ours"]}))


def count(run: Callable[[], object]) -> int:
    """The SQL statements of one run, without those that only begin and end its transactions."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        run()
    return sum(1 for query in queries if not query["sql"].startswith(("BEGIN", "COMMIT")))


if __name__ == "__main__":
    main()
