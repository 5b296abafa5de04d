"""The dependency order of the packages holds: evals → ingest | server → index, and the layers inside server."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("ingest", "index", "server", "evals")
MAY_IMPORT = {
    "index": {"index"},
    "ingest": {"ingest", "index"},
    "server": {"server", "index"},
    "evals": {"evals", "ingest", "server", "index"},
}
# From the floor up; a module may import from its own layer's floor and below, never from above. Steps share one layer
# and may not import each other.
STEPS = ("server.writers", "server.citations", "server.queries", "server.conversations", "server.red_flags")
ABOVE_STEPS = ("server.answers", "server.assistant", "server.bootstrap", "server.api", "server.pages", "server.app")


def imports_of(path: Path) -> Iterator[str]:
    """Yield the dotted names a module imports when it runs, wherever in the file; not those for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    skipped = {id(inner) for block in for_types for inner in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def modules(folder: str) -> list[Path]:
    """Return the Python files under a folder; none would make every test here pass."""
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"no modules under {folder}"
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_what_stands_below_them(package: str) -> None:
    for path in modules(package):
        ours = {name.split(".")[0] for name in imports_of(path)} & set(PACKAGES)
        assert ours <= MAY_IMPORT[package], f"{path.relative_to(ROOT)} imports {ours - MAY_IMPORT[package]}"


@pytest.mark.parametrize("step", STEPS)
def test_steps_do_not_import_each_other_or_what_stands_above(step: str) -> None:
    others = tuple(other for other in STEPS if other != step) + ABOVE_STEPS
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in modules("server")}
    own = {name: path for name, path in names.items() if name == step or name.startswith(step + ".")}
    assert own, f"there is no step {step}"
    for name, path in own.items():
        wrong = [found for found in imports_of(path) if found.startswith(others)]
        assert not wrong, f"{name} imports {wrong}"


def test_red_flags_need_no_index_no_web_framework_and_nothing_else_of_the_server() -> None:
    """An advice card must appear when search or a language model is down."""
    for path in modules("server/red_flags"):
        for name in imports_of(path):
            allowed_ours = name.startswith("server.red_flags")
            assert allowed_ours or not name.startswith(("server", "index", "ingest", "fastapi", "starlette")), (
                path,
                name,
            )


def test_only_bootstrap_and_entry_points_name_concrete_classes() -> None:
    """Anything else that imports a writer or chat model could not be swapped in one place."""
    concrete = ("server.writers.", "server.chat_models.")
    for path in modules("server"):
        if path.name in ("bootstrap.py", "__main__.py") or "writers" in path.parts or "chat_models" in path.parts:
            continue
        assert not [name for name in imports_of(path) if name.startswith(concrete)], path


def test_only_settings_reads_the_environment_in_the_server() -> None:
    for path in modules("server"):
        if path.name != "settings.py":
            assert "os.environ" not in path.read_text(encoding="utf-8"), path
