"""Server-sent events, read from the bytes of a whole stream.

Follows "Interpreting an event stream" of the HTML standard (https://html.spec.whatwg.org/multipage/server-sent-events.html),
except that an event at the very end counts without its closing blank line: some gateways leave it out, and a reader
that wants to know whether a stream is whole looks for the vendor's own last event anyway.
"""

from __future__ import annotations

from typing import NamedTuple


class ServerEvent(NamedTuple):
    """One event.

    Attributes:
        name: the ``event`` field; "" when there was none.
        data: the ``data`` lines, joined with "\\n".
        closed: whether its blank line came; False only for the last one, which may be cut off.
    """

    name: str
    data: str
    closed: bool = True


def read_events(body: bytes) -> tuple[ServerEvent, ...]:
    """All events that carry data. Never raises: bytes that are not UTF-8 become replacement characters."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    # Not splitlines(): it also splits at characters like U+2028, which JSON strings may hold as they are.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # What stands behind the last line end is a line only if there is something.
    if not lines[-1]:
        lines.pop()
    events: list[ServerEvent] = []
    name, data = "", list[str]()
    for line in lines:
        if line == "":
            if data:
                events.append(ServerEvent(name, "\n".join(data)))
            name, data = "", []
            continue
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if key == "data":
            data.append(value)
        elif key == "event":
            name = value
    if data:
        events.append(ServerEvent(name, "\n".join(data), closed=False))
    return tuple(events)
