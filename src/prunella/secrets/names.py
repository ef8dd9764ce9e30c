"""Secrets by the name that they are given: ``password = "…"``, ``API_KEY=…``, ``"client_secret": "…"``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.secrets.strength import is_password, is_stand_in, is_token

_CAMEL_KEYS = (
    "accesskey",
    "accountkey",
    "authkey",
    "encryptionkey",
    "masterkey",
    "privatekey",
    "sharedkey",
    "signingkey",
)
_NAME = re.compile(
    "passw(?:or)?[dt]|passphrase|(?<![a-z])pass(?![a-z])|pwd|secret|token|apikey|credential|connection[_-]?string|"
    f"[_-]key(?![a-z])|{'|'.join(_CAMEL_KEYS)}"
)
_BEGINNINGS = ("pass", "pwd", "secret", "token", "credential", "connection", "_key", "-key", "apikey", *_CAMEL_KEYS)
_QUOTED = re.compile(
    r"""[\w.-]{0,40}\\?["'`\])]{0,3}\??"""
    r"""(?:\s{0,3}(?::\s{0,2}[\w.\[\]| ]{1,30}?\s{0,2}=|:=|=>|[!=]?={1,2}|:|[,(](?=[ \t]{0,2}["']))|"""
    r""",?(?:\s|\\[nrt]){1,24}\\?["']?value\\?["']?\s{0,3}[:=])\s{0,3}"""
    r"""(?:\w{1,12}\(|[rbuf]{1,2}(?=["']))?(\\?["'`])([^"'`\s\\]{8,400})\1"""
)
_PLAIN = re.compile(
    r"""[\w.-]{0,40}["']?(?:(?:\s|\\[nrt]){1,24}value)?[ \t]{0,3}(=|:)[ \t]{0,3}(?:[>|][+-]?(?:\s|\\[nrt]){1,24})?"""
    r"""((?:[^\s"'`,;(){}\[\]<>\\]|\\(?![nrt"'])){8,400})(?=[\s,;&"'\\]|$)"""
)
_SPACED = re.compile(r"""[\w.-]{0,40}[ \t]{1,3}(["']?)([^\s"'`]{8,400})\1(?=[\s;,)"']|$)""")
_SETS = re.compile(r"(?i)(?:^|[\s;&\"'])(?:env|setenv|setx|set[ \t]+-[gux]{1,3})[ \t]+[\w.-]{0,60}\Z")
"""What sets a variable to what follows its name after a space."""

_OPERATORS = re.compile(r"[A-Za-z_]\.[A-Za-z_]{2}|::|->|\|\||&&|==.|\?\.")
_BEFORE = re.compile(r"[\w.-]{0,60}\Z")
_IS_PASSWORD = re.compile("pass|pwd")
_HARMLESS = re.compile(
    r"(?i)public|token[_-]?(?:type|uri|url|endpoint|name|id|kind|index|count|limit|class)|tokeni|max_?token|min_?token|"
    r"hash|digest|checksum|fingerprint|placeholder|label|_path|_file|_url|_uri|_name|_type|_field|_header|regex|pattern|"
    r"secret[_-]?(?:name|ref|arn|version)|key_?(?:name|code|path|type)|csrf_?token_?name|cancel|pagination|"
    r"(?:next|page|continuation)[_-]?token|syntax|lexer|parser"
)


def named(text: str, lowered: str) -> Iterator[tuple[int, int, str]]:
    """Where secrets stand that are named so: start, end, kind. ``lowered`` is ``text`` in lower case, as long as it."""
    reached = 0
    for match in _mentions(lowered):
        at = match.end()
        if at < reached:
            continue
        line = text[at : at + 480]
        value = _QUOTED.match(line)
        quoted = value is not None
        value = value or _PLAIN.match(line) or _spaced(line, text[max(0, match.start() - 90) : match.start()])
        if value is None:
            continue
        before = _BEFORE.search(text, max(0, match.start() - 60), match.start())
        name = (before[0] if before else "") + match[0] + line[: value.start(1)]
        start, end = at + value.start(2), at + value.end(2)
        if not _HARMLESS.search(name) and _secret(value[2], lowered[match.start() : at], name, quoted=quoted):
            reached = end
            yield start, end, _kind(match[0])


def _spaced(line: str, before: str) -> re.Match[str] | None:
    """``ENV DB_PASSWORD …`` as containers and shells write it, ``PASSWORD '…'`` as SQL does."""
    value = _SPACED.match(line)
    return value if value and (value[1] or _SETS.search(before)) else None


def _mentions(lowered: str) -> list[re.Match[str]]:
    """Where a name of a secret stands. To look for each beginning is ten times faster than for all at once."""
    found: dict[int, re.Match[str]] = {}
    for beginning in _BEGINNINGS:
        at = lowered.find(beginning)
        while at >= 0:
            match = _NAME.match(lowered, at)
            if match:
                found.setdefault(match.end(), match)
            at = lowered.find(beginning, at + len(beginning))
    return [found[at] for at in sorted(found)]


def _secret(value: str, word: str, name: str, *, quoted: bool) -> bool:
    if is_token(value):
        return quoted or not _OPERATORS.search(value)
    password = bool(_IS_PASSWORD.search(word)) or word == "secret"
    if not password:
        return False
    if quoted:
        return is_password(value)
    bare = name.rstrip(" \t=:")
    if "=" in name and not name.rstrip("= \t").endswith(" ") and bare.isupper():
        return is_password(value) or (len(value) >= 10 and "-" in value and not is_stand_in(value))
    return is_password(value) and not _is_code(value)


def _is_code(value: str) -> bool:
    """Whether an unquoted value is rather an expression."""
    return bool(_OPERATORS.search(value) or re.fullmatch(r"[A-Za-z_]\w*(?<![0-9])|[A-Za-z_]+[0-9]{0,2}", value))


def _kind(word: str) -> str:
    if _IS_PASSWORD.search(word):
        return "password"
    return "key" if word.endswith("key") else word.replace("_", "-")
