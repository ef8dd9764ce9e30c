from __future__ import annotations

import pytest

from provider_samples import json_response
from prunella.errors import Fault
from prunella.providers import anthropic, compatible, openai
from prunella.providers.faults import error_in, fault_of, status_error, vendor_error
from prunella.providers.http import HttpResponse
from prunella.providers.vendor import VendorError


@pytest.mark.parametrize(
    ("status", "kind", "code", "message", "fault"),
    [
        (429, "rate_limit_error", "", "This request would exceed your account's rate limit.", Fault.RATE_LIMIT),
        (429, "tokens", "rate_limit_exceeded", "Rate limit reached", Fault.RATE_LIMIT),
        (429, "rate_limit_error", "ramp_limit_exceeded", "Usage grows too fast", Fault.RATE_LIMIT),
        (429, "", "", "", Fault.RATE_LIMIT),
        (429, "insufficient_quota", "insufficient_quota", "", Fault.QUOTA),
        (429, "rate_limit_error", "enforced_spend_limit_reached", "", Fault.QUOTA),
        (429, "", "", "You exceeded your current quota, please check your plan.", Fault.QUOTA),
        (402, "", "", "", Fault.QUOTA),
        (402, "billing_error", "", "", Fault.QUOTA),
        (400, "invalid_request_error", "", "Your credit balance is too low to access the API.", Fault.QUOTA),
        (400, "invalid_request_error", "", "You have reached your specified API usage limits.", Fault.QUOTA),
        (400, "invalid_request_error", "", "prompt is too long: 3333404 tokens > 200000 maximum", Fault.CONTEXT),
        (400, "invalid_request_error", "", "input length and `max_tokens` exceed context limit", Fault.CONTEXT),
        (400, "invalid_request_error", "context_length_exceeded", "", Fault.CONTEXT),
        (400, "", "", "This model's maximum context length is 4096 tokens.", Fault.CONTEXT),
        (413, "request_too_large", "", "Request exceeds the maximum size", Fault.TOO_LARGE),
        (413, "", "", "", Fault.TOO_LARGE),
        (401, "authentication_error", "", "invalid x-api-key", Fault.AUTH),
        (401, "invalid_request_error", "invalid_api_key", "", Fault.AUTH),
        (401, "", "", "", Fault.AUTH),
        (403, "request_forbidden", "unsupported_country_region_territory", "", Fault.AUTH),
        (400, "invalid_request_error", "", "Output blocked by content filtering policy", Fault.REFUSAL),
        (
            400,
            "invalid_request_error",
            "invalid_prompt",
            "flagged as potentially violating our usage policy",
            Fault.REFUSAL,
        ),
        (400, "invalid_request_error", "", "unexpected end of data: line 1 column 1", Fault.TRANSIENT),
        (400, "invalid_request_error", "", "temperature: Extra inputs are not permitted", Fault.BAD_REQUEST),
        (400, "invalid_request_error", "model_not_found", "", Fault.BAD_REQUEST),
        (404, "not_found_error", "", "model: claude-sonet", Fault.BAD_REQUEST),
        (422, "", "", "", Fault.BAD_REQUEST),
        (302, "", "", "", Fault.BAD_REQUEST),
        (408, "", "", "", Fault.TRANSIENT),
        (409, "", "", "", Fault.TRANSIENT),
        (500, "api_error", "", "Internal server error", Fault.TRANSIENT),
        (503, "", "", "", Fault.TRANSIENT),
        (504, "timeout_error", "", "", Fault.TRANSIENT),
        (529, "overloaded_error", "", "Overloaded", Fault.TRANSIENT),
        (503, "", "insufficient_quota", "", Fault.QUOTA),
        (200, "overloaded_error", "", "Overloaded", Fault.TRANSIENT),
        (200, "", "server_error", "", Fault.TRANSIENT),
        (200, "", "rate_limit_exceeded", "", Fault.RATE_LIMIT),
        (200, "", "bio_policy", "", Fault.REFUSAL),
        (200, "", "misalignment_policy_violation", "", Fault.REFUSAL),
        (200, "invalid_request_error", "", "", Fault.BAD_REQUEST),
        (200, "invalid_request_error", "invalid_prompt", "", Fault.BAD_REQUEST),
        (200, "never_heard_of", "", "", Fault.MALFORMED),
        (0, "", "", "", Fault.MALFORMED),
    ],
)
def test_status_type_code_and_words_become_one_fault(
    status: int, kind: str, code: str, message: str, fault: Fault
) -> None:
    assert fault_of(status, VendorError(kind, code, message)) is fault


@pytest.mark.parametrize(
    ("status", "code", "word", "fault"),
    [
        (400, "", "true", Fault.TRANSIENT),
        (429, "rate_limit_error", "true", Fault.RATE_LIMIT),
        (429, "insufficient_quota", "true", Fault.QUOTA),
        (401, "", "true", Fault.AUTH),
        (413, "", "true", Fault.TOO_LARGE),
        (429, "rate_limit_error", "false", Fault.QUOTA),
        (500, "", "false", Fault.BAD_REQUEST),
        (400, "", "false", Fault.BAD_REQUEST),
        (500, "", "maybe", Fault.TRANSIENT),
    ],
)
def test_x_should_retry_decides_where_waiting_can_help_at_all(status: int, code: str, word: str, fault: Fault) -> None:
    assert fault_of(status, VendorError(code=code), {"x-should-retry": word}) is fault


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"type": "error", "error": {"type": "a", "message": "b"}, "request_id": "r"}, VendorError("a", "", "b", "r")),
        ({"error": {"type": "a", "code": "c", "message": "b", "param": None}}, VendorError("a", "c", "b")),
        ({"error": {"type": "a", "details": {"error_code": "d"}, "message": "b"}}, VendorError("a", "d", "b")),
        ({"error": "model 'x' not found"}, VendorError(message="model 'x' not found")),
        ({"type": "error", "code": "c", "message": "b", "sequence_number": 2}, VendorError("", "c", "b")),
        (
            {"object": "error", "message": "b", "type": "NotFoundError", "code": 404},
            VendorError("NotFoundError", "404", "b"),
        ),
        ({"detail": "Not Found"}, VendorError(message="Not Found")),
        ({"message": "Forbidden"}, VendorError(message="Forbidden")),
        ([{"error": {"code": 400, "message": "b"}}], VendorError("", "400", "b")),
        ({"error": None}, VendorError()),
        ({"error": {"type": 1.5, "message": ["b"]}}, VendorError()),
        ([], VendorError()),
        ([[]], VendorError()),
        ("text", VendorError()),
        (None, VendorError()),
    ],
)
def test_every_known_shape_of_error_is_read(body: object, error: VendorError) -> None:
    assert error_in(body) == error


@pytest.mark.parametrize(
    ("status", "body", "remedy"),
    [
        (401, {"error": {"message": "bad key"}}, "Set ANTHROPIC_API_KEY to a valid key (environment or .env)."),
        (404, {"error": {"type": "not_found_error", "message": "model: x"}}, "Set ANTHROPIC_MODEL to a current model"),
        (400, {"error": {"code": "model_not_found", "message": "?"}}, "or run `prunella doctor`"),
        (404, "<html>", "Check ANTHROPIC_BASE_URL: there is no such API"),
        (307, "", "Check ANTHROPIC_BASE_URL: it leads elsewhere"),
        (402, {}, "the billing page of the Claude Console"),
        (403, {}, "Check what the key in ANTHROPIC_API_KEY is allowed"),
        (400, {"error": {"message": "effort level 'xhigh' is not supported"}}, "effort in prunella.toml"),
        (400, {"error": {"message": "tool apply_patch is not supported"}}, 'Set edit_form = "custom"'),
        (400, {"error": {"message": "max_tokens: 200000 > 128000"}}, "Lower this rung's max_output_tokens"),
        (400, {"error": {"message": "?"}}, "Check this rung's settings"),
        (413, {}, "Send less context"),
        (500, {}, ""),
    ],
)
def test_the_remedy_says_what_to_change(status: int, body: object, remedy: str) -> None:
    error = status_error(anthropic.VENDOR, json_response(body, status))
    assert remedy in error.remedy
    assert bool(remedy) == bool(error.remedy)
    assert error.status == status
    assert not error.billed


def test_an_error_page_of_a_proxy_counts_by_its_status() -> None:
    page = b"<html><head><title>502 Bad Gateway</title></head></html>"
    error = status_error(openai.VENDOR, HttpResponse(502, {"content-type": "text/html", "x-request-id": "r1"}, page))
    assert (error.fault, error.status, error.request_id) == (Fault.TRANSIENT, 502, "r1")
    assert "502 Bad Gateway" in error.message


def test_the_request_id_is_found_in_the_body_where_the_header_is_missing() -> None:
    body = {"type": "error", "error": {"type": "api_error", "message": "x"}, "request_id": "req_7"}
    assert status_error(anthropic.VENDOR, json_response(body, 500)).request_id == "req_7"
    assert status_error(anthropic.VENDOR, json_response(body, 500, request_id="req_8")).request_id == "req_8"


def test_message_and_remedy_are_two_sentences() -> None:
    error = vendor_error(anthropic.VENDOR, json_response({}, 413), VendorError("", "", "too big"))
    assert str(error) == "Anthropic finds the request too large (413): too big. Send less context."


def test_a_vendor_that_wants_no_second_try_is_not_blamed_on_the_settings() -> None:
    body = {"error": {"type": "api_error", "message": "script exhausted"}}
    error = status_error(anthropic.VENDOR, json_response(body, 500, x_should_retry="false"))
    assert (error.fault, error.remedy) == (Fault.BAD_REQUEST, "")
    assert error.message == "Anthropic failed and asks not to try again (500): script exhausted."


@pytest.mark.parametrize(
    ("status", "kind", "code", "message", "said"),
    [
        (529, "overloaded_error", "", "Overloaded", "Anthropic cannot answer now (529): Overloaded."),
        (529, "overloaded_error", "", "", "Anthropic cannot answer now (529): overloaded error."),
        (200, "overloaded_error", "", "Overloaded", "Anthropic cannot answer now: Overloaded."),
        (401, "authentication_error", "", "invalid x-api-key", "ANTHROPIC_API_KEY is not accepted (401)."),
        (401, "", "", "Incorrect API key provided: sk-abcdefghijk.", "ANTHROPIC_API_KEY is not accepted (401)."),
        (401, "", "", "No such organization", "ANTHROPIC_API_KEY is not accepted (401): No such organization."),
        (403, "permission_error", "", "No.", "Anthropic does not let this key do that (403): No."),
        (429, "insufficient_quota", "", "Pay!", "Anthropic's credit or quota is used up (429): Pay!"),
        (429, "rate_limit_error", "", "Slow.", "Anthropic's rate limit is reached (429): Slow."),
        (
            400,
            "invalid_request_error",
            "",
            "max_tokens: no",
            "Anthropic does not accept the request (400): max_tokens: no.",
        ),
        (307, "", "", "Moved", "Anthropic sends the request elsewhere (307): Moved."),
        (407, "", "", "Who?", "The proxy wants a user and a password (407): Who?"),
    ],
)
def test_the_words_are_for_somebody_who_knows_no_inner_names(
    status: int, kind: str, code: str, message: str, said: str
) -> None:
    assert vendor_error(anthropic.VENDOR, json_response({}, status), VendorError(kind, code, message)).message == said


def test_a_key_that_belongs_to_a_rung_begins_the_sentence_too() -> None:
    error = status_error(compatible.VENDOR, json_response({}, 401))
    assert error.message.startswith("The rung's key is not accepted (401)")


def test_a_vendors_long_words_are_cut_to_one_line() -> None:
    long = "You exceeded your current quota. " + "For more information on this error, read the docs. " * 9
    error = vendor_error(anthropic.VENDOR, json_response({}, 429), VendorError(message=long))
    assert error.message.startswith(
        "Anthropic's credit or quota is used up (429): You exceeded your current quota. For"
    )
    assert error.message.endswith("read the docs.")
    assert len(error.message) <= 220
