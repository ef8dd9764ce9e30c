"""What the documents say is true."""

from __future__ import annotations

import re
from pathlib import Path

from prunella.cli.parser import parser
from prunella.outcome import EXIT_CODES

ROOT = Path(__file__).parents[2]


def test_the_page_on_the_loop_shows_the_loop_as_it_is() -> None:
    loop = (ROOT / "src/prunella/heal.py").read_text()
    assert loop in (ROOT / "docs/how-it-heals.md").read_text(), "run `make docs`"


def test_the_loop_can_be_read_in_one_sitting() -> None:
    assert len((ROOT / "src/prunella/heal.py").read_text().splitlines()) < 200


def test_files_keep_to_300_lines() -> None:
    long = [path.name for path in (ROOT / "src").rglob("*.py") if len(path.read_text().splitlines()) > 300]
    assert long == []


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    commands = re.search(r"\{([a-z,]+)\}|COMMAND", parser().format_help())
    assert commands
    for name in ("heal", "history", "show", "undo", "init", "doctor", "demo"):
        assert f"`prunella {name}" in readme


def test_the_readme_has_every_exit_code() -> None:
    readme = " ".join((ROOT / "README.md").read_text().split())
    for code in {*EXIT_CODES.values(), 2}:
        assert re.search(rf"(Exit codes:|·) {code} ", readme), code


def test_links_between_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
