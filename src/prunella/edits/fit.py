"""One edit of a text, exactly where it says or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prunella.changes import Insert, PatchLines, Replace
from prunella.edits.names import plain, shown
from prunella.edits.nearest import missing, several
from prunella.edits.text import Text
from prunella.edits.unseen import WRITTEN, seen_again, spans
from prunella.errors import EditRejected
from prunella.untrusted import visible

MOST_PLACES = 100
SAME = "This edit changes nothing: what it puts in is what is there."


def edited(text: Text, edit: Replace | Insert | PatchLines) -> Text:
    """The text with the edit made.

    Raises:
        EditRejected: it does not fit exactly once, or changes nothing.
    """
    match edit:
        case Replace():
            after = _replaced(text, edit)
        case Insert():
            after = _inserted(text, edit)
        case PatchLines():
            after = _patched(text, edit)
    if after == text:
        raise EditRejected(SAME)
    return after


def _replaced(text: Text, edit: Replace) -> Text:
    old, new = plain(edit.old), plain(edit.new)
    if not old:
        raise EditRejected("The old text is empty. To add lines, replace a line by itself and the new ones.")
    if old == new:
        raise EditRejected("The old and the new text are the same, so this edit changes nothing.")
    places = [(place, place + len(old)) for place in _occurrences(text.body, old)]
    if not places:
        places = spans(text.body, old, MOST_PLACES)
        new = seen_again(new, text.body[slice(*places[0])]) if places else new
    if len(places) > 1:
        numbers = [text.body.count("\n", 0, place) + 1 for place, _ in places]
        raise EditRejected(several(edit.path, "The old text occurs", numbers))
    if not places:
        message = missing(edit.path, "The old text does not occur", text.lines, old.removesuffix("\n").split("\n"))
        done = new.strip() and text.body.count(new) == 1
        raise EditRejected(message + ("\nThe new text is in the file already." if done else ""))
    return text.splice(*places[0], new)


def _occurrences(body: str, wanted: str) -> list[int]:
    """Where a text begins, overlapping ones too."""
    places: list[int] = []
    at = body.find(wanted)
    while at >= 0 and len(places) < MOST_PLACES:
        places.append(at)
        at = body.find(wanted, at + 1)
    return places


def _inserted(text: Text, edit: Insert) -> Text:
    if not edit.text:
        raise EditRejected("The text to insert is empty.")
    count = text.body.count("\n")
    if not 0 <= edit.line <= count:
        raise EditRejected(
            f"There is no line {edit.line} in {shown(edit.path)} to insert after: it has {count} lines "
            f"(0 = before the first, {count} = at the end)."
        )
    new = plain(edit.text)
    at = _offset(text.body, edit.line)
    return text.splice(at, at, new if new.endswith("\n") else f"{new}\n")


def _offset(body: str, line: int) -> int:
    """Where line ``line`` (0-based) begins."""
    at = 0
    for _ in range(line):
        at = body.index("\n", at) + 1
    return at


def _patched(text: Text, edit: PatchLines) -> Text:
    if any("\n" in line or "\r" in line for _, line in edit.lines):
        raise EditRejected("A line of the patch holds a line break.")
    if any(sign not in (" ", "-", "+") for sign, _ in edit.lines):
        raise EditRejected('A line of the patch is none of kept (" "), removed ("-") and added ("+").')
    if all(sign == " " for sign, _ in edit.lines):
        raise EditRejected("This part of the patch adds and removes nothing.")
    lines = text.lines
    after = _after_anchors(lines, edit)
    wanted = [line for sign, line in edit.lines if sign != "+"]
    at = _run(lines, wanted, after, edit) if wanted else _spot(lines, after, edit)
    quotes = any(WRITTEN in line for line in wanted)
    for start, end, added in reversed(_stretches(edit.lines, at)):
        body = text.body
        new = [seen_again(line, "\n".join(lines[at : at + len(wanted)])) for line in added] if quotes else added
        # Spans are made from the end, so those before stay where they are.
        first = _offset(body, start)
        last = first + sum(len(line) + 1 for line in lines[start:end])
        text = text.splice(first, last, "".join(f"{line}\n" for line in new))
    return text


def _stretches(patch: Sequence[tuple[str, str]], at: int) -> list[tuple[int, int, list[str]]]:
    """What a hunk at line ``at`` replaces: from line, to line, by which lines."""
    stretches: list[tuple[int, int, list[str]]] = []
    in_stretch = False
    for sign, line in patch:
        if sign == " ":
            at, in_stretch = at + 1, False
            continue
        if not in_stretch:
            stretches.append((at, at, []))
            in_stretch = True
        start, end, new = stretches[-1]
        if sign == "-":
            at += 1
            stretches[-1] = (start, end + 1, new)
        else:
            new.append(line)
    return stretches


def _after_anchors(lines: Sequence[str], edit: PatchLines) -> int:
    """The line after the last anchor; each is looked for after the one before. An anchor may differ in the spaces
    around it, for it says where to look and is not written."""
    after = 0
    for anchor in edit.anchors:
        found = _first(lines, anchor, after)
        if found < 0:
            where = f" after line {after}" if after else ""
            what = f'The anchor line "{shown(anchor)}" does not occur{where}'
            raise EditRejected(missing(edit.path, what, lines, [anchor]))
        after = found + 1
    return after


def _first(lines: Sequence[str], anchor: str, after: int) -> int:
    for form in _FORMS:
        wanted = form(anchor)
        for index in range(after, len(lines)):
            if form(lines[index]) == wanted:
                return index
    return -1


_FORMS: tuple[Callable[[str], str], ...] = (str, str.rstrip, str.strip, lambda line: visible(line).strip())


def _run(lines: Sequence[str], wanted: list[str], after: int, edit: PatchLines) -> int:
    """Where the kept and removed lines are: as they stand, but for spaces at their ends, or as they are shown."""
    places = _runs(lines, wanted, after) or _runs(
        [line.rstrip() for line in lines], [line.rstrip() for line in wanted], after
    )
    if not places and any(WRITTEN in line for line in wanted):
        places = _runs([visible(line).rstrip() for line in lines], [visible(line).rstrip() for line in wanted], after)
    if edit.at_end:
        end = len(lines) - len(wanted)
        if end in places:
            return end
        if places:
            raise EditRejected(
                f"The kept and removed lines are not at the end of {shown(edit.path)}, as *** End of File says; they "
                f"begin at line {places[0] + 1}."
            )
    if len(places) > 1:
        raise EditRejected(several(edit.path, "The kept and removed lines occur", [place + 1 for place in places]))
    if not places:
        earlier = " after the anchor" if edit.anchors and _runs(lines, wanted, 0) else ""
        what = f"The kept and removed lines do not occur{earlier}"
        raise EditRejected(missing(edit.path, what, lines, wanted))
    return places[0]


def _runs(lines: Sequence[str], wanted: list[str], after: int) -> list[int]:
    size = len(wanted)
    return [
        index
        for index in range(after, len(lines) - size + 1)
        if lines[index] == wanted[0] and list(lines[index : index + size]) == wanted
    ]


def _spot(lines: Sequence[str], after: int, edit: PatchLines) -> int:
    """Where lines go in that are only added."""
    if edit.at_end or not lines:
        return len(lines)
    if not edit.anchors:
        raise EditRejected(
            f"Nothing says where in {shown(edit.path)} these lines go: keep a line before or after them as context."
        )
    again = _first(lines, edit.anchors[-1], after)
    if again >= 0:
        what = f'The anchor line "{shown(edit.anchors[-1])}" occurs'
        raise EditRejected(several(edit.path, what, [after, again + 1]))
    return after
