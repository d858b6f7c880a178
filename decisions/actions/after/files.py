"""Papers that come with what is done after a decision: kept as materials of the item, whole or not at all."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from decisions.actions.items.common import save
from decisions.models import Item, Material
from permissions import scanning
from permissions.errors import Invalid
from permissions.models import User
from permissions.uploads import Checked, Unacceptable, check
from workflows import clock

MAX_FILES = 10

#: A file as it comes in: its name and its bytes.
Upload = tuple[str, bytes]


@dataclass
class Papers:
    """Files that stand in the storage and wait for their rows."""

    rows: list[tuple[Checked, str, int, str]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def keep(self, item: Item, actor: User, kind: str, verb: str) -> list[Material]:
        """A material for each file; the same bytes of the same kind are one. Inside the action's transaction."""
        self.taken.clear()
        found = []
        for checked, stored, size, digest in self.rows:
            known = Material.objects.filter(item=item, kind=kind, sha256=digest, removed_at__isnull=True).first()
            if known is None:
                known = Material(
                    item=item,
                    kind=kind,
                    name=checked.name,
                    file=stored,
                    size=size,
                    content_type=checked.content_type,
                    sha256=digest,
                    uploaded_by=actor,
                    uploaded_at=clock.now(),
                )
                save(known, actor, verb)
                self.taken.add(stored)
            found.append(known)
        return found


@contextmanager
def stored(uploads: Sequence[Upload]) -> Iterator[Papers]:
    """Judge the files by their bytes and store them; what no row was made for in the end is deleted again.

    Raises `Invalid` with the reason at ``papers`` where one cannot be taken.
    """
    if len(uploads) > MAX_FILES:
        raise _refused(_("一次最多上传 %(limit)s 份附件，请合并后再上传。") % {"limit": MAX_FILES})
    papers = Papers()
    checked = []
    for name, content in uploads:
        try:
            checked.append((check(name, content), content))
            scanning.examine(content)
        except Unacceptable as error:
            raise _refused(_("“%(name)s”没有上传。%(why)s") % {"name": name, "why": error}) from None
    done = False
    try:
        for judged, content in checked:
            place = default_storage.save(f"materials/{secrets.token_hex(20)}", ContentFile(content))
            papers.rows.append((judged, place, len(content), hashlib.sha256(content).hexdigest()))
        yield papers
        done = True
    finally:
        for _judged, place, _size, _digest in papers.rows:
            if not done or place not in papers.taken:
                default_storage.delete(place)


def _refused(why: str) -> Invalid:
    return Invalid(why, code="file_refused", fields={"papers": why})
