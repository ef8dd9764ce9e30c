"""Whether a text that stands where a secret may stand is one, judged by the text alone."""

from __future__ import annotations

import re
from collections import Counter
from math import log2

_STAND_INS = re.compile(
    r"(?i)x{4,}|\*{3,}|\.{3}|…|change_?me|replace_?me|your[_-]|my[_-]?(?:secret|token|password|api|key)|example|dummy|"
    r"placeholder|sample|redacted|lorem|abcdefg|qwerty|not[_-]a[_-]|deadbeef|00000000|process\.env|import\.meta"
)
"""What people write where a secret would stand."""

_WORDS_OF_STAND_INS = re.compile(
    r"(?i)(?<![a-z])(?:foo|bar|baz|test(?:ing)?|mock|fake|todo|none|null|undefined|invalid|default|insert)(?![a-z])|"
    r"12345678|password|passwd|secret|token"
)
"""What makes a stand-in of a text that is not drawn by lot."""

_REFERENCE = re.compile(
    r"[$%@]\{?\{?[A-Za-z_(]|\{\{|<[A-Za-z_ -]+>|\[[A-Za-z_]|"
    r"\b(?:env|config|settings|self|this|os|process|secrets|vault)[.\[(:]|"
    r"%\(?\w*\)?[sdr]\b|://|\(\)|\{\w*\}|^--|^/[\w./-]+$|^\.{0,2}/|\\[dwsnux]|^sha(?:1|256|384|512)[-:]|^data:|"
    r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
)
"""What stands for a value from somewhere else, a path, a pattern, a digest, an id."""

_WORDS = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])|[0-9]{1,4}|[^A-Za-z0-9]")
_LONGEST = 400


def entropy(text: str) -> float:
    """Bits per character, by Shannon's formula."""
    if not text:
        return 0.0
    size = len(text)
    return -sum(count / size * log2(count / size) for count in Counter(text).values())


def is_stand_in(text: str) -> bool:
    """Whether it is what people write instead of a secret, or a reference to one."""
    return bool(_STAND_INS.search(text) or _REFERENCE.search(text) or _WORDS_OF_STAND_INS.search(text))


def is_token(text: str) -> bool:
    """Whether it looks drawn by lot: long, mixed, and not put together from words."""
    # One in 64 that is drawn in base64 begins like a path.
    path = len(text) < 32 or text.count("/") > 3 or "." in text or "-" in text
    if not 16 <= len(text) <= _LONGEST or is_stand_in(text if path else text.lstrip("/")):
        return False
    digits = sum(character.isdigit() for character in text)
    letters = sum(character.isalpha() for character in text)
    if digits < 2 or letters < 4 or not re.fullmatch(r"[A-Za-z0-9+/=_.~:!@#%^&*|-]+", text):
        return False
    if re.fullmatch(r"[0-9a-f]{24,}|[0-9A-F]{24,}", text):
        return entropy(text) >= 3.0  # nothing but a machine writes so
    return entropy(text) >= 3.4 and is_drawn(text)


def is_password(text: str) -> bool:
    """Whether it looks like a chosen password: mixed, with digits, and no identifier."""
    if not 8 <= len(text) <= 128 or _STAND_INS.search(text) or _REFERENCE.search(text) or entropy(text) < 2.7:
        return False
    kinds = sum(bool(re.search(kind, text)) for kind in ("[a-z]", "[A-Z]", "[0-9]", r"[!#$%^&*+=?@~\\|:;,<>]"))
    if (kinds < 3 or len(text) < 10) and _WORDS_OF_STAND_INS.search(text):
        return False
    return kinds >= 2 and bool(re.search("[0-9]", text)) and bool(re.search("[A-Za-z]", text)) and is_drawn(text)


def is_strong(text: str) -> bool:
    """Whether it can be looked for anywhere without hitting ordinary words."""
    return len(text) >= 8 and entropy(text) >= 2.5 and not text.isalpha() and not text.isdigit() and is_drawn(text)


def is_drawn(text: str) -> bool:
    """Whether it is not words, numbers and signs alone: what identifiers, versions, dates and paths consist of."""
    left = len(_WORDS.sub("", text))
    pieces = len(_WORDS.findall(text))
    if left >= max(1, len(text) // 10):
        return True
    return pieces * 3.2 > len(text)
