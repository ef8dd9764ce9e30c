"""Where a checkout was cloned from, as a name that all of its clones share."""

from __future__ import annotations

import os
import re

from prunella.errors import PrunellaError
from prunella.workspace.git import Git

_SHORT = re.compile(r"(?:[^/@]+@)?([^/:@]+|\[[^\]]+\]):(?!//)(.+)", re.DOTALL)
"""``git@host:owner/name``, the form of ssh's own."""

_URL = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@]*@)*([^/]*)/(.+)", re.DOTALL | re.IGNORECASE)


def origin(root: str) -> str:
    """Host and path of the remote ``origin``, without user, password, port and protocol; "" when there is none.

    Never raises: what git cannot tell is not known.
    """
    try:
        asked = Git(root).attempt("config", "--get", "remote.origin.url")
    except (OSError, PrunellaError):
        return ""
    return name_of(os.fsdecode(asked.out).strip()) if asked.code == 0 else ""


def name_of(url: str) -> str:
    """The same name for all spellings of one address; a path as it is."""
    found = _URL.fullmatch(url) or (None if url.startswith(("/", ".")) else _SHORT.fullmatch(url))
    if not found:
        return url
    host = re.sub(r":\d*$", "", found[1]).lower()
    return f"{host}/{found[2].strip('/').removesuffix('.git')}"
