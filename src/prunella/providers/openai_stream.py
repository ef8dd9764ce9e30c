"""A streamed response of OpenAI put together from its events (https://platform.openai.com/docs/api-reference/responses-streaming)."""

from __future__ import annotations

from prunella.conversation import Json
from prunella.errors import Fault, ProviderError
from prunella.providers import faults, payload
from prunella.providers.http import HttpResponse
from prunella.providers.payload import mapping, mappings
from prunella.providers.vendor import Vendor, VendorError

BEFORE = ("response.created", "response.queued", "response.in_progress", "error")
"""Events that may come before the model has done anything."""

LAST = ("response.completed", "response.incomplete", "response.failed", "response.cancelled")
"""Events that carry the response as it ended."""


def assemble(response: HttpResponse, vendor: Vendor) -> Json:
    """The response of a stream, with all of its items.

    The last event should hold every item, yet streams are known whose last event lacks some that went by before it, so
    the fuller of the two lists counts.

    Raises:
        ProviderError: the stream holds an error event, or ended before its last event.
        NotJsonError: an event is not JSON.
    """
    last: Json | None = None
    done: dict[int, Json] = {}
    begun = False
    for event in payload.read_stream(response):
        kind = event["type"]
        begun = begun or kind not in BEFORE
        if kind == "error":
            raise faults.vendor_error(vendor, response, faults.error_in(event), billed=begun)
        if kind == "response.created":
            last, done = None, {}
        elif kind == "response.output_item.done" and isinstance(event.get("item"), dict):
            index = event.get("output_index")
            done[index if isinstance(index, int) else len(done)] = event["item"]
        elif kind in LAST:
            last = mapping(event.get("response"))
    if last is None:
        raise faults.cut_off(vendor, response)
    streamed = [done[index] for index in sorted(done)]
    return {**last, "output": max(mappings(last.get("output")), streamed, key=len)}


def failure(vendor: Vendor, response: HttpResponse, whole: Json, *, billed: bool) -> ProviderError:
    """The error of a response whose status is ``failed``; a failure without a reason may pass."""
    error = faults.error_in({"error": whole.get("error")})
    if error == VendorError():
        return faults.unusable(vendor, response, "the response failed without a reason", Fault.TRANSIENT)
    return faults.vendor_error(vendor, response, error, billed=billed)
