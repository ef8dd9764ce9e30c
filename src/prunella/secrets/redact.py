"""Replaces secrets by placeholders, and puts them back where an edit quotes one."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from prunella.secrets.deny import Denied
from prunella.secrets.values import mapped

T = TypeVar("T")

PLACEHOLDER = re.compile(r"<<secret:([a-z0-9-]{1,60}):([0-9]{1,6})>>")
"""It says what stood there, is unlike any language's syntax for text, and stays one line."""

FRAGMENT = 16
"""Characters from an end of a long secret by which a text that was cut within it is known."""

_REMEMBERED = 4_000


class Restored(NamedTuple):
    """A text with the secrets put back: those that were, and the placeholders that nobody gave out."""

    text: str
    secrets: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Redactor:
    """The secrets of one task. The same one has the same placeholder wherever it is found. Safe for threads.

    Args:
        known: kind and value of secrets whatever they look like; asked for when the first text comes.
        allow: texts that look like secrets and are none.
        deny: globs of files that are never read, besides the usual ones.

    Attributes:
        cleaned: files that were redacted where they lie.
    """

    def __init__(
        self,
        known: Callable[[], Iterable[tuple[str, str]]] = tuple,
        *,
        allow: tuple[str, ...] = (),
        deny: tuple[str, ...] = (),
    ) -> None:
        self._known = known
        self._allow = frozenset(allow)
        self._denied = Denied(deny)
        self._lock = threading.RLock()
        self._placeholders: dict[str, str] = {}
        self._secrets: dict[str, str] = {}
        self._everywhere: dict[str, str] = {}
        self._fragments: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        self._asked = False
        self._own: tuple[tuple[str, str], ...] = ()
        self.cleaned: set[str] = set()

    def denied(self, *names: str) -> str:
        """Why a file of any of these names is never read for a model; "" if it may be."""
        return next(filter(None, map(self._denied.reason, names)), "")

    def source(self, text: str) -> str:
        """A text from a file or a log: without its secrets, and what is written like a placeholder in it is replaced by
        one, so that it cannot be taken for one of ours."""
        with self._lock:
            if "<<secret:" in text:
                text = PLACEHOLDER.sub(lambda match: self._placeholder("literal", match[0]), text)
            return self._redacted(text)

    def text(self, text: str) -> str:
        """Any text on its way out. Placeholders in it stay as they are."""
        if len(text) < 8:
            return text
        with self._lock:
            return self._redacted(text)

    def value(self, value: T) -> T:
        """A value with all texts in it redacted; itself when there is nothing to redact."""
        return mapped(value, self.text)

    def data(self, data: bytes) -> bytes:
        """A file's content; what is no text stays as it is."""
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        if encoding == "utf-8" and b"\0" in data[:8_000]:
            return data
        try:
            before = data.decode(encoding, "surrogateescape")
            after = self.source(before)
            if after == before:
                return data
            if encoding == "utf-16":
                return data[:2] + after.encode("utf-16-le" if data[0] == 0xFF else "utf-16-be", "surrogatepass")
            return after.encode(encoding, "surrogateescape")
        except UnicodeError:
            return data

    def output(self, data: bytes) -> bytes:
        """What a command printed. Unlike a file it may hold anything anywhere: a NUL, or what looks like the mark of
        another encoding, hides nothing of the rest. Secrets in UTF-16 are found too, wherever it begins and ends."""
        with self._lock:
            clean = self.source(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
            if b"\0" in clean:
                self._redacted(clean.replace(b"\0", b"").decode("utf-8", "surrogateescape"))
                for secret, placeholder in self._placeholders.items():
                    for encoding in ("utf-16-le", "utf-16-be"):
                        wide = secret.encode(encoding, "surrogatepass")
                        clean = clean.replace(wide, placeholder.encode(encoding))
            return clean

    def learn(self, data: bytes | None) -> None:
        """Know the secrets of a file, so that a part of it that is shown alone has none of them."""
        if data is not None:
            self.data(data)

    def restored(self, text: str) -> Restored:
        """A text from a model with the secrets put back for the placeholders that it quotes."""
        if "<<secret:" not in text:
            return Restored(text)
        back: list[str] = []
        unknown: list[str] = []

        def put_back(match: re.Match[str]) -> str:
            secret = self._secrets.get(match[0])
            if secret is None:
                unknown.append(match[0])
                return match[0]
            if match[1] != "literal":
                back.append(secret)
            return secret

        with self._lock:
            whole = PLACEHOLDER.sub(put_back, text)
        return Restored(whole, tuple(dict.fromkeys(back)), tuple(dict.fromkeys(unknown)))

    def name(self, secret: str) -> str:
        """What stands for a secret that was put back."""
        return self._placeholders.get(secret, "a secret")

    def _redacted(self, text: str) -> str:
        if self._spotless(text):
            return text
        seen = self._seen.get(text)
        if seen is not None:
            return seen
        found = self._by_form(text)
        found = self._by_value(found)
        if len(text) <= _REMEMBERED:
            if len(self._seen) > _REMEMBERED:
                self._seen.clear()
            self._seen[text] = found
        return found

    def _spotless(self, text: str) -> bool:
        """Whether a look without a rule shows that nothing is in it; as long as all texts are so, no rule is loaded."""
        if not self._asked:
            self._asked = True
            self._own = tuple(pair for pair in self._known() if pair[1] not in self._allow)
        if not self._everywhere and _plain(text) and not any(value in text for _, value in self._own):
            return True
        for kind, value in self._own:
            self._spread(kind, value)
        self._own = ()
        return False

    def _by_form(self, text: str) -> str:
        from prunella.secrets.scan import scan
        from prunella.secrets.strength import is_strong

        parts: list[str] = []
        reached = 0
        unnamed = PLACEHOLDER.sub(lambda match: " " * len(match[0]), text) if "<<secret:" in text else text
        for start, end, kind in scan(unnamed):
            secret = text[start:end]
            if secret in self._allow or secret != unnamed[start:end]:
                continue
            new = secret not in self._placeholders
            parts += [text[reached:start], self._placeholder(kind, secret)]
            reached = end
            if new and is_strong(secret):
                self._spread(kind, secret)
        return "".join([*parts, text[reached:]]) if parts else text

    def _by_value(self, text: str) -> str:
        """What is known to be a secret from elsewhere, also where nothing but its value tells it."""
        for value, kind in self._everywhere.items():
            if value in text:
                text = text.replace(value, self._placeholder(kind, value))
        for fragment, secret in self._fragments.items():
            if fragment in text:
                text = self._without(fragment, secret, text)
        return text

    def _without(self, fragment: str, secret: str, text: str) -> str:
        """Without a secret's beginning or end, as much of it as is there."""
        at = text.find(fragment)
        while at >= 0:
            start, end = at, at + len(fragment)
            if secret.startswith(fragment):
                while end < len(text) and end - start < len(secret) and text[end] == secret[end - start]:
                    end += 1
            else:
                while start and end - start < len(secret) and text[start - 1] == secret[-(end - start) - 1]:
                    start -= 1
            placeholder = self._placeholder("part-of-secret", text[start:end])
            text = text[:start] + placeholder + text[end:]
            at = text.find(fragment, start + len(placeholder))
        return text

    def _placeholder(self, kind: str, secret: str) -> str:
        known = self._placeholders.get(secret)
        if known is None:
            name = re.sub("[^a-z0-9-]+", "-", kind.lower())[:60] or "secret"
            known = f"<<secret:{name}:{len(self._placeholders) + 1}>>"
            self._placeholders[secret] = known
            self._secrets[known] = secret
        return known

    def _spread(self, kind: str, secret: str) -> None:
        """From now on it is found wherever it stands, as it is and encoded; the longest first."""
        from prunella.secrets.known import encoded

        self._seen.clear()
        forms = [] if kind == "private-key" else encoded(secret)
        self._everywhere[secret] = kind
        for form in forms:
            self._everywhere.setdefault(form, f"{kind}-encoded")
        self._everywhere = dict(sorted(self._everywhere.items(), key=lambda item: -len(item[0])))
        if len(secret) >= FRAGMENT + 8:
            self._fragments[secret[:FRAGMENT]] = secret
            self._fragments[secret[-FRAGMENT:]] = secret


_TELLING = (
    *("passw", "passph", "_pass", "sshpass", "pass:", "pass=", "pass :", "pass =", "pass'", 'pass"', "phpsess", "pwd"),
    *(
        "secret",
        "token",
        "key",
        "credential",
        "auth",
        "cookie",
        "session",
        "bearer",
        "sig=",
        "curl",
        "mysql",
        "connect",
    ),
    *("mnemonic", "phrase", "identified", "redis-cli", "://", "private", "discord", "docker", "hf_", "%"),
)
"""One of these is in every text that a rule without a long token finds something in."""


def _plain(text: str) -> bool:
    """Whether there can be no secret in it, seen without a rule: short texts without a long mixed word are most of what
    green checks say, and then no rule is loaded."""
    if len(text) > 2_000:
        return False
    lowered = text.lower()
    if any(word in lowered for word in _TELLING):
        return False
    return not any(_mixed(part) for word in text.split() if len(word) >= 16 for part in word.split("/"))


def _mixed(word: str) -> bool:
    return len(word) >= 16 and not word.isalpha() and any(map(str.isdigit, word))
