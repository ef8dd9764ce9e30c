"""What is said between Prunella and a model, free of any vendor: prompts, answers, calls and replies."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from prunella.changes import Edit

Json = dict[str, Any]
"""A JSON object in a vendor's own shape."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or more requests, in one convention for all vendors.

    ``input_tokens`` is everything sent, cached or not; ``cached_tokens`` and ``cache_write_tokens`` (all lifetimes) and
    ``cache_write_1h_tokens`` are parts of it. ``output_tokens`` includes ``reasoning_tokens``.
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_1h_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.cache_write_1h_tokens + other.cache_write_1h_tokens,
            self.output_tokens + other.output_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
        )


class Prompt(NamedTuple):
    """The opening of a conversation: ``system`` and ``stable`` do not change within a task, ``text`` is this attempt's.

    Providers put them in this order, so that vendors' prompt caches can serve the beginning.
    """

    system: str
    stable: str
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in its vendor's own message items, ready to be sent again or continued.

    ``pending`` are the ids of calls in the last answer that have no reply yet (edits that were all clean need none
    before the verification); a provider answers them when the conversation goes on.
    """

    provider: str
    model: str
    system: str
    items: tuple[Json, ...] = ()
    pending: tuple[EditCall | Lookup | BadCall, ...] = ()


class LookupKind(StrEnum):
    """The read-only questions a model may ask."""

    VIEW = "view"
    LIST = "list"
    SEARCH = "search"


class Lookup(NamedTuple):
    """A read-only question.

    VIEW: ``path`` with 1-based lines ``first``..``last`` (0 = from the start, -1 = to the end). LIST: the folder
    ``path``. SEARCH: ``text``, literally, in the files below ``path``.
    """

    call_id: str
    kind: LookupKind
    path: str = ""
    text: str = ""
    first: int = 0
    last: int = -1
    wire: str = ""


class EditCall(NamedTuple):
    """Edits that one call asks for. ``wire`` names the vendor's kind of call, which decides the reply's shape."""

    call_id: str
    edits: tuple[Edit, ...]
    wire: str = ""


class BadCall(NamedTuple):
    """A call that cannot be read; ``reason`` is the reply to the model."""

    call_id: str
    reason: str
    wire: str = ""


Call = EditCall | Lookup | BadCall


class Reply(NamedTuple):
    """What a model is told about one of its calls."""

    call: Call
    ok: bool
    text: str


class Stop(StrEnum):
    """Why a model stopped, in one vocabulary for all vendors."""

    DONE = "done"
    CALLS = "calls"
    PAUSED = "paused"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a model.

    Attributes:
        text: what it said to a person, reasoning left out.
        calls: what it asks for, in order. Empty when ``stop`` is TRUNCATED: a cut call is not to be trusted.
        items: the vendor's own items, unchanged, to be replayed when the conversation goes on.
        detail: a refusal's category or explanation, an incomplete answer's reason.
        cost_usd: what the answer cost; None when there is no price for the model.
    """

    text: str
    calls: tuple[Call, ...]
    stop: Stop
    usage: Usage
    items: tuple[Json, ...] = ()
    model: str = ""
    request_id: str = ""
    detail: str = ""
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What an attempt or a task has cost so far. ``price_known`` is False when a part of it has no price."""

    usage: Usage = field(default_factory=Usage)
    cost_usd: float = 0.0
    price_known: bool = True
    requests: int = 0

    def plus(self, answer: Answer) -> Spent:
        """This and one more answer."""
        known = answer.cost_usd is not None
        return Spent(
            self.usage + answer.usage,
            self.cost_usd + (answer.cost_usd or 0.0),
            self.price_known and known,
            self.requests + 1,
        )

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.usage + other.usage,
            self.cost_usd + other.cost_usd,
            self.price_known and other.price_known,
            self.requests + other.requests,
        )


class DaySpent(NamedTuple):
    """What requests have cost since midnight (UTC), in US dollars: those of one repository, and all on a record.

    Attributes:
        now: Unix time; ``until``: the midnight that ends the day.
        repository_usd, organisation_usd: what was billed.
        repository_held_usd, organisation_held_usd: the worst case of the requests whose bill is not known: those under
            way, those that broke off, and those of a process that was killed.
    """

    now: float
    until: float
    repository_usd: float = 0.0
    repository_held_usd: float = 0.0
    organisation_usd: float = 0.0
    organisation_held_usd: float = 0.0
