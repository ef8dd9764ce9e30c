"""What the last changes did to the sources of a language, as texts that a compiler can compare."""

from __future__ import annotations

from typing import NamedTuple

from prunella.ports import Changed, Lately

MOST_FILES = 80
MOST_CHARS = 4_000_000
MOST_COMMITS = 10


class Former(NamedTuple):
    """Earlier texts by path, newest first; files that moved (``was``, ``path``); deleted ones, with their last text."""

    before: dict[str, list[str]]
    moves: list[dict[str, str]]
    deleted: dict[str, str]


def former(lately: Lately, endings: tuple[str, ...]) -> Former:
    """The working diff first, then the last commits; bounded in files and characters."""
    changes = [one for one in (*lately.working(), *lately.commits(MOST_COMMITS)) if _meant(one, endings)][:MOST_FILES]
    contents = lately.contents(one.before for one in changes if one.before)
    found = Former({}, [], {})
    now: dict[str, str] = {}  # the name today of a name in an earlier commit
    left = MOST_CHARS
    for change in changes:
        text = _text(contents.get(change.before))
        path = now.get(change.path, change.path)
        if change.was and change.path and change.was != change.path:
            now[change.was] = path
            found.moves.append({"was": change.was, "path": path})
        if text is None or len(text) > left:
            continue
        left -= len(text)
        if not change.path:
            found.deleted.setdefault(change.was, text)
        elif text not in found.before.setdefault(path, []):
            found.before[path].append(text)
    return found


def _meant(change: Changed, endings: tuple[str, ...]) -> bool:
    return (change.path or change.was).endswith(endings)


def _text(content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
