"""``python -m benchmarks.log [--events N] [--rounds N]``: the log at ten million events, divided by year and in one table.

Both tables hold the same rows with the same indexes, over ten years: 200 people, 150 kinds of actions of which few are common,
chains of fifty events. What is asked is what the auditor's room asks: the newest page, a page from years ago, what one person did,
a rare action, one chain, what was done to one thing, words within a month; and an event is written to each. They take turns.

The last line is for programs: for each question its milliseconds in the divided log, and ``ratio_…``: how many times as long the
one table takes (the median of the rounds).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.harness import database, last_line, ratio, seconds

YEARS = 10
PARTS = "permissions_auditevent"
WHOLE = "benchmark_whole"
COLUMNS = "subject, seq, at, actor_id, actor_label, verb, target, data, previous_hash, hash, algorithm"

# The square of a random number makes few verbs common and many rare. Events of a chain lie within weeks of each other.
FILL = f"""
INSERT INTO {PARTS} ({COLUMNS})
SELECT 'item:' || n / 50, n %% 50 + 1, now() - interval '1 minute' - (interval '{YEARS} years' * ((%(all)s - n)::float8 / %(all)s)),
    (SELECT min(id) FROM permissions_user) + (random() * 199)::int, '党委委员', 'verb_' || (150 * random() * random() * random())::int,
    CASE WHEN n %% 3 = 0 THEN 'ballot:' || n / 12 ELSE '' END,
    jsonb_build_object('new', jsonb_build_object('标题', '第' || n || '号议题', 'n', n), 'old', jsonb_build_object('标题', '草稿')),
    md5(n::text) || md5('a' || n), md5((n + 1)::text) || md5('a' || n + 1), 'sha256'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
ALIKE = f"""
CREATE TABLE {WHOLE} (LIKE {PARTS} INCLUDING DEFAULTS);
INSERT INTO {WHOLE} SELECT * FROM {PARTS};
ALTER TABLE {WHOLE} ADD PRIMARY KEY (id), ADD UNIQUE (subject, seq);
CREATE INDEX ON {WHOLE} (at DESC, id DESC);
CREATE INDEX ON {WHOLE} (actor_id, at DESC);
CREATE INDEX ON {WHOLE} (verb varchar_pattern_ops, at);
CREATE INDEX ON {WHOLE} (target, at) WHERE NOT target = '';
"""
PAGE = "ORDER BY at DESC, id DESC LIMIT 41"
QUESTIONS: dict[str, str] = {
    "newest": f"SELECT * FROM {{log}} {PAGE}",
    "years_ago": f"SELECT * FROM {{log}} WHERE at < now() - interval '1 year' * %(year)s {PAGE}",
    "who": f"SELECT * FROM {{log}} WHERE actor_id = %(actor)s {PAGE}",
    "rare": f"SELECT * FROM {{log}} WHERE verb = 'verb_149' {PAGE}",
    "who_what_when": (
        "SELECT * FROM {log} WHERE actor_id = %(actor)s AND verb LIKE 'verb_1%%' AND at >= %(since)s AND at < %(until)s "
        + PAGE
    ),
    "chain": "SELECT * FROM {log} WHERE subject = %(subject)s ORDER BY seq",
    "target": "SELECT * FROM {log} WHERE target = %(target)s ORDER BY at",
    "words": (
        "SELECT * FROM {log} WHERE at >= %(since)s AND at < %(until)s AND data::text LIKE '%%号议题%%' AND verb = 'verb_90' "
        + PAGE
    ),
    "write": (
        f"INSERT INTO {{log}} ({COLUMNS}) SELECT 'new:' || %(number)s, 1, now(), %(actor)s, '', 'verb_1', '', '{{{{}}}}',"
        " '', '', 'sha256'"
    ),
}


def build(events: int) -> tuple[int, float]:
    """Fill both tables; the first person's key, and how many seconds it took to fill them."""
    from django.db import connection, transaction

    from permissions import audit
    from permissions.models import User

    User.objects.bulk_create(User(username=f"person{n}", display_name=f"干部{n}") for n in range(200))
    first = User.objects.order_by("pk").values_list("pk", flat=True)[0]

    def fill() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT extract(year FROM now())::int")
            year = cursor.fetchone()[0]
            audit.make_years(year - YEARS, year)
            cursor.execute("SET LOCAL session_replication_role = replica")
            for start in range(0, events, 500_000):
                stretch = {"all": events, "first": start, "last": min(start + 500_000, events) - 1}
                cursor.execute(FILL, stretch)
            cursor.execute(ALIKE)

    took = seconds(fill)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {PARTS}, {WHOLE}")
    return first, took


def ask(cursor: Any, question: str, log: str, values: dict[str, Any]) -> Callable[[], object]:
    """One question to one of the tables, rows fetched."""
    statement = QUESTIONS[question].format(log=log)

    def run() -> None:
        cursor.execute(statement, values)
        if cursor.description is not None:
            cursor.fetchall()

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    random.seed(1)
    with database():
        from datetime import timedelta

        from django.db import connection
        from django.utils import timezone

        first, took = build(options.events)
        ours: dict[str, list[float]] = {question: [] for question in QUESTIONS}
        theirs: dict[str, list[float]] = {question: [] for question in QUESTIONS}
        with connection.cursor() as cursor:
            for turn in range(options.rounds):
                n = random.randrange(options.events)
                since = timezone.now() - timedelta(days=random.randrange(40, YEARS * 365))
                values = {
                    "actor": first + random.randrange(200),
                    "year": random.randrange(1, YEARS),
                    "subject": f"item:{n // 50}",
                    "target": f"ballot:{n // 12}",
                    "since": since,
                    "until": since + timedelta(days=30),
                    "number": turn,
                }
                for question in QUESTIONS:
                    for log, times in ((PARTS, ours), (WHOLE, theirs))[:: 1 if turn % 2 else -1]:
                        times[question].append(seconds(ask(cursor, question, log, values)))
    figures: dict[str, float | int | str] = {"events": options.events, "built_s": took}
    for question in QUESTIONS:
        figures[f"{question}_ms"] = median(ours[question]) * 1000
        figures[f"ratio_{question}"] = ratio(theirs[question], ours[question])
        print(
            f"{question:14} {figures[f'{question}_ms']:9.2f} ms, in one table {figures[f'ratio_{question}']:.2f} times as long"
        )
    print(last_line(figures))


if __name__ == "__main__":
    main()
