"""Known weaknesses of the pinned requirements, asked of the advisories PyPI keeps (pip-audit).

Ends with 1 where one is known, or where pip-audit itself fails. Where the advisories cannot be asked, without a network or behind a
mirror that has none, a line says so and nothing is claimed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

FILES = ("requirements.txt", "requirements-dev.txt")
COMMAND = (
    "-m",
    "pip_audit",
    "--disable-pip",
    "--no-deps",
    "--progress-spinner",
    "off",
    "--format",
    "json",
    "--desc",
    "off",
)
#: what pip-audit's errors say when nobody answered
_AWAY = ("connection", "timed out", "timeout", "resolve", "max retries", "service unavailable", "proxy")


def judge(name: str, code: int, out: str, errors: str) -> tuple[bool, list[str]]:
    """Whether the check holds, and the lines to print, from how pip-audit ended."""
    try:
        found = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        if any(word in errors.lower() for word in _AWAY):
            return True, [f"{name}: 无法访问公告库，本次未核对 (the advisories cannot be reached: not checked)"]
        return False, [f"{name}: pip-audit {code}", *errors.splitlines()[-5:]]
    asked = [one for one in found if "skip_reason" not in one]
    skipped = [one["name"] for one in found if "skip_reason" in one]
    weak = [
        f"{one['name']} {one['version']}: {known['id']}，修复版本 (fixed in) {', '.join(known['fix_versions']) or '—'}"
        for one in asked
        for known in one["vulns"]
    ]
    if weak:
        return False, [f"{name}: {len(weak)} 个已知漏洞 (known weaknesses)", *weak]
    if not asked:
        return True, [f"{name}: 公告库没有这些软件包，本次未核对 (no advisories to be had here: not checked)"]
    lines = [f"{name}: {len(asked)} 个软件包没有已知漏洞 (no known weakness)"]
    if skipped:
        lines.append(f"{name}: 未核对 (not checked): {', '.join(skipped)}")
    return True, lines


def main(files: Sequence[str] = FILES) -> int:
    held = True
    for name in files:
        result = subprocess.run([sys.executable, *COMMAND, "-r", name], capture_output=True, text=True)
        holds, lines = judge(name, result.returncode, result.stdout, result.stderr)
        held = held and holds
        print("\n".join(lines), flush=True)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
