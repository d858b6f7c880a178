"""``python -m benchmarks.committee [--rounds N]``: the time of one vote in a ballot of 7, of 60 and of 1,000.

One parallel multi-instance task, each member assigned one of its instances, the votes collected in a list. Each vote is an action
of its own: permission, lock, engine, task, log, commit. The peer is the ballot of 7: a vote should cost what it costs there,
however many sit in the committee.

The last line is for programs: ``vote_7_ms=A vote_60_ms=B vote_1000_ms=C ratio_60=B/A ratio_1000=C/A`` (medians of the rounds).
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import fmean, median
from typing import Any

from benchmarks.harness import database, last_line, ratio

SIZES = (7, 60, 1000)
BALLOT = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="http://sangong.cn/benchmarks">
  <bpmn:process id="committee" name="Committee" isExecutable="true">
    <bpmn:startEvent id="called"/>
    <bpmn:sequenceFlow id="f1" sourceRef="called" targetRef="vote"/>
    <bpmn:userTask id="vote" name="Vote">
      <bpmn:extensionElements><zeebe:assignmentDefinition assignee="=member"/></bpmn:extensionElements>
      <bpmn:multiInstanceLoopCharacteristics>
        <bpmn:extensionElements>
          <zeebe:loopCharacteristics inputCollection="=members" inputElement="member" outputCollection="votes" outputElement="=choice"/>
        </bpmn:extensionElements>
      </bpmn:multiInstanceLoopCharacteristics>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="vote" targetRef="counted"/>
    <bpmn:endEvent id="counted"/>
  </bpmn:process>
</bpmn:definitions>"""


class Committee:
    """Ballots of one size, one after the other, as long as votes are asked for. Calling and reading a ballot is not timed."""

    def __init__(self, people: Sequence[Any]) -> None:
        self.people = people
        self._votes = self._ballots()

    def _ballots(self) -> Iterator[float]:
        from workflows import actions
        from workflows.models import Case

        names = [person.username for person in self.people]
        while True:
            case = actions.case_start(actor=None, definition="committee", variables={"members": names})
            tasks = list(case.task_set.order_by("token_id").values_list("pk", flat=True))
            for person, task in zip(self.people, tasks, strict=True):
                began = time.perf_counter()
                actions.task_complete(actor=person, task_id=task, variables={"choice": "for"})
                yield time.perf_counter() - began
            ended = Case.objects.get(pk=case.pk)
            assert (ended.status, ended.variables["votes"]) == ("DONE", ["for"] * len(names)), ended.variables

    def vote(self, times: int) -> float:
        """The mean time of so many votes, in milliseconds; a full ballot is counted with its last vote, and the next called."""
        gc.collect()
        return fmean(islice(self._votes, times)) * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=20)
    arguments.add_argument("--votes", type=int, default=49)
    options = arguments.parse_args()
    with database():
        from permissions.models import User
        from workflows import actions

        people = User.objects.bulk_create(
            User(username=f"member{n}", display_name=f"Member {n}") for n in range(1, max(SIZES) + 1)
        )
        version = actions.definition_save(actor=None, key="committee", name="Committee", xml=BALLOT)
        actions.definition_publish(actor=None, version_id=version.pk)
        committees = {size: Committee(people[:size]) for size in SIZES}
        for committee in committees.values():
            committee.vote(8)
        times: dict[int, list[float]] = {size: [] for size in SIZES}
        for _round in range(options.rounds):
            for size, committee in committees.items():
                times[size].append(committee.vote(options.votes))
        for size in SIZES:
            print(
                f"{size:5} members {min(times[size]):7.2f} {median(times[size]):7.2f} {max(times[size]):7.2f} ms/vote"
            )
        figures: dict[str, float] = {f"vote_{size}_ms": median(times[size]) for size in SIZES}
        figures |= {f"ratio_{size}": ratio(times[size], times[SIZES[0]]) for size in SIZES[1:]}
        print(last_line(figures))


if __name__ == "__main__":
    main()
