"""One tree of errors. The docstring is the message's opening; what is passed in says what happened and the remedy."""

from __future__ import annotations

from enum import StrEnum


class PrunellaError(Exception):
    """Something Prunella expects to go wrong now and then. ``exit_code`` is what the command line ends with."""

    exit_code = 1

    def __init__(self, message: str = "", *, remedy: str = "") -> None:
        self.message = message or (self.__doc__ or "").strip().splitlines()[0]
        self.remedy = remedy
        super().__init__(f"{self.message} {remedy}".strip())


class ConfigError(PrunellaError):
    """The configuration is wrong."""

    exit_code = 2


class RepositoryError(PrunellaError):
    """The repository is in a state that Prunella does not work in."""

    exit_code = 2


class GitError(PrunellaError):
    """A git command failed."""


class SandboxError(PrunellaError):
    """A command could not be started."""

    exit_code = 2


class StoreError(PrunellaError):
    """The record could not be read or written."""


class MalformedCall(PrunellaError):
    """A model's tool call or edit block cannot be read; the message is written for the model."""


class EditRejected(PrunellaError):
    """An edit does not fit the files; the message is written for the model and quotes the nearest real lines."""


class Unanswered(PrunellaError):
    """A question to a model got no answer; what the requests that it took have come to all the same.

    Attributes:
        cost_usd: in US dollars; None = the model has no price.
        requests: how many were sent.
        usage: the tokens that were told, a ``conversation.Usage`` (which this lowest layer cannot name); None = none.
    """

    cost_usd: float | None = 0.0
    requests: int = 0
    usage: object | None = None


class BudgetSpent(Unanswered):
    """The next request could cost more than is left of the budget.

    Attributes:
        whole_task: False when only the attempt's own budget stands in the way, so that another attempt may go on.
    """

    exit_code = 4

    def __init__(self, message: str = "", *, remedy: str = "", whole_task: bool = True) -> None:
        super().__init__(message, remedy=remedy)
        self.whole_task = whole_task


class Fault(StrEnum):
    """Why a request to a provider gave no usable answer (the classes of the one retry layer)."""

    RATE_LIMIT = "rate_limit"
    TRANSIENT = "transient"
    QUOTA = "quota"
    AUTH = "auth"
    CONTEXT = "context"
    TOO_LARGE = "too_large"
    REFUSAL = "refusal"
    TRUNCATED = "truncated"
    BAD_REQUEST = "bad_request"
    MALFORMED = "malformed"


class ProviderError(Unanswered):
    """A provider gave no usable answer.

    Attributes:
        fault: the class of the failure.
        retry_after_s: what the vendor asked to wait; None when it said nothing.
        status: the HTTP status; 0 when there was no answer.
        request_id: the vendor's id of the exchange, for its support; "" when unknown.
        billed: whether the request may have been charged although no usable answer came.
    """

    exit_code = 3

    def __init__(  # noqa: PLR0913 - one keyword for each attribute
        self,
        message: str,
        fault: Fault,
        *,
        remedy: str = "",
        retry_after_s: float | None = None,
        status: int = 0,
        request_id: str = "",
        billed: bool = False,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.fault = fault
        self.retry_after_s = retry_after_s
        self.status = status
        self.request_id = request_id
        self.billed = billed
