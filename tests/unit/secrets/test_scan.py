"""What is found to be a secret, and what is not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planted import GITHUB, KEY, KEY_LINES, PASSWORD, STRIPE
from prunella.secrets.redact import Redactor
from prunella.secrets.rules import Scope, compiled, rules
from prunella.secrets.scan import scan

HEX = "9f3c1ab27de04586b1c2d3e4f5a60718"


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in scan(text)]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"connect('{GITHUB}')", GITHUB),
        (f"token is {STRIPE}, gone", STRIPE),
        (f"<{GITHUB}>", GITHUB),
        (f'"password": "{PASSWORD}"', PASSWORD),
        (f"DB_PASSWORD={PASSWORD}", PASSWORD),
        (f'password: str = "{PASSWORD}"', PASSWORD),
        (f'os.environ.setdefault("CLIENT_SECRET", "{HEX}")', HEX),
        (f"  api_key: {HEX}", HEX),
        (f"postgres://app:{PASSWORD}@db:5432/x", PASSWORD),
        (f"https://{HEX}@git.internal/x.git", HEX),
        (f"Authorization: Bearer {HEX}", HEX),
        (f"Set-Cookie: a=b; session={HEX}; Path=/", HEX),
        (f"machine git.internal login me password {PASSWORD}", PASSWORD),
        (f"//registry.internal/:_authToken={HEX}", HEX),
        (f"curl -u me:{PASSWORD} https://x", PASSWORD),
        (f"Server=db;User Id=sa;Password={PASSWORD};", PASSWORD),
        (f"kind: Secret\ndata:\n  login: {HEX}\n", HEX),
        (f"mailgun_auth = 'key-{HEX}'", f"key-{HEX}"),
    ],
)
def test_a_secret_is_found_whole(text: str, secret: str) -> None:
    assert found(text) == [secret]
    clean = Redactor().source(text)  # a short text: the quick look must not let it pass
    assert secret not in clean


@pytest.mark.parametrize(
    "text",
    [
        'password = os.environ["DB_PASSWORD"]',
        'password = "${DB_PASSWORD}"',
        'api_key="your-api-key-here-1234"',
        "token: CancellationToken = source.token",
        "self.token = tokenizer.next_token(position)",
        'PASSWORD_CHANGED = "password-changed-1"',
        f'"integrity": "sha512-{HEX}{HEX}=="',
        f"commit {HEX}{HEX[:8]}",
        '"id": "550e8400-e29b-41d4-a716-446655440000"',
        "postgres://postgres:postgres@localhost/test",
        "https://user:password@example.com/",
        f"background: url(data:image/png;base64,iVBORw0KGgo{HEX})",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 me@host",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
        "-----BEGIN PRIVATE KEY----- is how it begins",
        "next_page_token = 'abc123def456ghi789jkl0'",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "keyboard_key='ArrowDown12345678'",
    ],
)
def test_ordinary_code_holds_none(text: str) -> None:
    assert found(text) == []


def test_each_line_of_a_private_key_is_found_and_its_frame_stays() -> None:
    assert found(f'KEY = """{KEY}"""') == list(KEY_LINES)
    assert found(KEY.split("\n", 2)[2]) == list(KEY_LINES[1:])
    assert found('"' + KEY.replace("\n", "\\n") + '"') == list(KEY_LINES)
    assert found(KEY.rsplit("\n", 3)[0]) == list(KEY_LINES[:-2])


def test_every_rule_can_be_compiled_and_has_needles_in_lower_case() -> None:
    for scope in Scope:
        for needle, those in rules(scope).items():
            assert needle
            assert needle == needle.lower()
            for rule in those:
                assert compiled(rule.expression)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400) | st.text(st.sampled_from("aB1_=:\"'/@-. \n" + GITHUB[:6]), max_size=400))
def test_whatever_the_text_is_spans_are_in_order_and_apart(text: str) -> None:
    spans = scan(text)
    assert all(one.start < one.end <= len(text) for one in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_what_is_redacted_comes_back_byte_for_byte(before: str, after: str) -> None:
    redactor = Redactor()
    text = f"{before}\n{KEY}\npassword = '{PASSWORD}' {GITHUB}\n{after}"
    clean = redactor.source(text)
    assert GITHUB not in clean
    assert not any(line in clean for line in KEY_LINES)
    assert clean.count("\n") == text.count("\n")
    assert redactor.restored(clean).text == text
    assert redactor.text(clean) == clean
