"""Secrets that are known to be some, whatever they look like: the process's own, by the names they are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

SHORTEST = 8
_WORDS = ("passw", "passphrase", "secret", "token", "apikey", "_key_", "credential", "private", "auth", "webhook")
_MORE_WORDS = ("connection", "cookie", "session_key")
_ENDS = ("pwd", "_key", "_pat", "dsn", "_url", "_uri", "salt")
_NOT_ENDS = ("_path", "_file", "_dir", "_sock", "_home", "_name", "_user", "_type", "_region", "_key_id")
_NOT_STARTS = ("xdg_", "dbus_session_", "gpg_", "python", "tokenizers_", "git_author")
_NOT = frozenset(("pwd", "oldpwd", "xauthority"))


def from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Kind and value of what variables named like secrets hold. A URL counts for its password alone, which is found by
    its form; paths, numbers, words and switches do not count."""
    for name, whole in environment.items():
        value = whole.strip()
        if len(value) >= SHORTEST and is_secret_name(name) and not _harmless(value):
            yield "environment", value


def is_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret."""
    lowered = name.lower()
    if lowered in _NOT or lowered.endswith(_NOT_ENDS) or lowered.startswith(_NOT_STARTS):
        return False
    said = lowered.replace("author", "")
    return lowered.endswith(_ENDS) or lowered == "key" or any(word in said for word in (*_WORDS, *_MORE_WORDS))


def _harmless(value: str) -> bool:
    if value.startswith(("/", "./", "~", "<<")) or "://" in value:
        return True
    return value.isdigit() or (value.isalpha() and (value.islower() or value.isupper()) and len(value) < 16)


def encoded(value: str) -> Iterator[str]:
    """How else it may be written: for a URL, in base64 at each of its three alignments, in JSON."""
    import base64
    import binascii
    from urllib.parse import quote, quote_plus

    forms = dict.fromkeys((quote(value, safe=""), quote(value), quote_plus(value)))
    yield from (form for form in forms if form != value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    if escaped != value:
        yield escaped
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
    yield binascii.hexlify(data).decode("ascii")
