"""`manage.py log_verify`: proves that nobody changed, removed, added or moved an entry of the log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext

from permissions import audit
from permissions.audit import anchors, checkpoints
from permissions.audit.words import KINDS


class Command(BaseCommand):
    @property
    def help(self) -> str:  # type: ignore[override]
        """Asked for when shown: the class is loaded before a language is active."""
        return gettext(
            "核对台账：逐链重算校验值，再核对检查点和可信时间戳，指出每处第一条有问题的记录。"
            "全部无误时退出状态为 0，否则为 1。"
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--subject", help=gettext("只核对这一条链，例如 item:12"))
        parser.add_argument(
            "--every", action="store_true", help=gettext("逐个重算每个检查点的根校验值，而不只是最新一个")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        events = chains = broken = 0
        for proof in audit.prove(options["subject"]):
            events += proof.events
            chains += 1
            if proof.broken is not None:
                broken += 1
                self._say(f"{proof.subject}#{proof.broken.seq}", proof.broken.kind)
        counted = [f"verified {events} events in {chains} chains"]
        if options["subject"] is None:
            seen, stamped = checkpoints.prove(every=options["every"]), anchors.prove()
            for fault in (*seen.faults, *stamped.faults):
                broken += 1
                self._say(fault.where, fault.kind, f" (checkpoint:{fault.checkpoint})")
            if seen.number or seen.faults:
                counted.append(f"verified {seen.number} checkpoints and {stamped.number} anchors")
        if broken:
            self.stdout.write(f"broken {broken}")
            raise SystemExit(1)
        for sentence in counted:
            self.stdout.write(sentence)

    def _say(self, where: str, kind: str, beside: str = "") -> None:
        self.stdout.write(f"{where} {kind}: {KINDS[kind]}{beside}")
