"""`manage.py log_checkpoint`: signs what the whole log is now, without waiting for the worker's hour."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext

from permissions.audit import anchors, checkpoints, keys


class Command(BaseCommand):
    @property
    def help(self) -> str:  # type: ignore[override]
        """Asked for when shown: the class is loaded before a language is active."""
        return gettext("立即生成台账检查点：以系统密钥签名，设有时间戳机构时加盖可信时间戳。")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--key", action="store_true", help=gettext("只显示系统公钥，供台账的使用者另行保存"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["key"]:
            self.stdout.write(keys.public_key())
            return
        made = checkpoints.make()
        row = made or checkpoints.newest()
        if row is None:
            self.stdout.write("nothing to sign")
            return
        if anchors.wanted() and not row.anchors.exists():
            anchors.anchor(row)
        self.stdout.write(f"{'made' if made else 'stands'} {row} {row.chains} chains {row.events} events {row.root}")
