"""What is known of a vendor besides its wire format: its names for things, its errors, and what a person can do."""

from __future__ import annotations

from typing import NamedTuple

from prunella.errors import Fault


class Vendor(NamedTuple):
    """How messages name a vendor and what a person can change about it."""

    name: str
    request_id: str
    key: str
    model: str
    base_url: str
    billing: str


class VendorError(NamedTuple):
    """A vendor's error in one shape. ``kind`` is its type, ``code`` its more precise code; "" where there is none."""

    kind: str = ""
    code: str = ""
    message: str = ""
    request_id: str = ""


HAPPENED = {
    Fault.RATE_LIMIT: "'s rate limit is reached",
    Fault.TRANSIENT: " cannot answer now",
    Fault.QUOTA: "'s credit or quota is used up",
    Fault.AUTH: " does not let this key do that",
    Fault.CONTEXT: " finds the conversation too long",
    Fault.TOO_LARGE: " finds the request too large",
    Fault.REFUSAL: " refuses the request",
    Fault.BAD_REQUEST: " does not accept the request",
    Fault.MALFORMED: " answered with an error of an unknown kind",
}
"""What a fault is in words, behind the vendor's name."""


def what_happened(vendor: Vendor, fault: Fault, status: int) -> str:
    """The beginning of a message: what a fault is, to somebody who knows no word of ours or of the vendor's."""
    if fault is Fault.AUTH and status == 401:
        return f"{vendor.key[:1].upper()}{vendor.key[1:]} is not accepted"
    if fault is Fault.AUTH and status == 407:
        return "The proxy wants a user and a password"
    if fault is Fault.BAD_REQUEST and 300 <= status < 400:
        return f"{vendor.name} sends the request elsewhere"
    if fault is Fault.BAD_REQUEST and status >= 500:
        return f"{vendor.name} failed and asks not to try again"
    return vendor.name + HAPPENED.get(fault, " answered with an error")


SETTINGS = (
    ("apply_patch", 'Set edit_form = "custom" for this rung in prunella.toml.'),
    ("effort", "Change or remove this rung's effort in prunella.toml."),
    ("thinking", "Change this rung's thinking in prunella.toml."),
    ("max_tokens", "Lower this rung's max_output_tokens in prunella.toml."),
    ("max_output_tokens", "Lower this rung's max_output_tokens in prunella.toml."),
    ("", "Check this rung's settings in prunella.toml, or run `prunella doctor`."),
)
"""What to change, by a word in the message of a bad request."""


def remedy_of(vendor: Vendor, fault: Fault, status: int, error: VendorError) -> str:
    """What a person can do about a fault; "" when there is nothing but to wait."""
    if fault is Fault.BAD_REQUEST:
        return _remedy_of_request(vendor, status, error)
    if fault is Fault.AUTH and status == 407:
        return "Put them into HTTPS_PROXY: http://user:password@proxy.example:3128."
    if fault is Fault.AUTH and status == 403:
        return f"Check what the key in {vendor.key} is allowed to use, or set {vendor.model} to another model."
    return {
        Fault.AUTH: f"Set {vendor.key} to a valid key (environment or .env).",
        Fault.QUOTA: f"Add credit or raise the spend limit on {vendor.billing}; until then use another provider.",
        Fault.CONTEXT: "Send less context, or use a model with a larger context window.",
        Fault.TOO_LARGE: "Send less context.",
        Fault.MALFORMED: f"If it happens again, check {vendor.base_url}: a proxy or another program may be answering.",
    }.get(fault, "")


def _remedy_of_request(vendor: Vendor, status: int, error: VendorError) -> str:
    if 300 <= status < 400:
        return f"Check {vendor.base_url}: it leads elsewhere."
    if _is_unknown_model(status, error):
        return f"Set {vendor.model} to a current model, or run `prunella doctor`."
    if status == 404:
        return f"Check {vendor.base_url}: there is no such API at that address."
    if status >= 500:
        return ""  # the vendor asked not to be sent it again; nothing of ours is wrong
    return next(remedy for sign, remedy in SETTINGS if sign in error.message.lower())


def _is_unknown_model(status: int, error: VendorError) -> bool:
    words = error.message.lower()
    if error.code == "model_not_found" or (status == 404 and words.startswith("model:")):
        return True
    return status in (400, 404) and "model" in words and ("not found" in words or "not exist" in words)
