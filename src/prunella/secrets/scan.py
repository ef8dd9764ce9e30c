"""Finds what in a text is a secret. Pure: the same text gives the same spans."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from prunella.secrets.names import named
from prunella.secrets.rules import Rule, Scope, compiled, rules
from prunella.secrets.strength import entropy, is_drawn

LEAST = 6
"""Characters of a secret at least: what is shorter protects nothing and is found everywhere."""

SHORTEST_TOKEN = 16
BEFORE = 120
"""Characters before a token in which its owner is named."""

_BETWEEN = str.maketrans(dict.fromkeys("\"'`,;()[]{}<>|&*!?$#\\^", " "))
_HAS_DIGITS = re.compile("[0-9].*[0-9]")

_KEY_BLOCK = re.compile(
    r"(?s)-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----(.*?)"
    r"(?:-----END[ A-Z0-9_-]{0,60}KEY(?: BLOCK)?-----|\Z)"
)
_KEY_END = re.compile(
    # What is taken is not given back: digits fit both parts of a line, and a few lines of them would take for ever.
    r"\A((?:[ \t\d|+-]{0,40}+[A-Za-z0-9+/=]{16,}+[ \t]*+\r?\n)++)[ \t\d|+-]{0,40}-----END[ A-Z0-9_-]{0,60}PRIVATE KEY"
)
_ENCODED_KEY = re.compile(
    r"(?:LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJ|BFQyBQUkl|BEU0EgUFJJ|BPUEVOU1NI|BFTkNSWVBURUQg)|"
    r"eyJ0eXBlIjogInNlcnZpY2V|eyJ0eXBlIjoic2VydmljZ|ewogICJ0eXBlIjogInNlcnZpY2V|ewogICAgInR5cGUiOiAic2VydmljZ|"
    r"ewoJInR5cGUiOiAic2VydmljZ|ew0KICAidHlwZSI6ICJzZXJ2aWNl)[A-Za-z0-9+/=_-]*"
    r"(?:[ \t\"'+,|-]{0,8}\\?\r?\n[ \t\d\"'+|>-]{0,60}[A-Za-z0-9+/_-]{24,}={0,2})*"
)
"""The beginning of a private key's frame or of a service account's JSON in base64, and the lines that go on with it."""
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{6,}")
_URL = re.compile(r"(?i)\b[a-z][a-z0-9+.-]{1,30}://([^\s/:@\"'`<>{}$]{0,80}):([^\s/@\"'`<>{}$]{1,200})@(?=[\w\[%.-])")
_WEAK = re.compile(
    r"(?i)(?:my|your|the|db|some|a)?[_-]?(?:pass(?:w(?:or)?d)?|pwd?|pw|secret|token|key|user(?:name)?|admin|root|guest|"
    r"test(?:ing)?|postgres|mysql|mongo|redis|rabbitmq|minio|example|changeme|foo|bar|baz|hunter2|x+|\*+|\.+|pass(?:word)?\d{0,3})[\d_-]{0,3}|"
    r"%[sdr]|\[.*\]|\d{1,5}"
)
_YAML_SECRET = re.compile(r"(?m)^kind:[ \t]*[\"']?Secret\b")
_YAML_VALUE = re.compile(r"(?m)^[ \t]+[\w.-]+:[ \t]*[\"']?([A-Za-z0-9+/]{12,}={0,2})[\"']?[ \t]*$")
_DOCUMENTED = re.compile(r"EXAMPLE(?:KEY)?$")
"""AWS's documentation shows keys that end so."""


class Found(NamedTuple):
    """``text[start:end]`` is a secret of this kind."""

    start: int
    end: int
    kind: str


def scan(text: str) -> list[Found]:
    """The secrets in a text, in order, without overlaps."""
    if len(text) < 8:
        return []
    lowered = _lowered(text)
    found = [Found(*span) for span in named(text, lowered)]
    found += _by_rules(text, lowered)
    if "private key" in lowered:
        found += _key_lines(text)
    if any(beginning in lowered for beginning in ("ls0tls1crudjti", "eyj0exblij", "ewog", "ewoj", "ew0k")):
        found += _encoded_key_lines(text)
    if "://" in lowered and "@" in lowered:
        found += (Found(m.start(2), m.end(2), "url-password") for m in _URL.finditer(text) if _is_password(m[1], m[2]))
    if "kind: secret" in lowered and _YAML_SECRET.search(text):
        found += (Found(m.start(1), m.end(1), "kubernetes-secret") for m in _YAML_VALUE.finditer(text))
    return _apart(found)


def _lowered(text: str) -> str:
    """In lower case, with every character where it was."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _by_rules(text: str, lowered: str) -> Iterator[Found]:
    """Every rule whose needle is where it must be. Most texts have no long words that could be tokens, and are done."""
    words = {word for word in lowered.translate(_BETWEEN).split() if len(word) >= SHORTEST_TOKEN}
    yield from _matches(_wanted(Scope.WORD, " ".join(words)), text)
    yield from _matches(_wanted(Scope.TEXT, lowered), text)
    drawn = [word for word in words if not word.isalpha() and _HAS_DIGITS.search(word) and is_drawn(word)]
    windows = _apart([window for word in drawn for window in _around(word, lowered)])
    for start, end, _ in windows:
        yield from _matches(_wanted(Scope.NEAR, lowered[start:end]), text, start, end)


def _wanted(scope: Scope, where: str) -> Iterable[Rule]:
    return {rule: None for needle, those in rules(scope).items() if needle in where for rule in those}


def _around(word: str, lowered: str) -> Iterator[Found]:
    at = lowered.find(word)
    while at >= 0:
        yield Found(max(0, at - BEFORE), min(len(lowered), at + len(word) + 2), "")
        at = lowered.find(word, at + len(word))


def _matches(wanted: Iterable[Rule], text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Found]:
    for rule in wanted:
        for match in compiled(rule.expression).finditer(text, start, end):
            group = next((number for number in range(1, len(match.groups()) + 1) if match[number]), 0)
            secret = match[group]
            if len(secret) >= LEAST and entropy(secret) >= rule.entropy and not _DOCUMENTED.search(secret):
                yield Found(match.start(group), match.end(group), rule.kind)


def _key_lines(text: str) -> Iterator[Found]:
    """The lines of private keys, each for itself, so that every line stays where it is and can be quoted alone."""
    spans = [(match.start(1), match.end(1)) for match in _KEY_BLOCK.finditer(text)]
    end = _KEY_END.search(text)
    spans += [(end.start(1), end.end(1))] if end else []
    for start, stop in spans:
        body = text[start : min(stop, start + 20_000)].replace("\\n", "  ").replace("\\r", "  ")
        if len(re.sub(r"[^A-Za-z0-9+/=]", "", body)) < 40:
            continue  # a template or a test of the header
        for line in _KEY_LINE.finditer(body):
            if not re.fullmatch(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)*", line[0]):
                yield Found(start + line.start(), start + line.end(), "private-key")


def _encoded_key_lines(text: str) -> Iterator[Found]:
    """The same for keys that are in base64 as a whole."""
    for match in _ENCODED_KEY.finditer(text):
        for line in re.finditer("[A-Za-z0-9+/=_-]{16,}", match[0]):
            yield Found(match.start() + line.start(), match.start() + line.end(), "private-key")


def _is_password(user: str, password: str) -> bool:
    return len(password) >= 4 and password != user and not _WEAK.fullmatch(password)


def _apart(found: list[Found]) -> list[Found]:
    """Of those that overlap, the one that begins first; of these, the longest; of these, the first that was found."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif one.end > kept[-1].end:
            kept[-1] = Found(kept[-1].start, one.end, kept[-1].kind)
    return kept
