"""Names that a fix must not have: what leads out of the repository, into git's own folder, or to secrets.

Judged by the name alone and for every file system that a checkout may meet (a name is harmless here and a way into
``.git`` there); symlinks, ignored files and submodules are for the workspace to see.
"""

from __future__ import annotations

from collections.abc import Mapping

from prunella.changes import Finding, Fix, Judgement
from prunella.filenames import collision, spellings, trespass, unfit
from prunella.untrusted import visible

SHOWN = 200
SECRETS = (".npmrc", ".pypirc", ".netrc", "_netrc", ".git-credentials", ".htpasswd")
SECRET_STARTS = (".env.", "id_rsa", "id_ed25519", "id_ecdsa", "id_dsa")
SECRET_ENDS = (".pem", ".p12", ".pfx", ".keystore", ".jks")
SECRET_FOLDERS = (".ssh", ".aws", ".gnupg")
HARMLESS_ENDS = (".example", ".sample", ".template", ".dist", ".pub")


def containment(fix: Fix) -> list[Finding]:
    """A rejection for each path that must not be written."""
    findings: list[Finding] = []
    new = [change.path for change in fix.changes if change.before is None and change.after is not None]
    spelt = spellings(new)
    for change in fix.changes:
        reason = trespass(change.path) or (_unfit(change.path, spelt) if change.path in new else "")
        rule = "path" if reason else "secret"
        reason = reason or secret(change.path)
        if reason:
            findings.append(Finding(rule, _shown(change.path), 0, reason, Judgement.REJECT))
    return findings


def _unfit(path: str, spelt: Mapping[str, str]) -> str:
    """Why no new file may have this name; "" if it may. ``spelt``: those of the fix's other new files."""
    there = collision(path, spelt)
    twin = f"the fix also makes {_shown(there)}, which is the same name on some file systems" if there else ""
    return unfit(path) or twin


def secret(path: str) -> str:
    """Why a file is not for a fix to write: it is where keys are kept; "" if it is not."""
    *folders, name = path.casefold().split("/")
    if name.endswith(HARMLESS_ENDS):
        return ""
    kept = name == ".env" or name in SECRETS or name.startswith(SECRET_STARTS) or name.endswith(SECRET_ENDS)
    return "the file may hold secrets" if kept or set(folders).intersection(SECRET_FOLDERS) else ""


def _shown(path: str) -> str:
    cut = path if len(path) <= SHOWN else f"{path[:SHOWN]}…"
    return visible(cut) if cut.isprintable() else ascii(cut)
