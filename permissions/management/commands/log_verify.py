"""`manage.py log_verify`: proves that nobody changed, removed, added or moved an entry of the log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from permissions import audit

KINDS = {
    "changed": _("内容与校验值不符"),
    "missing": _("缺少这一条"),
    "moved": _("与前一条接不上"),
    "inserted": _("多出这一条"),
    "truncated": _("链尾被截断，缺少这一条及以后"),
    "headless": _("链头记录不存在"),
}


class Command(BaseCommand):
    @property
    def help(self) -> str:  # type: ignore[override]
        """Asked for when shown: the class is loaded before a language is active."""
        return gettext("核对台账：逐链重算校验值，指出每条链上第一条有问题的记录。全部无误时退出状态为 0，否则为 1。")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--subject", help=gettext("只核对这一条链，例如 item:12"))

    def handle(self, *args: Any, **options: Any) -> None:
        events = chains = broken = 0
        for proof in audit.prove(options["subject"]):
            events += proof.events
            chains += 1
            if proof.broken is not None:
                broken += 1
                self.stdout.write(f"{proof.subject}#{proof.broken.seq} {proof.broken.kind}: {KINDS[proof.broken.kind]}")
        if broken:
            self.stdout.write(f"broken {broken}")
            raise SystemExit(1)
        self.stdout.write(f"verified {events} events in {chains} chains")
