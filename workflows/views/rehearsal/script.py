"""What the pages of a rehearsal share: the version that is played, and the play that a page carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from permissions import access
from permissions.errors import Hidden
from permissions.models import User
from workflows import rehearsal
from workflows.models import DefinitionKind, DefinitionVersion
from workflows.rehearsal import Act

_SALT = "workflows.rehearsal"


@dataclass(frozen=True, slots=True)
class Script:
    """What a page carries from one act to the next, signed: when the play began and what was done. `test` is the one it was
    opened from (0: none)."""

    begins: datetime
    acts: tuple[Act, ...] = ()
    test: int = 0

    def signed(self, version: int) -> str:
        data = {"v": version, "b": self.begins.isoformat(), "a": rehearsal.acts_to_json(self.acts), "t": self.test}
        return signing.dumps(data, salt=_SALT, compress=True)

    @classmethod
    def read(cls, text: str, version: int) -> Script | None:
        """None for what this house has not signed for this version."""
        try:
            data = signing.loads(text, salt=_SALT)
            acts = rehearsal.acts_from_json(data["a"])
            begins = timezone.localtime(datetime.fromisoformat(data["b"]))
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            return None
        return cls(begins, acts, int(data["t"])) if data["v"] == version else None


def version_to_play(request: HttpRequest, pk: int, act: str) -> DefinitionVersion:
    """The version of a flow this user may do `act` with. Raises `Hidden`, also for decisions, `Denied`."""
    rows = DefinitionVersion.objects.select_related("definition")
    version = access.fetch(rows, cast("User", request.user), act, pk)
    if version.definition.kind != DefinitionKind.FLOW:
        raise Hidden(_("决策表在它自己的页面上试算。"))
    return version
