"""A small broken TypeScript project that ships with Prunella, and what the scripted models say about it."""

from __future__ import annotations

from pathlib import Path

from prunella.changes import Replace
from prunella.demo.scripts import PLAYS, UNSCRIPTED, Change, Play, Turn

__all__ = ["PLAYS", "UNSCRIPTED", "Change", "Play", "Turn", "change", "copy_project"]

PROJECT = Path(__file__).parent / "project"
_RENAMED = {"gitignore.txt": ".gitignore"}  # a .gitignore in the package would act on this repository too


def copy_project(target: Path) -> None:
    """Write the broken project into ``target``, which is made if need be; files of the same name are overwritten.

    Raises:
        OSError: ``target`` cannot be written.
    """
    for source in sorted(PROJECT.rglob("*")):
        if source.is_file():
            path = target / source.relative_to(PROJECT).with_name(_RENAMED.get(source.name, source.name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.read_bytes())


def change(target: Path, edits: tuple[Replace, ...]) -> None:
    """Make the edits in the project in ``target``; each old text is there once."""
    for edit in edits:
        place = target / edit.path
        before = place.read_text("utf-8")
        place.write_text(before.replace(edit.old, edit.new, 1), "utf-8")
