"""The independent checker in a process of its own: it may panic, and on some diagrams it runs for minutes.

Run as a program it answers one line of JSON (the diagram) with one of JSON (what each property says).
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

SECONDS = 5.0


class Verdict(NamedTuple):
    """What rust-bpmn-analyzer says: no flow ever holds two tokens; no marking is stuck; the tasks never done."""

    safe: bool
    never_stuck: bool
    dead: frozenset[str]


class Checker:
    """Starts the program again after it was killed for taking too long."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, xml: str) -> Verdict | None:
        """What it says of a diagram; None where it has not said so in time. Raises RuntimeError for what it refuses."""
        if self._process is None:
            command = [sys.executable, str(Path(__file__).resolve())]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(xml) + "\n")
        stdin.flush()
        ready, _, _ = select.select([stdout], [], [], SECONDS)
        answer: dict[str, Any] | None = json.loads(stdout.readline() or "null") if ready else None
        if answer is None:
            self.stop()
            return None
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return Verdict(answer["safe"], answer["never_stuck"], frozenset(answer["dead"]))

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _judge(xml: str) -> dict[str, Any]:
    import rust_bpmn_analyzer_bindings as analyzer

    try:
        return {
            "safe": analyzer.analyze_safeness(xml).fulfilled,
            "never_stuck": analyzer.analyze_option_to_complete(xml).fulfilled,
            "dead": analyzer.analyze_dead_activities(xml).problematic_elements,
        }
    except BaseException as problem:  # noqa: BLE001  a panic is no Exception
        return {"error": f"{type(problem).__name__}: {problem}"}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_judge(json.loads(line))), flush=True)
