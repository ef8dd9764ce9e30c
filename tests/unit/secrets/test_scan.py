"""What is found to be a secret, and what is not."""

from __future__ import annotations

import base64
import json
import textwrap
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planted import GITHUB, KEY, KEY_LINES, PASSWORD, STRIPE
from prunella.secrets.redact import Redactor
from prunella.secrets.rules import Scope, compiled, rules
from prunella.secrets.scan import scan

HEX = "9f3c1ab27de04586b1c2d3e4f5a60718"
PHRASE = "alert advice acid album abandon abstract ability aisle absurd absorb action accuse"


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
        (f'{{\\"user\\": \\"app\\", \\"password\\": \\"{PASSWORD}\\"}}', PASSWORD),
        (f'- name: DB_PASSWORD\n  value: "{PASSWORD}"\n', PASSWORD),
        (f"- name: API_TOKEN\n  value: {HEX}\n", HEX),
        (f"'- name: API_TOKEN\\n  value: {HEX}\\n'", HEX),
        (f"'password: >-\\n  {PASSWORD}\\n'", PASSWORD),
        (f"['ENV DB_PASSWORD {PASSWORD}', 'RUN x']", PASSWORD),
        (f'{{"name": "DB_PASSWORD", "value": "{PASSWORD}"}}', PASSWORD),
        (f'<property name="password" value="{PASSWORD}"/>', PASSWORD),
        (f"ENV DB_PASSWORD {PASSWORD}", PASSWORD),
        (f"set -x DB_PASSWORD {PASSWORD}", PASSWORD),
        (f"ALTER USER app IDENTIFIED BY '{PASSWORD}';", PASSWORD),
        (f"CREATE ROLE app LOGIN PASSWORD '{PASSWORD}';", PASSWORD),
        (f'source.setPassword("{PASSWORD}");', PASSWORD),
        (f"if (secret !== '{PASSWORD}') {{", PASSWORD),
        (f"auth: {{ user: 'app', pass: '{PASSWORD}' }}", PASSWORD),
        (f"DB_PASS={PASSWORD}", PASSWORD),
        (f"passwort = '{PASSWORD}'", PASSWORD),
        (f"password: >-\n  {PASSWORD}\n", PASSWORD),
        (f"accessKey: '{HEX}'", HEX),
        (f"const privateKey = '0x{HEX}{HEX[::-1]}'", f"0x{HEX}{HEX[::-1]}"),
        ("PrivateKey = /qwGSVUE4D1qUxa71R7ebZ7+XOARJKC9UBGMPwFceMsa", "/qwGSVUE4D1qUxa71R7ebZ7+XOARJKC9UBGMPwFceMsa"),
        (f"{{'Authorization': b'Basic {HEX}'}}", HEX),
        ("postgres%3A%2F%2Fapp%3Akr7%21pq92%40db", "kr7%21pq92"),
        (f"+ sshpass -p {PASSWORD} ssh host", PASSWORD),
        (f"openssl enc -pass pass:{PASSWORD} -in x", PASSWORD),
        (f"redis-cli -a {PASSWORD} ping", PASSWORD),
        ("otpauth://totp/App:me?issuer=App&secret=VGSOZZWA45QNR7JER442BPAH", "VGSOZZWA45QNR7JER442BPAH"),
        (f"mnemonic: '{PHRASE}'", PHRASE),
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
        "the checks pass: 12 of 14 passed in 3.21s",
        "# pass 12345678",
        "accessKey: process.env.ACCESS_KEY",
        "ENV PASSWORD_FILE /run/secrets/db_password_1",
        "mnemonic: 'test test test test test test test test test test test junk'",
        "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURYVENDQWtXZ0F3SUJBZ0lKQUt",
        "privateKey = fs.readFileSync('/etc/keys/app1/private')",
    ],
)
def test_ordinary_code_holds_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("kind", ["RSA ", "", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "])
def test_a_private_key_in_base64_is_found_line_by_line(kind: str) -> None:
    whole = base64.b64encode(KEY.replace("RSA ", kind).encode()).decode()
    assert found(f"client-key-data: {whole}\n") == [whole]
    lines = textwrap.wrap(whole, 76)
    assert found("data: |\n" + "".join(f"  {line}\n" for line in lines) + "next: 1\n") == [
        line
        for line in lines
        if len(line) >= 24  # a shorter last one is the frame's end
    ]


@pytest.mark.parametrize(("indent", "separators"), [(None, (", ", ": ")), (None, (",", ":")), (2, None), (4, None)])
def test_a_service_account_in_base64_is_found(indent: int | None, separators: tuple[str, str] | None) -> None:
    account = {"type": "service_account", "project_id": "app", "private_key": KEY}
    whole = base64.b64encode(json.dumps(account, indent=indent, separators=separators).encode()).decode()
    assert found(f"cannot read '{whole}'") == [whole]


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


@pytest.mark.parametrize(
    "part",
    [
        "1" * 40 + "\n",
        "curl -u ",
        "mysql -x ",
        "redis-cli -a ",
        "cookie: ",
        "sk-",
        "xoxb-",
        "machine a login ",
        "-----END ",
    ],
)
def test_no_text_takes_long(part: str) -> None:
    before = time.process_time()
    scan(f"{part * (60_000 // len(part))}no private key\n")
    assert time.process_time() - before < 4
