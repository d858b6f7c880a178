"""The record in the forms in which it leaves the house (docs/record.md)."""

import json
from collections.abc import Iterable, Iterator

from permissions.audit import checkpoints, keys, merkle
from permissions.audit.canonical import canonical, instant
from permissions.audit.checkpoints import line as checkpoint_line
from permissions.audit.checkpoints import newest
from permissions.models import Anchor, AuditEvent, Checkpoint

__all__ = ["anchor_files", "checkpoint_line", "event_lines", "newest", "proof_lines", "signature"]


def event_lines(subjects: Iterable[str]) -> Iterator[str]:
    """The events of these chains, one chain after the other, each from its first on: lines of ``events.jsonl``."""
    for subject in subjects:
        for event in AuditEvent.objects.filter(subject=subject).order_by("seq").iterator(chunk_size=2000):
            said = {
                "subject": event.subject,
                "seq": event.seq,
                "at": instant(event.at),
                "actor": event.actor_id,
                "actor_label": event.actor_label,
                "verb": event.verb,
                "target": event.target,
                "data": event.data,
                "previous_hash": event.previous_hash,
                "hash": event.hash,
                "algorithm": event.algorithm,
            }
            yield json.dumps(said, ensure_ascii=False) + "\n"


def proof_lines(checkpoint: Checkpoint, subjects: Iterable[str]) -> Iterator[str]:
    """That these chains stood in the checkpoint: lines of ``proofs.jsonl``. A chain that was not there yet has none."""
    wanted = set(subjects)
    heads = list(checkpoints.leaves_of(checkpoint.number))
    tree = merkle.levels_of(checkpoint.algorithm, (checkpoints.leaf(head) for head in heads))
    for index, head in enumerate(heads):
        if head.subject in wanted:
            path = [step.hex() for step in merkle.path_of(tree, index)]
            yield (
                canonical(
                    {
                        **head._asdict(),
                        "checkpoint": checkpoint.number,
                        "index": index,
                        "size": len(heads),
                        "path": path,
                    }
                )
                + "\n"
            )


def anchor_files(checkpoint: Checkpoint) -> Iterator[tuple[str, bytes]]:
    """What lies in ``log/anchors`` for a checkpoint: its statement, and each authority's response; nothing where there is none."""
    for turn, anchor in enumerate(Anchor.objects.filter(checkpoint=checkpoint).order_by("id"), start=1):
        if turn == 1:
            yield f"{checkpoint.number}.json", checkpoints.statement(checkpoint).encode()
        yield f"{checkpoint.number}{f'-{turn}' if turn > 1 else ''}.tsr", bytes(anchor.token)


def signature(manifest: bytes) -> bytes:
    """``manifest.sig``: the system's signature over the bytes of ``manifest.json``."""
    signed, key = keys.sign(manifest)
    said = {"format": "sangong-signature-1", "signer": "system", "key": key, "signature": signed}
    return (canonical(said) + "\n").encode()
