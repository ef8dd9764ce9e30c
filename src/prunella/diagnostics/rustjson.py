"""The spans of rustc's JSON diagnostics (`The rustc book`, "JSON Output")."""

from __future__ import annotations

from prunella.domain import Location


def spans(said: dict[str, list[dict[str, object]]]) -> tuple[Location, tuple[int, int], list[Location]]:
    """Where a diagnostic is, where that ends, and the other places that it and its children name.

    Raises:
        KeyError, TypeError: it is not of the compiler's shape.
    """
    own, end, others = Location("", 0, 0, ""), (0, 0), []
    for span in said["spans"]:
        if span["is_primary"] and (not own.file or _shown(said, span)):
            own, line, column = _span(span, ""), span["line_end"], span["column_end"]
            end = (line, column) if isinstance(line, int) and isinstance(column, int) else end
        elif span.get("label"):
            others.append(_span(span, str(span["label"])))
    for child in said.get("children") or ():
        places = child["spans"]
        if isinstance(places, list):
            others += [_span(span, str(child["message"])) for span in places[:4]]
    return own, end, others


def _shown(said: dict[str, list[dict[str, object]]], span: dict[str, object]) -> bool:
    """Of several primary spans, whether it is the one that the arrow of the rendered text points to."""
    rendered: object = said.get("rendered")
    place = f"--> {span['file_name']}:{span['line_start']}:{span['column_start']}\n"
    return isinstance(rendered, str) and place in rendered[: rendered.find("\n", rendered.find("--> ")) + 1]


def _span(span: dict[str, object], message: str) -> Location:
    line, column = span["line_start"], span["column_start"]
    if not isinstance(line, int) or not isinstance(column, int):
        raise TypeError
    return Location(str(span["file_name"]), max(line, 0), max(column, 0), message)
