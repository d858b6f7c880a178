"""``./scripts/test``: every check and every test, in the order in which they say most in the least time.

Runs in ``.venv`` (see prepare.py). Without arguments all checks run, also after one has failed, and then pytest; with
arguments pytest alone, with these arguments. Data goes to ``var/test`` unless `SANGONG_VAR` names another folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(BASE))

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A deployment as the README describes it, to hold `check --deploy` against.
PRODUCTION = {"SANGONG_HTTPS": "1", "ALLOWED_HOSTS": "sangong.example", "SANGONG_DEBUG": "0"}
PURE = ("workflows/bpmn", "workflows/feel", "workflows/engine", "decisions/rules")
SOURCES = ("config", "permissions", "workflows", "decisions", "scripts", "manage.py")
CHECKS: tuple[tuple[str, list[str], Mapping[str, str]], ...] = (
    ("ruff check", ["-m", "ruff", "check", "."], {}),
    ("ruff format", ["-m", "ruff", "format", "--check", "."], {}),
    ("lint-imports", ["-c", "from importlinter.cli import lint_imports_command as run; run()"], {}),
    ("mypy strict", ["-m", "mypy", "--strict", "--config-file=", *PURE], {}),
    ("mypy", ["-m", "mypy"], {}),
    ("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"], {}),
    # What ruff's S rules do not have; medium and above.
    ("bandit", ["-m", "bandit", "-q", "-ll", "-c", "pyproject.toml", "-r", *SOURCES], {}),
    ("advisories", ["-m", "scripts.house.advisories"], {}),
    ("deploy", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
)
# Neighbours in a file begin alike and are quicker one after the other: each process gets them in one piece.
PYTEST = ["-m", "pytest", "-n", "2", "--dist", "worksteal"]


def main(arguments: list[str]) -> int:
    os.chdir(BASE)
    os.environ.setdefault("SANGONG_VAR", str(BASE / "var" / "test"))
    failed: list[str] = []
    have_browser()
    try:
        if arguments:
            return subprocess.run([sys.executable, "-m", "pytest", *arguments], stdin=subprocess.DEVNULL).returncode
        for name, command, environment in (*CHECKS, ("pytest", PYTEST, {})):
            began = time.monotonic()
            print(f"── {name}", flush=True)
            result = subprocess.run(
                [sys.executable, *command], env={**os.environ, **environment}, stdin=subprocess.DEVNULL
            )
            print(
                f"── {name}: {'ok' if not result.returncode else 'FAILED'}, {time.monotonic() - began:.0f} s",
                flush=True,
            )
            if result.returncode:
                failed.append(name)
    except KeyboardInterrupt:
        return 130
    finally:
        stop_database()
    print(f"── 未通过 (failed): {', '.join(failed)}" if failed else "── 全部通过 (all passed)", flush=True)
    return 1 if failed else 0


def have_browser() -> None:
    """Have a Chromium: the one on PATH, or as root through apt; otherwise say that its tests are left out."""
    if any(map(shutil.which, BROWSERS)):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("── 安装 Chromium (installing Chromium)", flush=True)
        quiet = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        }
        # The font is for the screenshots and for layouts measured in Chinese.
        packages = ["chromium", "fonts-noto-cjk"]
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], **quiet)
        if any(map(shutil.which, BROWSERS)):
            return
    print(
        "── 没有找到 Chromium，浏览器测试将跳过 (no Chromium: browser tests are skipped; sudo apt install chromium)",
        flush=True,
    )


def stop_database() -> None:
    """The embedded server the tests started has no reason to stay."""
    if not os.environ.get("DATABASE_URL"):
        subprocess.run([sys.executable, "-m", "config.database", "stop"], stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
