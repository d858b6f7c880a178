"""``python -m benchmarks.engine [--rounds N] [--batch N]``: whole approvals per second, each contestant in turn.

The last line is for programs: ``ratio_viewflow=X ratio_spiff=Y statements=N`` (medians of the ratios round by round, and the
SQL statements of one whole approval by us).
"""

from __future__ import annotations

import argparse
import gc
import os
import time
from statistics import median


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--batch", type=int, default=30)
    options = arguments.parse_args()

    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    # Each peer's tables are made from its models; the product's come from its migrations, triggers included.
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        from django.contrib.auth.models import Group

        from benchmarks.engine.contestants import CONTESTANTS
        from permissions.models import User

        user = User.objects.create(username="approver", display_name="Approver")
        user.groups.add(Group.objects.create(name="approvers"))
        runs = {name: make(user) for name, make in CONTESTANTS.items()}
        statements = {}
        for name, run in runs.items():
            with CaptureQueriesContext(connection) as queries:
                run()
            statements[name] = sum(1 for query in queries if not query["sql"].startswith(("BEGIN", "COMMIT")))
        for run in runs.values():
            run()
        rates: dict[str, list[float]] = {name: [] for name in runs}
        for _round in range(options.rounds):
            for name, run in runs.items():
                gc.collect()
                began = time.perf_counter()
                for _ in range(options.batch):
                    run()
                rates[name].append(options.batch / (time.perf_counter() - began))
        for name, rate in rates.items():
            print(
                f"{name:10} {min(rate):7.1f} {median(rate):7.1f} {max(rate):7.1f} instances/s   {statements[name]} statements"
            )
        ratio = {
            peer: median(a / b for a, b in zip(rates["ours"], rates[peer], strict=True))
            for peer in ("viewflow", "spiff")
        }
        print(
            f"ratio_viewflow={ratio['viewflow']:.2f} ratio_spiff={ratio['spiff']:.2f} statements={statements['ours']}"
        )
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


main()
