"""JSON with comments and trailing commas, as tsconfig.json is written."""

from __future__ import annotations

import json
import re

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)


def parse(text: str) -> object:
    """The value.

    Raises:
        ValueError: it is none.
    """
    plain = _TOKEN.sub(lambda match: match[0] if match[0].startswith('"') else " ", text.removeprefix("\ufeff"))
    plain = re.sub(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])', lambda match: match[1] or " ", plain)
    try:
        return json.loads(plain)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
