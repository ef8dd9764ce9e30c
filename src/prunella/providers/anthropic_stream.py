"""A streamed message of Anthropic put together from its events (https://platform.claude.com/docs/en/build-with-claude/streaming)."""

from __future__ import annotations

from prunella.conversation import Json
from prunella.errors import ProviderError
from prunella.providers import faults, payload
from prunella.providers.http import HttpResponse
from prunella.providers.payload import mapping, word
from prunella.providers.vendor import Vendor

UNREADABLE = "INVALID_JSON"
"""The one key of a tool's input that did not come as a JSON object; its value is what did come.

The documentation proposes this form for replaying such a call (fine-grained tool streaming).
"""

DELTAS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "signature_delta": ("signature", "signature"),
    "compaction_delta": ("content", "content"),
    "input_json_delta": ("input", "partial_json"),
}
"""Kinds of delta that lengthen a text: the field of the block it becomes, and the field of the delta it comes in."""


def assemble(response: HttpResponse, vendor: Vendor) -> Json:
    """The message of a stream, as a response that was not streamed would hold it.

    ``stop_reason`` is None when the stream ended before it was told. An event, block or delta of a kind that is not
    known is kept if it is a block and passed over if not.

    Raises:
        ProviderError: the stream holds an error event, or no message at all.
        NotJsonError: an event is not JSON.
    """
    message: Json = {}
    usage: Json = {}
    blocks: dict[int, Json] = {}
    pieces: dict[int, dict[str, list[str]]] = {}
    for event in payload.read_stream(response):
        kind = event["type"]
        if kind == "error":
            raise _error(response, vendor, event, begun=bool(message))
        if kind == "message_start":
            message = dict(mapping(event.get("message")))
            usage = dict(mapping(message.get("usage")))
        elif kind == "content_block_start":
            blocks[_index(event)] = dict(mapping(event.get("content_block")))
        elif kind == "content_block_delta":
            index = _index(event)
            _grow(blocks.setdefault(index, {}), pieces.setdefault(index, {}), mapping(event.get("delta")))
        elif kind == "message_delta":
            message |= mapping(event.get("delta"))
            # The numbers of message_delta are cumulative, and it leaves out what message_start has told.
            usage |= {name: value for name, value in mapping(event.get("usage")).items() if value is not None}
    if not message:
        raise faults.cut_off(vendor, response)
    content = [_finished(blocks[index], pieces.get(index, {})) for index in sorted(blocks)]
    return {"stop_reason": None, **message, "content": content, "usage": usage}


def _error(response: HttpResponse, vendor: Vendor, event: Json, *, begun: bool) -> ProviderError:
    return faults.vendor_error(vendor, response, faults.error_in(event), billed=begun)


def _index(event: Json) -> int:
    index = event.get("index")
    return index if isinstance(index, int) else 0


def _grow(block: Json, pieces: dict[str, list[str]], delta: Json) -> None:
    kind = word(delta.get("type"))
    if kind == "citations_delta":
        citations = block.get("citations")
        block["citations"] = [*(citations if isinstance(citations, list) else []), delta.get("citation")]
    elif kind in DELTAS:
        name, source = DELTAS[kind]
        pieces.setdefault(name, []).append(word(delta.get(source)))


def _finished(block: Json, pieces: dict[str, list[str]]) -> Json:
    """The block with what was written in pieces; a tool without any keeps the input it began with (none)."""
    for name, parts in pieces.items():
        written = "".join(parts)
        if name != "input":
            block[name] = word(block.get(name)) + written
        elif written:
            block[name] = _input(written)
    return block


def _input(written: str) -> Json:
    try:
        value = payload.decode(written)
    except payload.NotJsonError:
        value = None
    return value if isinstance(value, dict) else {UNREADABLE: written}
