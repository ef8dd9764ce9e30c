"""HTTP as values, and the one shape every vendor's wire format has: pure functions from values to values.

A module that implements :class:`Wire` does no I/O; the transport does all of it and knows no vendor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from prunella.conversation import Answer, Conversation, Prompt, Reply
from prunella.domain import Rung


@dataclass(eq=False, repr=False)
class HttpRequest:
    """A request to send: POST of JSON, or GET when ``body`` is empty. No readable repr, for a header holds the key."""

    url: str
    headers: dict[str, str]
    body: bytes


class HttpResponse(NamedTuple):
    """A response as it came. Header names are in lower case.

    Attributes:
        complete: False when the connection broke before the end of the body.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    complete: bool = True


@dataclass(eq=False, repr=False)
class Endpoint:
    """Where a vendor's API is. ``key`` "" sends no credential (local servers); so that it is not shown by mistake, an
    endpoint has no readable repr."""

    base_url: str
    key: str


class ModelStatus(NamedTuple):
    """What a vendor says of a model id.

    Attributes:
        found: whether the vendor serves it (to this key).
        note: one line for a person; "" when there is nothing to say.
        retires: the day it ends, ``YYYY-MM-DD``; "" when none is announced.
        listed: every id that the server serves, when it was asked for its list (chat completions).
    """

    found: bool
    note: str = ""
    retires: str = ""
    listed: tuple[str, ...] = ()


class Wire(Protocol):
    """A vendor's wire format; the modules ``anthropic``, ``openai`` and ``compatible`` implement it."""

    @property
    def NAME(self) -> str: ...  # noqa: N802

    @property
    def DEFAULT_BASE_URL(self) -> str: ...  # noqa: N802

    def begin(self, rung: Rung, prompt: Prompt) -> Conversation:
        """The opening of a conversation."""

    def resume(self, conversation: Conversation, replies: tuple[Reply, ...], text: str) -> Conversation:
        """The conversation with a reply to every pending call ("done" where none is given) and then ``text``."""

    def extend(self, conversation: Conversation, answer: Answer) -> Conversation:
        """The conversation with the answer, whose calls are pending; unchanged when the answer was cut or refused."""

    def build_request(
        self, rung: Rung, conversation: Conversation, max_output_tokens: int, endpoint: Endpoint
    ) -> HttpRequest:
        """The request that sends the conversation."""

    def read_response(self, response: HttpResponse) -> Answer:
        """The answer in a response's body, JSON or server-sent events.

        Raises:
            ProviderError: there is no usable answer in it; nothing else is ever raised.
        """

    def build_count_request(self, rung: Rung, conversation: Conversation, endpoint: Endpoint) -> HttpRequest | None:
        """The request that counts the input tokens; None when the vendor has none."""

    def read_count(self, response: HttpResponse) -> int:
        """The input tokens counted.

        Raises:
            ProviderError: there is no count in it.
        """

    def build_models_request(self, endpoint: Endpoint, model: str) -> HttpRequest:
        """The request that asks about one model id."""

    def read_model(self, response: HttpResponse) -> ModelStatus:
        """What the vendor says of the model.

        Raises:
            ProviderError: the answer is neither a model nor "no such model".
        """
