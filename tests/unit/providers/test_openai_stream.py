"""An error in the middle of a stream: whether the model had begun decides whether it may be billed."""

from __future__ import annotations

from typing import Any

import pytest

from provider_samples import stream_response
from prunella.errors import Fault, ProviderError
from prunella.providers import openai

CREATED = {"type": "response.created", "response": {"id": "r", "status": "in_progress", "output": []}}
QUEUED = {"type": "response.queued", "response": {"id": "r", "status": "queued", "output": []}}
ADDED = {"type": "response.output_item.added", "output_index": 0, "item": {"type": "reasoning", "id": "rs_1"}}
DELTA = {"type": "response.reasoning_text.delta", "delta": "hm"}
ERROR = {"type": "error", "error": {"type": "server_error", "code": "server_error", "message": "Broken."}}


@pytest.mark.parametrize(
    ("before", "billed"),
    [
        ((), False),
        ((CREATED,), False),
        ((CREATED, QUEUED), False),
        ((CREATED, ADDED), True),
        ((CREATED, ADDED, DELTA), True),
    ],
)
def test_what_the_model_had_begun_may_be_billed(before: tuple[dict[str, Any], ...], billed: bool) -> None:
    with pytest.raises(ProviderError) as caught:
        openai.read_response(stream_response(*before, ERROR))
    assert (caught.value.fault, caught.value.billed) == (Fault.TRANSIENT, billed)
