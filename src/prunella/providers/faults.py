"""One classification for what goes wrong between us and a vendor: status, error type and words become a fault.

Sources: https://platform.claude.com/docs/en/api/errors, https://platform.openai.com/docs/guides/error-codes, the error
types in both vendors' Python SDKs, and what servers with OpenAI's API (Ollama, vLLM, llama.cpp) really answer.
"""

from __future__ import annotations

from prunella.conversation import Json
from prunella.errors import Fault, ProviderError
from prunella.providers import payload
from prunella.providers.http import HttpResponse
from prunella.providers.payload import mapping, word
from prunella.providers.vendor import Vendor, VendorError, remedy_of, what_happened
from prunella.providers.words import first_words, one_line, retry_after, shortened

FAULT_OF_CODE = {
    # money: never helped by asking again
    "insufficient_quota": Fault.QUOTA,
    "billing_error": Fault.QUOTA,
    "billing_not_active": Fault.QUOTA,
    "billing_hard_limit_reached": Fault.QUOTA,
    "usage_limit_reached": Fault.QUOTA,
    "usage_not_included": Fault.QUOTA,
    "contract_spend_limit_reached": Fault.QUOTA,
    "enforced_spend_limit_reached": Fault.QUOTA,
    "linked_organization_spend_limit_reached": Fault.QUOTA,
    "linked_organization_billing_unavailable": Fault.QUOTA,
    "user_profile_not_billable": Fault.QUOTA,
    # size
    "context_length_exceeded": Fault.CONTEXT,
    "exceed_context_size_error": Fault.CONTEXT,
    "request_too_large": Fault.TOO_LARGE,
    "request_body_too_large_after_decoding": Fault.TOO_LARGE,
    # who asks
    "authentication_error": Fault.AUTH,
    "invalid_api_key": Fault.AUTH,
    "permission_error": Fault.AUTH,
    "organization_on_hold": Fault.AUTH,
    "unsupported_country_region_territory": Fault.AUTH,
    "request_forbidden": Fault.AUTH,
    "data_residency_mismatch": Fault.AUTH,
    # what is asked
    "bio_policy": Fault.REFUSAL,
    "cyber_policy": Fault.REFUSAL,
    "misalignment_policy_violation": Fault.REFUSAL,
    "content_policy_violation": Fault.REFUSAL,
    "content_filter": Fault.REFUSAL,
    "model_not_found": Fault.BAD_REQUEST,
    "not_found_error": Fault.BAD_REQUEST,
    "invalid_prompt": Fault.BAD_REQUEST,
    # the moment
    "rate_limit_error": Fault.RATE_LIMIT,
    "rate_limit_exceeded": Fault.RATE_LIMIT,
    "ramp_limit_exceeded": Fault.RATE_LIMIT,
    "slow_down": Fault.RATE_LIMIT,
    "overloaded_error": Fault.TRANSIENT,
    "server_is_overloaded": Fault.TRANSIENT,
    "api_error": Fault.TRANSIENT,
    "timeout_error": Fault.TRANSIENT,
    "server_error": Fault.TRANSIENT,
    "internal_server_error": Fault.TRANSIENT,
    "request_body_timeout": Fault.TRANSIENT,
    "vector_store_timeout": Fault.TRANSIENT,
}
"""Codes and types that decide by themselves, whatever the status says."""

FAULT_OF_WORDS = (
    (Fault.QUOTA, "credit balance is too low"),
    (Fault.QUOTA, "exceeded your current quota"),
    (Fault.QUOTA, "specified api usage limits"),
    (Fault.QUOTA, "spend limit"),
    (Fault.QUOTA, "spending limit"),
    (Fault.CONTEXT, "prompt is too long"),
    (Fault.CONTEXT, "exceed context limit"),
    (Fault.CONTEXT, "exceeds the context window"),
    (Fault.CONTEXT, "maximum context length"),
    (Fault.CONTEXT, "exceeds the available context size"),
    # Both vendors' filters say it with status 400, of which one has no code of its own and the other a general one.
    (Fault.REFUSAL, "content filtering policy"),
    (Fault.REFUSAL, "violating our usage policy"),
    # An upload that broke on its way is not a bad request: the same bytes sent again are fine.
    (Fault.TRANSIENT, "unexpected end of data"),
)
"""Words, in lower case, that tell a 400 or 429 of one kind from the others where vendors give no code."""

FAULT_OF_STATUS = {
    401: Fault.AUTH,
    402: Fault.QUOTA,
    403: Fault.AUTH,
    407: Fault.AUTH,
    408: Fault.TRANSIENT,
    409: Fault.TRANSIENT,
    413: Fault.TOO_LARGE,
    425: Fault.TRANSIENT,
    429: Fault.RATE_LIMIT,
    499: Fault.TRANSIENT,
}

WORDED = (400, 402, 403, 404, 413, 422, 429)
"""Statuses whose error is looked at in words; 200 is one too, inside a stream."""

SAID_LIMIT = 160
"""Characters of a vendor's words within a message of ours."""

LASTING = {Fault.QUOTA, Fault.AUTH, Fault.CONTEXT, Fault.TOO_LARGE, Fault.REFUSAL}
"""Faults that no "please retry" of a gateway can turn into something to retry."""


def error_in(body: object) -> VendorError:
    """The error in a body, whichever of the known shapes it has; all "" when there is none.

    ``{"error": {...}}`` (Anthropic, OpenAI), ``{"error": "words"}`` (Ollama), a flat ``{"type", "code", "message"}``
    (streams, vLLM), ``{"detail": ...}`` and ``{"message": ...}`` (gateways), or a list of one of these.
    """
    if isinstance(body, list):
        return error_in(body[0]) if body and not isinstance(body[0], list) else VendorError()
    outer = mapping(body)
    inner = outer.get("error")
    if isinstance(inner, str) and inner:
        return VendorError(message=inner)
    error = mapping(inner) or outer
    kind = word(error.get("type"))
    code = word(mapping(error.get("details")).get("error_code")) or word(error.get("code"))
    message = word(error.get("message")) or word(error.get("detail")) or word(error.get("error"))
    return VendorError("" if kind == "error" else kind, code, message, word(outer.get("request_id")))


def fault_of(status: int, error: VendorError, headers: dict[str, str] | None = None) -> Fault:
    """The fault that an HTTP status and a vendor's error amount to. 200 = the error came inside a stream or body."""
    fault = _fault(status, error)
    retry = (headers or {}).get("x-should-retry", "").strip().lower()
    if retry == "true" and fault not in LASTING:
        return fault if fault is Fault.RATE_LIMIT else Fault.TRANSIENT
    if retry == "false" and fault is Fault.RATE_LIMIT:
        return Fault.QUOTA
    if retry == "false" and fault is Fault.TRANSIENT:
        return Fault.BAD_REQUEST
    return fault


def _fault(status: int, error: VendorError) -> Fault:
    words = error.message.lower()
    if status in WORDED or 200 <= status < 300:
        for fault, sign in FAULT_OF_WORDS:
            if sign in words:
                return fault
    for name in (error.code, error.kind):
        if name in FAULT_OF_CODE:
            return FAULT_OF_CODE[name]
    if status in FAULT_OF_STATUS:
        return FAULT_OF_STATUS[status]
    if status >= 500:
        return Fault.TRANSIENT
    if status >= 300 or error.kind == "invalid_request_error":
        return Fault.BAD_REQUEST
    return Fault.MALFORMED


def status_error(vendor: Vendor, response: HttpResponse) -> ProviderError:
    """The error that a response with any status but 2xx is."""
    try:
        body = payload.decode(response.body.decode("utf-8", "replace"))
    except payload.NotJsonError:
        body = None
    return vendor_error(vendor, response, error_in(body))


def vendor_error(vendor: Vendor, response: HttpResponse, error: VendorError, *, billed: bool = False) -> ProviderError:
    """The error that a vendor reported, by a status or within a body or stream of status 200."""
    fault = fault_of(response.status, error, response.headers)
    status = "" if 200 <= response.status < 300 else f" ({response.status})"
    said = _said(response, error)
    return ProviderError(
        _sentence(f"{what_happened(vendor, fault, response.status)}{status}{f': {said}' if said else ''}"),
        fault,
        remedy=remedy_of(vendor, fault, response.status, error),
        retry_after_s=retry_after(response.headers, error.message),
        status=response.status,
        request_id=request_id(vendor, response) or one_line(error.request_id),
        billed=billed,
    )


def _said(response: HttpResponse, error: VendorError) -> str:
    """The vendor's own words, short enough for one line; "" where they would only say again that the key is wrong."""
    if response.status == 401 and any(sign in error.message.lower() for sign in ("api key", "api-key", "api_key")):
        return ""
    label = (error.code or error.kind).replace("_", " ")
    return shortened(one_line(error.message) or one_line(label) or first_words(response), SAID_LIMIT)


def unusable(vendor: Vendor, response: HttpResponse, what: str, fault: Fault = Fault.MALFORMED) -> ProviderError:
    """The error for an answer of status 200 that cannot be used; it may have been charged."""
    return ProviderError(
        _sentence(f"{vendor.name}: {what}"),
        fault,
        remedy=remedy_of(vendor, fault, response.status, VendorError()),
        retry_after_s=retry_after(response.headers, ""),
        status=response.status,
        request_id=request_id(vendor, response),
        billed=True,
    )


def _sentence(text: str) -> str:
    """Ends the text, for a remedy may follow it."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def cut_off(vendor: Vendor, response: HttpResponse) -> ProviderError:
    """The error for a stream that ended, however politely, before its last event."""
    return unusable(vendor, response, "the stream ended before its end", Fault.TRANSIENT)


def not_json(vendor: Vendor, response: HttpResponse, error: payload.NotJsonError) -> ProviderError:
    """The error for a body that should be JSON and is not: cut off on its way, a web page, or noise."""
    if not response.complete or (error.cut and response.body.strip()):
        return unusable(vendor, response, "the answer breaks off before its end", Fault.TRANSIENT)
    return unusable(vendor, response, f"the answer is not JSON: {first_words(response)}")


def read_success(vendor: Vendor, response: HttpResponse) -> Json:
    """The JSON object of a response that is neither an answer nor a stream.

    Raises:
        ProviderError: it is an error, or no JSON object.
    """
    if not 200 <= response.status < 300:
        raise status_error(vendor, response)
    try:
        return payload.read_object(response)
    except payload.NotJsonError as error:
        raise not_json(vendor, response, error) from error


def read_count(vendor: Vendor, response: HttpResponse) -> int:
    """The ``input_tokens`` of a response that counts them.

    Raises:
        ProviderError: it does not.
    """
    tokens = read_success(vendor, response).get("input_tokens")
    if not isinstance(tokens, int) or isinstance(tokens, bool) or not 0 <= tokens <= payload.COUNT_LIMIT:
        raise unusable(vendor, response, "the answer holds no count of tokens")
    return tokens


def request_id(vendor: Vendor, response: HttpResponse) -> str:
    """The vendor's id of the exchange, from its header."""
    return one_line(response.headers.get(vendor.request_id, ""))
