"""What a vendor says in passing, in headers and in words: how long to wait, and its message as one safe line."""

from __future__ import annotations

import re
import time

from prunella.providers.http import HttpResponse

TEXT_LIMIT = 400
"""Characters of a vendor's words that are passed on."""

LONGEST_DELAY_S = 1e9
"""What longer delays, infinite ones too, are read as."""

SECONDS_IN = {
    "milliseconds": 0.001,
    "millisecond": 0.001,
    "ms": 0.001,
    "seconds": 1.0,
    "second": 1.0,
    "s": 1.0,
    "minutes": 60.0,
    "minute": 60.0,
    "m": 60.0,
    "hours": 3600.0,
    "hour": 3600.0,
    "h": 3600.0,
}


def retry_after(headers: dict[str, str], message: str) -> float | None:
    """Seconds that the vendor asks to wait: ``retry-after-ms``, ``retry-after`` (seconds or an HTTP date), or words
    like "try again in 11.054s"; None when it says nothing that can be read."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    header = headers.get("retry-after", "")
    seconds = _number(header)
    if seconds is not None:
        return seconds
    return _until(header, headers.get("date", "")) if header else _delay_in(message)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return min(value, LONGEST_DELAY_S) if value >= 0 else None


def _until(moment: str, now: str) -> float | None:
    """Seconds from the server's own clock (ours when it sent none) to an HTTP date."""
    from email.utils import mktime_tz, parsedate_tz

    then, start = parsedate_tz(moment), parsedate_tz(now)
    if then is None:
        return None
    try:
        return max(0.0, mktime_tz(then) - (mktime_tz(start) if start else time.time()))
    except (ValueError, OverflowError):
        return None


def _delay_in(message: str) -> float | None:
    amount = rf"\d{{1,9}}(?:\.\d{{1,9}})?\s*(?:{'|'.join(SECONDS_IN)})(?![a-z])\s*"
    # Without the bound a hostile message of digits would cost quadratic time.
    found = re.search(rf"try again in\s{{0,9}}((?:{amount}){{1,4}})", message.lower())
    if not found:
        return None
    parts = re.findall(r"([\d.]+)\s*([a-z]+)", re.sub(r"(?<=[a-z])(?=\d)", " ", found[1]))
    return min(sum(float(number) * SECONDS_IN[unit] for number, unit in parts), LONGEST_DELAY_S)


def one_line(text: str) -> str:
    """A vendor's words as one printable line without keys, cut to a readable length."""
    line = "".join(c if c.isprintable() else " " for c in text[: 10 * TEXT_LIMIT])
    line = re.sub(r"\b(sk-\w{2})[\w*-]{6,}", r"\1…", " ".join(line.split()))
    return line if len(line) <= TEXT_LIMIT else line[: TEXT_LIMIT - 1] + "…"


def shortened(line: str, limit: int) -> str:
    """The line's first sentences as far as they fit; where not even one does, its beginning."""
    if len(line) <= limit:
        return line
    whole, end, _ = line[: limit + 1].rpartition(". ")
    return f"{whole}." if end else f"{line[: limit - 1].rstrip()}…"


def first_words(response: HttpResponse) -> str:
    """The beginning of a body that is no JSON, for a person; a web page by its title."""
    text = response.body[:20_000].decode("utf-8", "replace")
    if re.search(r"(?i)<(!doctype|html|head|body)\b", text[:1000]):
        title = re.search(r"(?is)<title[^>]*>(.{0,300}?)</title", text)
        return f'a web page, "{one_line(title[1])}"' if title else "a web page"
    return one_line(text[: 2 * TEXT_LIMIT])[:200] or "an empty answer"
