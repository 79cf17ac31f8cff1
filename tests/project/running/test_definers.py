from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project import Project
from looplint.project.running.definers import definers, modules_named

if TYPE_CHECKING:
    from pathlib import Path


def test_the_modules_that_define_a_name(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    package = tmp_path / "app"
    package.mkdir()
    (package / "__init__.py").write_text("from app.models import User\n")
    (package / "models.py").write_text("import x\n\nclass User: ...\nLIMIT: int = 1\nasync def get(): ...\n")
    (package / "other.py").write_text("def get(): ...\nclass A:\n    User = 1\nif LIMIT == 1: ...\n")
    (package / "test_models.py").write_text("User = 1\n")
    project = Project(tmp_path)
    assert [(d.module, d.path, d.row) for d in definers(project, "User", package)] == [
        ("app.models", package / "models.py", 3)
    ]
    assert [(d.module, d.row) for d in definers(project, "LIMIT", package)] == [("app.models", 4)]
    assert [(d.module, d.row) for d in definers(project, "get", package)] == [("app.models", 5), ("app.other", 1)]
    assert definers(project, "gone", package) == []


def test_the_modules_of_a_name(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for name in ("app", "app/server", "app/browser", "tests"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
    (tmp_path / "app" / "server" / "browser.py").write_text("")
    (tmp_path / "app" / "server" / "test_pages.py").write_text("")
    project = Project(tmp_path)
    assert sorted(modules_named(project, "browser", tmp_path / "app")) == ["app.browser", "app.server.browser"]
    assert modules_named(project, "server", tmp_path / "app") == ["app.server"]
    assert modules_named(project, "test_pages", tmp_path / "app") == []
    assert modules_named(project, "gone", tmp_path / "app") == []
