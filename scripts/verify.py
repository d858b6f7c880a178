#!/usr/bin/env python3
"""Checks an archive or an exported log of Sangong, offline: no network, no database, nothing but Python 3.9 or later.

    python3 -I verify.py                     # the folder this file lies in
    python3 -I verify.py item-12.zip         # an archive, a folder, or an events.jsonl
    python3 -I verify.py --key 5f…           # only this key (64 hexadecimal digits) may have signed

Each fault is a line of its own. Status 0: nothing wrong; 1: something is; 2: nothing here that can be read.
What is checked, and how, is written down in docs/record.md of the product, so that anybody can write this file anew.

核对三共的归档包或导出的台账：离线运行，只需 Python 3.9 及以上。每处问题一行；退出状态 0 为无误，1 为有误，2 为无法读取。
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

GENESIS = "0" * 64
ALGORITHMS = ("sha256", "sm3")
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
EVENTS, CHECKPOINTS, PROOFS, ANCHORS = "log/events.jsonl", "log/checkpoints.jsonl", "log/proofs.jsonl", "log/anchors/"
STATED = ("algorithm", "at", "chains", "events", "format", "number", "previous_hash", "root", "signer")
WORDS = {
    "changed": "内容与校验值不符",
    "duplicate": "同名文件不止一个",
    "extra": "清单中没有",
    "inserted": "多出这一条",
    "missing": "缺少",
    "moved": "与前一条接不上",
    "other_key": "不是指定的密钥签的名",
    "rewritten": "与检查点记下的不同",
    "truncated": "链尾与清单不符",
    "unproven": "证明不成立",
    "unreadable": "无法读取",
    "unsigned": "系统签名缺失或无效",
}


class Unreadable(Exception):
    """There is nothing here that can be checked."""


# ---------------------------------------------------------------- where it is read from


class Folder:
    """The files of an archive that was unpacked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())

    def open(self, name: str) -> IO[bytes]:
        return open(self.root / name, "rb")


class Zipped:
    """The files of an archive as it came."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        self.names = sorted(info.filename for info in self.zip.infolist() if not info.is_dir())

    def open(self, name: str) -> IO[bytes]:
        return self.zip.open(name)


class Single:
    """An exported log by itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names = [EVENTS]

    def open(self, name: str) -> IO[bytes]:
        return open(self.path, "rb")


# ---------------------------------------------------------------- hashes and signatures


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(algorithm: str, content: bytes) -> bytes:
    if algorithm == "sm3":
        try:
            return hashlib.new("sm3", content).digest()
        except ValueError:  # this Python's OpenSSL was built without it
            return sm3(content)
    return hashlib.new(algorithm, content).digest()


def sm3(content: bytes) -> bytes:
    """GB/T 32905-2016, as it stands there."""
    mask = 0xFFFFFFFF

    def turn(word: int, by: int) -> int:
        by %= 32
        return ((word << by) | (word >> (32 - by))) & mask if by else word

    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = content + b"\x80" + b"\0" * ((55 - len(content)) % 64) + (len(content) * 8).to_bytes(8, "big")
    for start in range(0, len(padded), 64):
        w = [int.from_bytes(padded[at : at + 4], "big") for at in range(start, start + 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15)
            w.append(x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            early = j < 16
            ss1 = turn((turn(a, 12) + e + turn(0x79CC4519 if early else 0x7A879D8A, j)) & mask, 7)
            ff = a ^ b ^ c if early else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if early else (e & f) | (~e & mask & g)
            tt1 = (ff + d + (ss1 ^ turn(a, 12)) + (w[j] ^ w[j + 4])) & mask
            tt2 = (gg + h + ss1 + w[j]) & mask
            a, b, c, d = tt1, a, turn(b, 9), c
            e, f, g, h = tt2 ^ turn(tt2, 9) ^ turn(tt2, 17), e, turn(f, 19), g
        state = [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h))]  # noqa: B905  (Python 3.9)
    return b"".join(word.to_bytes(4, "big") for word in state)


# Ed25519 by the equations of RFC 8032, section 5.1, in extended coordinates. Only for checking: nothing here is secret.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def x_of(y: int, odd: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    return P - x if x & 1 != odd else x


def point(encoded: bytes) -> Point | None:
    if len(encoded) != 32:
        return None
    number = int.from_bytes(encoded, "little")
    y = number & (1 << 255) - 1
    x = x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0) or 0
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def plus(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, of: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = plus(total, of)
        of = plus(of, of)
        number >>= 1
    return total


def signed(message: bytes, signature: Any, key: Any) -> bool:
    """Whether `signature` over `message` is by the owner of the public `key`; both in hexadecimal."""
    try:
        sign, public = bytes.fromhex(signature), bytes.fromhex(key)
    except (TypeError, ValueError):
        return False
    if len(sign) != 64:
        return False
    owner, half = point(public), point(sign[:32])
    s = int.from_bytes(sign[32:], "little")
    if owner is None or half is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(sign[:32] + public + message).digest(), "little") % ORDER
    left, right = times(s, BASE), plus(half, times(h, owner))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


def root_by_path(algorithm: str, leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return None
    at, last = index, size - 1
    tip = digest(algorithm, b"\0" + leaf)
    for beside in path:
        if last == 0:
            return None
        if at % 2 or at == last:
            tip = digest(algorithm, b"\1" + beside + tip)
            while at and not at % 2:
                at, last = at // 2, last // 2
        else:
            tip = digest(algorithm, b"\1" + tip + beside)
        at, last = at // 2, last // 2
    return tip if last == 0 else None


# ---------------------------------------------------------------- what is checked


class Check:
    """Goes through one archive or log; `faults` fills as it goes."""

    def __init__(self, source: Any, key: str = "") -> None:
        self.source = source
        self.key = key
        self.faults: list[str] = []
        self.signers: set[str] = set()
        self.heads: dict[str, tuple[int, str]] = {}
        self.events = self.files = self.proven = 0
        self.checkpoints: dict[int, dict[str, Any]] = {}
        self.proofs: list[dict[str, Any]] = []
        # What proofs say of single events, by chain and number.
        self.asked: dict[tuple[Any, Any], str | None] = {}

    def fault(self, kind: str, where: str) -> None:
        self.faults.append(f"{kind} {where} {WORDS[kind]}")

    def run(self) -> None:
        manifest = None if isinstance(self.source, Single) else self.manifest()
        self.read_checkpoints()
        self.proofs = list(self.lines(PROOFS))
        self.asked = {(proof.get("subject"), proof.get("seq")): None for proof in self.proofs}
        self.read_events()
        self.prove()
        if manifest is not None:
            self.compare_heads(manifest.get("chains"))
        self.look_at_anchors()

    # The files

    def manifest(self) -> dict[str, Any]:
        if MANIFEST not in self.source.names:
            raise Unreadable(f"{MANIFEST} not found")
        content = self.read(MANIFEST)
        manifest = parsed(content)
        if not isinstance(manifest, dict) or manifest.get("format") != "sangong-archive-1":
            raise Unreadable(f"{MANIFEST} is not of an archive this file knows")
        seal = parsed(self.read(SIGNATURE)) if SIGNATURE in self.source.names else None
        if not isinstance(seal, dict) or not signed(content, seal.get("signature"), seal.get("key")):
            self.fault("unsigned", f"file {MANIFEST}")
        else:
            self.signer(str(seal["key"]), f"file {MANIFEST}")
        listed = manifest.get("files")
        listed = listed if isinstance(listed, dict) else {}
        there = self.source.names
        for name in sorted({name for name in there if there.count(name) > 1} if len(set(there)) < len(there) else ()):
            self.fault("duplicate", f"file {name}")
        for name in sorted(set(there) - set(listed) - {MANIFEST, SIGNATURE}):
            self.fault("extra", f"file {name}")
        for name in sorted(listed):
            self.compare_file(name, listed[name])
        return manifest

    def compare_file(self, name: str, said: Any) -> None:
        if name not in self.source.names:
            self.fault("missing", f"file {name}")
            return
        self.files += 1
        seen, size = hashlib.sha256(), 0
        try:
            with self.source.open(name) as handle:
                while block := handle.read(1 << 20):
                    seen.update(block)
                    size += len(block)
        except (OSError, zipfile.BadZipFile, EOFError, ValueError):
            self.fault("unreadable", f"file {name}")
            return
        if not isinstance(said, dict) or (said.get("size"), said.get("sha256")) != (size, seen.hexdigest()):
            self.fault("changed", f"file {name}")

    def read(self, name: str) -> bytes:
        with self.source.open(name) as handle:
            content: bytes = handle.read()
        return content

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        if name not in self.source.names:
            return
        with self.source.open(name) as handle:
            for number, line in enumerate(handle, start=1):
                value = parsed(line)
                if isinstance(value, dict):
                    yield value
                else:
                    self.fault("unreadable", f"line {name}:{number}")

    # The log

    def read_events(self) -> None:
        if EVENTS not in self.source.names:
            raise Unreadable(f"{EVENTS} not found")
        broken: set[str] = set()
        for event in self.lines(EVENTS):
            self.events += 1
            subject, seq = str(event.get("subject")), event.get("seq")
            before, tip = self.heads.get(subject, (0, GENESIS))
            kind = fault_of(event, before + 1, tip)
            if kind and subject not in broken:
                broken.add(subject)
                self.fault(kind, f"log {subject}#{before + 1 if kind == 'missing' else seq}")
            number = seq if isinstance(seq, int) else before + 1
            self.heads[subject] = (number, str(event.get("hash")))
            if (subject, seq) in self.asked:
                self.asked[(subject, seq)] = str(event.get("hash"))

    def compare_heads(self, chains: Any) -> None:
        """Against the manifest: every chain it names, up to the head it names, and no other."""
        named = chains if isinstance(chains, dict) else {}
        for subject in sorted(set(self.heads) - set(named)):
            self.fault("extra", f"chain {subject}")
        for subject, head in sorted(named.items()):
            if subject not in self.heads:
                self.fault("missing", f"chain {subject}")
            elif not isinstance(head, dict) or self.heads[subject] != (head.get("seq"), head.get("hash")):
                self.fault("truncated", f"chain {subject}")

    # The checkpoints

    def read_checkpoints(self) -> None:
        for row in self.lines(CHECKPOINTS):
            where = f"checkpoint {row.get('number')}"
            statement = canonical({name: row.get(name) for name in STATED}).encode()
            algorithm = row.get("algorithm")
            if algorithm not in ALGORITHMS or digest(algorithm, statement).hex() != row.get("hash"):
                self.fault("changed", where)
            elif not signed(statement, row.get("signature"), row.get("key")):
                self.fault("unsigned", where)
            else:
                self.signer(str(row["key"]), where)
                self.checkpoints[row["number"]] = row
        for number, row in sorted(self.checkpoints.items()):
            before = self.checkpoints.get(number - 1)
            if before is not None and before["hash"] != row["previous_hash"]:
                self.fault("moved", f"checkpoint {number}")

    def prove(self) -> None:
        for proof in self.proofs:
            subject, seq = proof.get("subject"), proof.get("seq")
            row = self.checkpoints.get(proof.get("checkpoint"))  # type: ignore[arg-type]
            where = f"proof {subject}#{seq}"
            if row is None or not proves(proof, row):
                self.fault("unproven", where)
                continue
            there = self.asked[(subject, seq)]
            if there is None:
                self.fault("missing", f"log {subject}#{seq}")
            elif there != proof.get("hash"):
                self.fault("rewritten", f"log {subject}#{seq}")
            else:
                self.proven += int(seq)  # type: ignore[arg-type]

    def look_at_anchors(self) -> None:
        """A stamp holds the hash of the statement it is for. Whose stamp it is, openssl says."""
        for name in self.source.names:
            if not (name.startswith(ANCHORS) and name.endswith(".tsr")):
                continue
            number = name[len(ANCHORS) : -4].partition("-")[0]
            said = f"{ANCHORS}{number}.json"
            row = self.checkpoints.get(int(number)) if number.isdecimal() else None
            if row is None or said not in self.source.names:
                self.fault("unproven", f"anchor {name}")
                continue
            statement = self.read(said)
            stated = canonical({key: row[key] for key in STATED}).encode()
            if statement != stated or hashlib.sha256(statement).digest() not in self.read(name):
                self.fault("unproven", f"anchor {name}")

    def signer(self, key: str, where: str) -> None:
        self.signers.add(key)
        if self.key and key != self.key:
            self.fault("other_key", where)


def fault_of(event: dict[str, Any], expected: int, tip: str) -> str:
    """What is wrong with an event that should have this number and build on this hash; empty where nothing is."""
    seq, algorithm = event.get("seq"), event.get("algorithm")
    if not isinstance(seq, int) or seq != expected:
        return "missing" if isinstance(seq, int) and seq > expected else "inserted"
    if event.get("previous_hash") != tip:
        return "moved"
    head = [event.get(name) for name in ("subject", "seq", "at", "actor", "actor_label", "verb", "target")]
    text = f"{tip}[{canonical(head)},{canonical(event.get('data'))}]"
    if algorithm not in ALGORITHMS or digest(algorithm, text.encode("utf-8", "surrogatepass")).hex() != event.get(
        "hash"
    ):
        return "changed"
    return ""


def proves(proof: dict[str, Any], row: dict[str, Any]) -> bool:
    try:
        path = [bytes.fromhex(step) for step in proof["path"]]
        leaf = canonical([proof["subject"], proof["seq"], proof["hash"]]).encode()
        root = root_by_path(row["algorithm"], leaf, proof["index"], proof["size"], path)
    except (KeyError, TypeError, ValueError):
        return False
    return root is not None and root.hex() == row["root"] and proof["size"] == row["chains"]


def parsed(content: bytes) -> Any:
    """JSON, or None for what is none; numbers JSON does not have are none."""

    def refuse(text: str) -> Any:
        raise ValueError(text)

    try:
        return json.loads(content.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError):
        return None


def source_of(path: Path) -> Any:
    if path.is_dir():
        return Folder(path)
    if not path.is_file():
        raise Unreadable(f"{path} not found")
    return Zipped(path) if zipfile.is_zipfile(path) else Single(path)


def report(check: Check) -> Iterable[str]:
    events, chains, files = check.events, len(check.heads), check.files
    yield f"{events} 条记录，{chains} 条链，{files} 个文件 ({events} events, {chains} chains, {files} files)"
    if isinstance(check.source, Single):
        for subject, (seq, tip) in sorted(check.heads.items()):
            yield f"{subject}#{seq} {tip}"
    else:
        later = check.events - check.proven
        yield f"检查点之后 {later} 条，只由链和清单签名证明 ({later} events not in a checkpoint yet)"
    for key in sorted(check.signers):
        yield f"系统签名 {key}：请与另行公布的公钥核对 (system signature: compare the key with the published one)"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", default="", type=str.lower)
    options = parser.parse_args(arguments)
    try:
        check = Check(source_of(options.path), options.key)
        check.run()
    except (Unreadable, OSError, zipfile.BadZipFile) as problem:
        print(f"无法核对：{problem} (cannot be checked)", file=sys.stderr)
        return 2
    for line in check.faults:
        print(line)
    if check.faults:
        print(f"broken {len(check.faults)}")
        return 1
    for line in report(check):
        print(line)
    print("verified")
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
        sys.stderr.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
