"""The failing check's errors as the model reads them."""

from __future__ import annotations

from prunella.domain import CheckResult, Diagnostic, ErrorClass, Severity

MOST_CHARS = 3_000
MOST_ERRORS = 25


def listing(failed: CheckResult, error_class: ErrorClass, budget: int = MOST_CHARS) -> str:
    """The errors one a line, as far as they fit and the first always; with them, or instead when nothing could be read,
    the output's end.

    Test failures and what no parser knows are shown with the output's end, because the values in it matter; a
    compiler's list says it all.
    """
    errors = leading(failed.diagnostics)
    lines: list[str] = []
    for diagnostic in errors[:MOST_ERRORS]:
        line = _line(diagnostic)
        if lines and sum(map(len, lines)) + len(line) > budget:
            break
        lines.append(line if len(line) <= budget else line[: max(1, budget - 1)] + "…")
    if len(errors) > len(lines):
        lines.append(f"… and {len(errors) - len(lines)} more")
    precise = bool(errors) and error_class is not ErrorClass.TEST_FAILURE and errors[0].source != "generic"
    if precise:
        return "\n".join(lines)
    return "\n".join([*lines, *(["The end of the output:"] if lines else []), _end(failed.tail, budget)])


def leading(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The errors; when there are none, everything that was read."""
    errors = tuple(diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR)
    return errors or diagnostics


def _line(diagnostic: Diagnostic) -> str:
    place = diagnostic.file
    if diagnostic.line:
        place += f":{diagnostic.line}" + (f":{diagnostic.column}" if diagnostic.column else "")
    code = f" {diagnostic.code}" if diagnostic.code else ""
    message = diagnostic.message if len(diagnostic.message) <= 800 else diagnostic.message[:800] + "…"
    related = "".join(f"\n  {r.file}:{r.line}: {r.message[:200]}" for r in diagnostic.related[:6])
    return f"{place or diagnostic.source}:{code} {message}{related}"


def _end(tail: str, budget: int) -> str:
    if len(tail) <= budget:
        return tail
    end = tail[-budget:]
    whole_lines = end.partition("\n")[2]
    return "…" + (whole_lines if whole_lines.strip() else end)
