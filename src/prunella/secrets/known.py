"""Secrets that are known to be some, whatever they look like: the process's own, by the names they are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

SHORTEST = 8
_WORDS = ("passw", "passphrase", "secret", "token", "apikey", "_key_", "credential", "private", "auth", "webhook")
_MORE_WORDS = ("connection", "cookie", "session_key")
_ENDS = ("pwd", "_pass", "_pw", "_key", "_pat", "dsn", "_url", "_uri", "salt")
_NOT_ENDS = ("_path", "_file", "_dir", "_sock", "_home", "_name", "_user", "_type", "_region", "_key_id")
_NOT_STARTS = ("xdg_", "dbus_session_", "gpg_", "python", "tokenizers_", "git_author")
_NOT = frozenset(("pwd", "oldpwd", "xauthority"))


def from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Kind and value of what variables named like secrets hold. A URL counts for its password alone; paths, numbers,
    words and switches do not count."""
    for name, whole in environment.items():
        value = whole.strip()
        if len(value) < SHORTEST or not is_secret_name(name):
            continue
        if "://" in value:
            yield from _passwords(value)
        elif not _harmless(value):
            yield "environment", value


def is_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret."""
    lowered = name.lower()
    if lowered in _NOT or lowered.endswith(_NOT_ENDS) or lowered.startswith(_NOT_STARTS):
        return False
    said = lowered.replace("author", "")
    return lowered.endswith(_ENDS) or lowered == "key" or any(word in said for word in (*_WORDS, *_MORE_WORDS))


def _passwords(url: str) -> Iterator[tuple[str, str]]:
    """The password in a URL, as it is there and as it is for whoever is given it."""
    import re
    from urllib.parse import unquote

    for match in re.finditer(r"://[^/\s:@]*:([^/\s@]+)@", url):
        for value in dict.fromkeys((match[1], unquote(match[1]))):
            if len(value) >= SHORTEST and not _harmless(value):
                yield "url-password", value


def _harmless(value: str) -> bool:
    if value.startswith(("/", "./", "~", "<<")):
        from prunella.secrets.strength import is_drawn

        # One secret in 64 that is drawn in base64 begins like a path.
        return len(value) < 16 or "." in value or value.count("/") > 3 or not is_drawn(value)
    return value.isdigit() or (value.isalpha() and (value.islower() or value.isupper()) and len(value) < 16)


def encoded(value: str) -> Iterator[str]:
    """How else it may be written: for a URL, in JSON, XML, HTML, a shell or a program's text, in base64 at each of its
    three alignments, in hexadecimal."""
    import base64
    import binascii

    yield from (form for form in dict.fromkeys((*_in_urls(value), *_in_quotes(value))) if form != value)
    data = value.encode("utf-8", "surrogateescape")
    if len(data) < SHORTEST or len(data) > 4_000:
        return
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + data)
        # The first and last characters depend on what stands beside it.
        core = whole[(0, 2, 3)[shift] :].rstrip(b"=")
        core = core if len(data) + shift and (len(data) + shift) % 3 == 0 else core[:-1]
        text = core.decode("ascii")
        if len(text) >= SHORTEST:
            yield text
            safe = text.replace("+", "-").replace("/", "_")
            if safe != text:
                yield safe
    digits = binascii.hexlify(data).decode("ascii")
    yield from (digits, digits.upper())


_SAFE = ("", "/", "!*'()", ";,/?:@&=+$!*'()#", "*")
"""What is left as it is by Python's ``quote`` in two ways, by JavaScript's two functions, by Java and browsers."""


def _in_urls(value: str) -> Iterator[str]:
    import re
    from urllib.parse import quote, quote_plus

    if value.isalnum() and value.isascii():
        return
    for safe in _SAFE:
        for form in (quote(value, safe), quote_plus(value, safe)):
            yield from (form, re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), form))


def _in_quotes(value: str) -> Iterator[str]:
    if value.isalnum() and value.isascii():
        return
    import json
    import re
    from html import escape

    for ascii_only in (True, False):
        once = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield from (once, once.replace("/", "\\/"), json.dumps(once, ensure_ascii=ascii_only)[1:-1])
        yield re.sub(r"[<>&']", lambda sign: f"\\u{ord(sign[0]):04x}", once)  # as Go and web frameworks write it
    yield value.replace("\\", "\\\\").replace("'", "\\'")
    yield from (value.replace("'", "'\\''"), value.replace("'", "'\"'\"'"))
    whole = escape(value)
    yield from (escape(value, quote=False), whole, whole.replace("&#x27;", "&#39;"), whole.replace("&#x27;", "&apos;"))
