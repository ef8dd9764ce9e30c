"""Placeholders: the same for the same secret, put back where they are quoted, taken for nothing else."""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from planted import GITHUB, KEY, KEY_LINES, PASSWORD, STRIPE
from prunella.secrets.deny import Denied
from prunella.secrets.known import from_environment
from prunella.secrets.logs import redact_log, redact_logs
from prunella.secrets.redact import PLACEHOLDER, Redactor, _plain

OWN = "correct horse&battery staple"


def test_a_secret_has_one_placeholder_everywhere() -> None:
    redactor = Redactor()
    first, second = redactor.source(f"a = '{GITHUB}'"), redactor.text(f"got {GITHUB} and {STRIPE}")
    assert first == "a = '<<secret:github-token:1>>'"
    assert second == "got <<secret:github-token:1>> and <<secret:stripe-key:2>>"


def test_a_known_value_is_found_in_whatever_form() -> None:
    redactor = Redactor(lambda: [("environment", OWN)])
    for shift in range(3):
        written = base64.b64encode(b"x" * shift + OWN.encode() + b"yz").decode()
        assert base64.b64encode(OWN.encode()).decode()[4:-4] not in redactor.text(written)
    for written in (OWN, quote(OWN), quote(OWN, safe=""), OWN.encode().hex()):
        clean = redactor.text(f"= {written} =")
        assert clean.startswith("= <<secret:environment")
        assert redactor.restored(clean).text == f"= {written} ="


def test_once_found_by_its_name_it_is_found_without_one() -> None:
    redactor = Redactor()
    redactor.learn(f"db_password = '{PASSWORD}'\n".encode())
    assert PASSWORD not in redactor.text(f"cannot log in with {PASSWORD} at db")


def test_a_part_that_a_cut_left_is_no_use() -> None:
    redactor = Redactor()
    redactor.learn(f"KEY = '''{KEY}'''\ntoken = '{GITHUB}'".encode())
    for cut in (GITHUB[:25], GITHUB[10:], KEY_LINES[2][:40], KEY_LINES[1][-30:]):
        assert cut[-16:] not in redactor.text(f"… {cut}…")
        assert cut[:16] not in redactor.text(f"… {cut}…")


def test_a_text_that_looks_like_a_placeholder_is_none() -> None:
    redactor = Redactor()
    text = f"'<<secret:github-token:2>>' {GITHUB}"
    clean = redactor.source(text)
    assert clean == "'<<secret:literal:1>>' <<secret:github-token:2>>"
    back = redactor.restored(clean)
    assert back.text == text
    assert back.secrets == (GITHUB,)


def test_a_placeholder_that_was_never_given_out_stays_and_is_told() -> None:
    back = Redactor().restored("x = '<<secret:github-token:7>>'")
    assert back.text == "x = '<<secret:github-token:7>>'"
    assert back.unknown == ("<<secret:github-token:7>>",)


def test_what_the_user_allows_is_sent_as_it_is() -> None:
    redactor = Redactor(lambda: [("environment", OWN)], allow=(GITHUB, OWN))
    assert redactor.source(f"{GITHUB} {OWN} {STRIPE}") == f"{GITHUB} {OWN} <<secret:stripe-key:1>>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "latin-1"])
def test_contents_keep_their_encoding(encoding: str) -> None:
    redactor = Redactor()
    before = f"naïve = '{GITHUB}'\r\n".encode(encoding)
    after = redactor.data(before)
    assert after.decode(encoding) == "naïve = '<<secret:github-token:1>>'\r\n"
    assert redactor.data(b"\0\1\2" + GITHUB.encode()) == b"\0\1\2" + GITHUB.encode()


@pytest.mark.parametrize(
    "written",
    [
        json.dumps,
        lambda value: json.dumps(value, ensure_ascii=False),
        lambda value: json.dumps(value).replace("/", "\\/"),
        lambda value: json.dumps(json.dumps(value)),
        lambda value: json.dumps(value).replace("<", "\\u003c").replace("'", "\\u0027").replace("&", "\\u0026"),
        repr,
        html.escape,
        lambda value: html.escape(value, quote=False),
        lambda value: html.escape(value).replace("&#x27;", "&apos;"),
        lambda value: quote(value, safe="!*'()"),
        lambda value: quote(value, safe=";,/?:@&=+$!*'()#"),
        lambda value: re.sub("%..", lambda code: code[0].lower(), quote(value, safe="")),
        lambda value: quote_plus(value, safe="*"),
        shlex.quote,
        lambda value: "'" + value.replace("'", "'\\''") + "'",
        lambda value: value.encode().hex().upper(),
        lambda value: base64.b64encode(f"app:{value}".encode()).decode(),
    ],
)
def test_a_known_secret_is_found_however_it_is_written(written: Callable[[str], str]) -> None:
    value = "aB3/x&y<9'Zq\"7\\w+\u00e9!k*2 z"
    clean = Redactor(lambda: [("environment", value)]).source(f"it says {written(value)} here")
    assert re.search("<<secret:environment(-encoded)?:1>>", clean)
    assert len(PLACEHOLDER.sub("", clean)) < len("it says  here") + 9


def test_the_environment_knows_the_password_in_a_url_and_what_only_begins_like_a_path() -> None:
    drawn = "/kR7pq92xvTnAbC3dEf4GhI5jKl6MnO7pQr8sT9+"
    given = {
        "DATABASE_URL": "postgres://app:kR7%21pq92@db/x",
        "AWS_SECRET_ACCESS_KEY": drawn,
        "SIGNING_KEY": "/etc/keys/signing/private.pem",
        "SMTP_PASS": "aaaa9!xQ2",
        "TEST_DATABASE_URL": "postgres://postgres:postgres@db/x",
    }
    assert [value for _, value in from_environment(given)] == ["kR7%21pq92", "kR7!pq92", drawn, "aaaa9!xQ2"]


def test_a_log_is_redacted_where_it_lies(tmp_path: Path) -> None:
    redactor = Redactor()
    log = tmp_path / "a" / "0-check.log"
    log.parent.mkdir()
    filler = "".join(f"line {number} of the output\n" for number in range(25_000))
    log.write_text(f"{filler}{GITHUB}\n{filler}{KEY}\n{filler}")
    log.chmod(0o600)
    inode = log.stat().st_ino
    redact_log(log, redactor)
    text = log.read_text()
    assert redactor.restored(text).text == f"{filler}{GITHUB}\n{filler}{KEY}\n{filler}"
    assert GITHUB not in text
    assert not any(line in text for line in KEY_LINES)
    assert log.stat().st_ino == inode
    assert log.stat().st_mode & 0o777 == 0o600
    (log.parent / "quick.log").write_text(GITHUB)
    redact_logs(tmp_path, redactor)
    assert GITHUB not in (log.parent / "quick.log").read_text()
    redact_log(tmp_path / "gone.log", redactor)


def test_a_placeholder_as_long_as_its_secret_leaves_a_long_log_as_long_as_it_was(tmp_path: Path) -> None:
    value = "Zx9Q7w2E5r8T1y4U6i3O0p7x"
    redactor, log = Redactor(lambda: [("environment", value)]), tmp_path / "log"
    filler = "x" * 99 + "\n"
    before = f"{filler * 3_000}{value}\n{filler * 9_000}at the end {value}\n"
    log.write_text(before)
    redact_log(log, redactor)
    assert len("<<secret:environment:1>>") == len(value)
    assert log.read_text() == before.replace(value, "<<secret:environment:1>>")


@pytest.mark.parametrize("head", [b"a\0b\n", b"\xff\xfeab\n", b"\xfe\xffabc\n", b"\xff\n"])
def test_no_bytes_in_an_output_hide_a_secret(tmp_path: Path, head: bytes) -> None:
    log = tmp_path / "log"
    log.write_bytes(head + f"token {GITHUB}\n".encode())
    redact_log(log, Redactor())
    assert log.read_bytes() == head + b"token <<secret:github-token:1>>\n"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_an_output_in_two_bytes_per_character_is_looked_through_too(tmp_path: Path, encoding: str) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"in one byte\n" + f"token {GITHUB}\nnaïve\n".encode(encoding))
    redact_log(log, Redactor())
    assert log.read_bytes() == b"in one byte\n" + "token <<secret:github-token:1>>\nnaïve\n".encode(encoding)


@pytest.mark.parametrize(
    ("name", "value", "counts"),
    [
        ("MY_TOKEN", OWN, True),
        ("DB_PASSWORD", "tiny", False),
        ("STRIPE_KEY", STRIPE, True),
        ("SSH_AUTH_SOCK", "/run/user/1000/agent", False),
        ("TOKENIZERS_PARALLELISM", "disabled-1", False),
        ("PWD", "home-of-somebody-1", False),
        ("API_KEY_PATH", "keys-of-mine-1", False),
        ("AUTHOR", "Somebody Else 12", False),
        ("SECRET_KEY", "development", False),
        ("BASE_URL", "https://api.internal/v1", False),
        ("EDITOR", OWN, False),
    ],
)
def test_variables_count_by_their_names(name: str, value: str, counts: bool) -> None:
    assert [found for _, found in from_environment({name: value})] == ([value] if counts else [])


@pytest.mark.parametrize(
    ("path", "denied"),
    [
        (".env", True),
        ("apps/web/.env.production", True),
        (".ENV", True),
        (".env.example", False),
        ("src/env.ts", False),
        ("certs/server.pem", True),
        ("id_ed25519", True),
        ("id_ed25519.pub", False),
        ("home/.aws/credentials", True),
        ("src/credentials/index.ts", False),
        ("config/secrets.yml", True),
        ("src/secrets.py", False),
        ("deploy/prod.tfstate", True),
        ("service-account-ci.json", True),
        ("config/production/db.ts", True),
        ("lib/config/production/db.ts", False),
        ("a/b.vault.json", True),
    ],
)
def test_files_that_are_never_read(path: str, denied: bool) -> None:
    assert bool(Denied(("config/production/**", "*.vault.json")).reason(path)) is denied


def test_what_the_quick_look_lets_pass_holds_nothing_that_a_rule_finds() -> None:
    for secret in (GITHUB, STRIPE, KEY_LINES[0], f"<{GITHUB}>", f"'{GITHUB}'", f"x,{GITHUB},y"):
        assert not _plain(f"see {secret}")
    assert _plain("the checks pass; there was nothing to heal")
    assert _plain("5 passed in 0.12s, /home/me/project/tests/test_calc.py:3")
