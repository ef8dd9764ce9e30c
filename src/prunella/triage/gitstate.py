"""A look at the checkout as git has it: submodules, files kept elsewhere (LFS), a merge that is not done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from prunella.ports import Files
from prunella.triage.seen import Level, Seen, text

POINTER = b"version https://git-lfs.github.com/spec/"
MOST_TRIED = 50


def look(root: Path, files: Files) -> Iterator[Seen]:
    """What git has not fetched or not finished."""
    empty = submodules(root)
    if empty:
        detail = f"submodules that were not fetched: {', '.join(empty)[:200]}"
        yield Seen("submodules", Level.FAIL, detail, "`git submodule update --init --recursive`")
    pointers = unfetched(files)
    if pointers:
        detail = f"files that git LFS did not fetch: {', '.join(pointers)[:200]}"
        yield Seen("git lfs", Level.FAIL, detail, "`git lfs install && git lfs pull`")
    marked = conflicts(files)
    if marked:
        detail = f"conflict markers in {', '.join(marked)[:200]}"
        yield Seen("conflicts", Level.FAIL, detail, "Finish the merge, or `git merge --abort`.")


def submodules(root: Path) -> tuple[str, ...]:
    """Paths of submodules whose folder is empty."""
    paths = re.findall(r"(?m)^\s*path\s*=\s*(\S[^\n]{0,300})$", text(root / ".gitmodules"))
    return tuple(path.strip() for path in paths if _is_empty(root / path.strip()))


def unfetched(files: Files) -> tuple[str, ...]:
    """Files that are only pointers to what git LFS keeps."""
    if ".gitattributes" not in files.paths() or b"filter=lfs" not in (files.read(".gitattributes") or b""):
        return ()
    hits = files.search(POINTER.decode(), limit=MOST_TRIED)
    return tuple(dict.fromkeys(hit.path for hit in hits if hit.line == 1))


def conflicts(files: Files) -> tuple[str, ...]:
    """Files with both a beginning and an end of a conflict, as git writes them."""
    begun = {hit.path for hit in files.search("<<<<<<< ", limit=MOST_TRIED) if hit.text.startswith("<<<<<<< ")}
    if not begun:
        return ()
    ended = {hit.path for hit in files.search(">>>>>>> ", limit=MOST_TRIED) if hit.text.startswith(">>>>>>> ")}
    return tuple(sorted(path for path in begun & ended if not path.endswith((".md", ".rst", ".txt"))))


def _is_empty(folder: Path) -> bool:
    try:
        return not folder.is_dir() or not any(folder.iterdir())
    except OSError:
        return False
