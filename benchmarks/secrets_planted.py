"""Secrets of many kinds, made when they are needed: none is real, and none stands in this file as it would be used."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

LETTERS = string.ascii_letters
ALNUM = LETTERS + string.digits
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits
URLSAFE = ALNUM + "_-"


class Planted(NamedTuple):
    """A secret, and a text that it stands in as it would in a source, an env file or a log."""

    kind: str
    secret: str
    text: str


def drawn(rng: random.Random, alphabet: str, size: int) -> str:
    """By lot, with at least two digits where there are any."""
    while True:
        text = "".join(rng.choices(alphabet, k=size))
        if not any(c.isdigit() for c in alphabet) or sum(c.isdigit() for c in text) >= min(2, size // 6):
            return text


def _token(prefix: str, alphabet: str, size: int, suffix: str = "") -> Callable[[random.Random], str]:
    return lambda rng: prefix + drawn(rng, alphabet, size) + suffix


def _b64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _jwt(rng: random.Random) -> str:
    head, body = _b64({"alg": "HS256", "typ": "JWT"}), _b64({"sub": drawn(rng, ALNUM, 12), "iat": 1700000000})
    return f"{head}.{body}.{drawn(rng, URLSAFE, 43)}"


ALONE: dict[str, Callable[[random.Random], str]] = {
    "aws-access-key": _token("AK" + "IA", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
    "github-pat": _token("gh" + "p_", ALNUM, 36),
    "github-oauth": _token("gh" + "o_", ALNUM, 36),
    "github-app": _token("gh" + "s_", ALNUM, 36),
    "github-fine-grained": lambda rng: "github" + "_pat_" + drawn(rng, ALNUM, 22) + "_" + drawn(rng, ALNUM, 59),
    "gitlab-pat": _token("gl" + "pat-", URLSAFE, 20),
    "gitlab-runner": _token("gl" + "rt-", URLSAFE, 20),
    "slack-bot": lambda rng: (
        "xo" + f"xb-{drawn(rng, '123456789', 12)}-{drawn(rng, '123456789', 12)}-{drawn(rng, ALNUM, 24)}"
    ),
    "slack-user": lambda rng: (
        "xo" + "xp-" + "-".join(drawn(rng, "123456789", 12) for _ in "abc") + "-" + drawn(rng, HEX, 32)
    ),
    "slack-webhook": lambda rng: (
        f"https://hooks.slack.com/services/T{drawn(rng, UPPER, 10)}/B{drawn(rng, UPPER, 10)}/{drawn(rng, ALNUM, 24)}"
    ),
    "stripe-live": _token("sk" + "_live_", ALNUM, 32),
    "stripe-restricted": _token("rk" + "_live_", ALNUM, 32),
    "stripe-webhook": _token("wh" + "sec_", ALNUM, 32),
    "twilio-key": _token("S" + "K", HEX, 32),
    "sendgrid": lambda rng: "S" + f"G.{drawn(rng, URLSAFE, 22)}.{drawn(rng, URLSAFE, 43)}",
    "npm": _token("np" + "m_", ALNUM, 36),
    "pypi": _token("py" + "pi-AgEIcHlwaS5vcmc", URLSAFE, 120),
    "anthropic": _token("sk" + "-ant-api03-", URLSAFE, 93, "AA"),
    "openai-project": lambda rng: "sk" + f"-proj-{drawn(rng, URLSAFE, 74)}T3Blbk" + f"FJ{drawn(rng, URLSAFE, 74)}",
    "openai-old": lambda rng: "sk" + f"-{drawn(rng, ALNUM, 20)}T3Blbk" + f"FJ{drawn(rng, ALNUM, 20)}",
    "huggingface": _token("h" + "f_", LETTERS, 34),
    "google-api": _token("AI" + "za", URLSAFE, 35),
    "google-oauth-secret": _token("GOC" + "SPX-", URLSAFE, 28),
    "google-access-token": _token("ya" + "29.a0", URLSAFE, 80),
    "digitalocean": _token("do" + "p_v1_", HEX, 64),
    "shopify": _token("sh" + "pat_", HEX, 32),
    "databricks": _token("da" + "pi", HEX, 32),
    "linear": _token("li" + "n_api_", ALNUM, 40),
    "notion": lambda rng: "nt" + f"n_{drawn(rng, string.digits, 11)}{drawn(rng, ALNUM, 35)}",
    "postman": lambda rng: "PM" + f"AK-{drawn(rng, HEX, 24)}-{drawn(rng, HEX, 34)}",
    "grafana": lambda rng: "gl" + f"sa_{drawn(rng, ALNUM, 32)}_{drawn(rng, HEX, 8)}",
    "vault": _token("hv" + "s.", ALNUM, 92),
    "docker": _token("dck" + "r_pat_", URLSAFE, 27),
    "figma": _token("fig" + "d_", URLSAFE, 40),
    "groq": _token("gs" + "k_", ALNUM, 52),
    "xai": _token("xa" + "i-", ALNUM, 80),
    "replicate": _token("r8" + "_", ALNUM, 37),
    "rubygems": _token("ruby" + "gems_", HEX, 48),
    "doppler": _token("dp" + ".pt.", ALNUM, 43),
    "mailgun": _token("key" + "-", HEX, 32),
    "telegram": lambda rng: f"{drawn(rng, '123456789', 10)}:A" + f"A{drawn(rng, URLSAFE, 33)}",
    "age": _token("AGE-SECRET-" + "KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
    "jwt": _jwt,
    "azure-client": lambda rng: drawn(rng, ALNUM, 3) + "8Q" + "~" + drawn(rng, ALNUM + "_.-", 34),
}
"""Known by their form alone."""


def _password(rng: random.Random) -> str:
    return drawn(rng, LETTERS, 4) + rng.choice("!#*+") + drawn(rng, string.digits, 3) + drawn(rng, ALNUM, 6)


NAMED: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "postgres-url": lambda rng: ((p := drawn(rng, ALNUM, 14)), "postgres" + f"://app:{p}@db.internal:5432/app"),
    "redis-url": lambda rng: ((p := drawn(rng, ALNUM, 20)), "redis" + f"://:{p}@cache.internal:6379/0"),
    "amqp-url": lambda rng: ((p := drawn(rng, ALNUM, 12)), "amqps" + f"://svc:{p}@mq.internal/prod"),
    "basic-auth-url": lambda rng: ((p := drawn(rng, ALNUM, 16)), "https" + f"://deploy:{p}@git.internal/app.git"),
    "authorization-bearer": lambda rng: ((p := drawn(rng, URLSAFE, 40)), f"Authorization: Bearer {p}"),
    "authorization-basic": lambda rng: (
        (p := base64.b64encode(f"app:{drawn(rng, ALNUM, 18)}".encode()).decode()),
        f"authorization: Basic {p}",
    ),
    "api-key-header": lambda rng: ((p := drawn(rng, ALNUM, 32)), f"X-Api-Key: {p}"),
    "cookie": lambda rng: ((p := drawn(rng, ALNUM, 32)), f"Set-Cookie: session={p}; HttpOnly; Path=/"),
    "netrc": lambda rng: ((p := _password(rng)), f"machine git.internal login deploy password {p}"),
    "npmrc": lambda rng: ((p := drawn(rng, ALNUM, 40)), f"//npm.internal/:_authToken={p}"),
    "azure-storage": lambda rng: (
        (p := drawn(rng, ALNUM + "+/", 86) + "=="),
        f"DefaultEndpointsProtocol=https;AccountName=app;AccountKey={p};EndpointSuffix=core.windows.net",
    ),
    "mssql-connection": lambda rng: ((p := _password(rng)), f"Server=db;Database=app;User Id=sa;Password={p};"),
    "curl-user": lambda rng: ((p := _password(rng)), f"+ curl -sS -u deploy:{p} https://repo.internal/upload"),
    "command-password": lambda rng: ((p := _password(rng)), f"$ deploy --user app --password {p} --force"),
    "discord-webhook": lambda rng: (
        (p := drawn(rng, URLSAFE, 68)),
        "https://discord" + f".com/api/webhooks/{drawn(rng, '123456789', 18)}/{p}",
    ),
    "docker-config": lambda rng: (
        (p := base64.b64encode(f"ci:{drawn(rng, ALNUM, 20)}".encode()).decode()),
        f'{{"auths": {{"registry.internal": {{"auth": "{p}"}}}}}}',
    ),
    "aws-secret-key": lambda rng: ((p := drawn(rng, ALNUM + "/+", 40)), f"aws_secret_access_key = {p}"),
    "password-assigned": lambda rng: ((p := _password(rng)), f'DB_PASSWORD = "{p}"'),
    "client-secret-json": lambda rng: ((p := drawn(rng, ALNUM, 36)), f'{{"client_secret": "{p}"}}'),
    "api-key-yaml": lambda rng: ((p := drawn(rng, ALNUM, 32)), f"  api_key: {p}"),
    "token-argument": lambda rng: ((p := drawn(rng, HEX, 40)), f'client = connect(host, token="{p}")'),
    "signing-secret-env": lambda rng: ((p := drawn(rng, HEX, 32)), f"export SIGNING_SECRET={p}"),
    "laravel-key": lambda rng: ((p := drawn(rng, ALNUM + "+/", 43) + "="), f"APP_KEY=base64:{p}"),
    "encoded-password-url": lambda rng: (
        (p := quote(_password(rng) + "/x", safe="")),
        "mysql" + f"://root1:{p}@db/app",
    ),
}
"""Known by what stands before them: secret and text."""


def private_key(rng: random.Random, lines: int = 12) -> tuple[tuple[str, ...], str]:
    """The secret lines, and the block."""
    body = tuple(drawn(rng, ALNUM + "+/", 64) for _ in range(lines))
    return body, "\n".join(["-----BEGIN RSA PRIVATE " + "KEY-----", *body, "-----END RSA PRIVATE " + "KEY-----"])


def planted(seed: int) -> list[Planted]:
    """One of each kind, and of private keys each line."""
    rng = random.Random(seed)
    found = []
    for kind, make in ALONE.items():
        secret = make(rng)
        found.append(
            Planted(
                kind, secret, rng.choice(['connect("%s")', "using %s for this", "VALUE=%s", "got <%s>, gone"]) % secret
            )
        )
    for kind, pair in NAMED.items():
        secret, text = pair(rng)
        found.append(Planted(kind, secret, text))
    return found
