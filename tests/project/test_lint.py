"""How the code is checked: by locked tools, offline, and by every rule but those with a reason."""

from __future__ import annotations

import re
from itertools import pairwise

import yaml

from library.places import PROJECT

#: How many SQL files do not pass sqlfluff yet. It may only shrink.
BASELINE = 25


def test_the_baseline_only_shrinks() -> None:
    text = (PROJECT / ".sqlfluffignore").read_text(encoding="utf-8").partition("# Baseline")[2]
    files = [line for line in text.splitlines() if line.endswith(".sql")]
    assert len(files) == BASELINE, "fewer: lower BASELINE too; more: correct them instead"
    assert [name for name in files if not (PROJECT / name).is_file()] == []
    assert len(set(files)) == len(files)


def switched_off(config: str) -> dict[str, bool]:
    """Each rule that a file switches off, and whether a comment stands above it."""
    lines = (PROJECT / config).read_text(encoding="utf-8").splitlines()
    return {
        line.strip(" ,"): above.strip().startswith("#")
        for above, line in pairwise(lines)
        if re.fullmatch(r"    [a-z_]+\.[a-z_]+,?", line)
    }


def test_no_rule_is_switched_off_without_its_reason() -> None:
    project, statements = switched_off(".sqlfluff"), switched_off("src/.sqlfluff")
    assert project and statements
    assert [rule for rule, has_reason in project.items() if not has_reason] == []
    assert [
        rule for rule, has_reason in statements.items() if not has_reason and rule not in project
    ] == []


def test_every_hook_calls_a_locked_tool() -> None:
    config = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    called = {hook["entry"].split()[0] for hook in hooks if hook["language"] == "system"}
    assert called == {
        ".venv/bin/ruff",
        ".venv/bin/mypy",
        ".venv/bin/yamllint",
        ".tools/lint/bin/sqlfluff",
    }
    # What is neither is pre-commit's own: it greps, or refuses a file by its name.
    assert {hook["language"] for hook in hooks} == {"system", "pygrep", "fail"}
    locked = "".join(
        (PROJECT / lock).read_text(encoding="utf-8")
        for lock in ("requirements.lock", "requirements-lint.lock")
    )
    for tool in ("ruff", "mypy", "yamllint", "sqlfluff", "sqlfluffrs", "pre-commit"):
        assert re.search(rf"^{tool}==", locked, re.MULTILINE), tool
