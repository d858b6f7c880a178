"""A lower floor never imports a higher one, and the pure packages know no framework."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config.database import BASE_DIR

PURE = ["workflows.bpmn", "workflows.feel", "workflows.engine", "decisions.rules"]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_the_floors_hold() -> None:
    result = lint_imports(BASE_DIR)
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_upward_import_would_be_seen(tmp_path: Path) -> None:
    for package in ("permissions", "workflows", "decisions", "config"):
        subprocess.run(["cp", "-r", BASE_DIR / package, tmp_path], check=True)
    subprocess.run(["cp", BASE_DIR / "pyproject.toml", tmp_path], check=True)
    (tmp_path / "permissions" / "upward.py").write_text("import decisions.models\n")
    result = lint_imports(tmp_path)
    assert result.returncode != 0
    assert "permissions.upward -> decisions.models" in result.stdout


@pytest.mark.parametrize("package", PURE)
def test_a_pure_package_runs_without_django(package: str) -> None:
    code = f"import sys; sys.modules['django'] = None; import {package}; assert 'viewflow' not in sys.modules"
    result = subprocess.run([sys.executable, "-c", code], cwd=BASE_DIR, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
