"""Edits that quote placeholders: the secrets are put back, and stay where they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from prunella.changes import Delete, Edit, Rename
from prunella.edits.names import shown
from prunella.errors import EditRejected
from prunella.secrets.redact import Redactor
from prunella.secrets.values import mapped


class Quoted(NamedTuple):
    """An edit with its secrets put back, these secrets, and the placeholders in it that were never given out."""

    edit: Edit
    secrets: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def put_back(edit: Edit, redactor: Redactor) -> Quoted:
    """The edit as it applies to the real file. Paths stay as they are: no secret becomes a name."""
    if isinstance(edit, Delete | Rename):
        return Quoted(edit)
    secrets: dict[str, None] = {}
    unknown: dict[str, None] = {}

    def change(text: str) -> str:
        restored = redactor.restored(text)
        secrets.update(dict.fromkeys(restored.secrets))
        unknown.update(dict.fromkeys(restored.unknown))
        return restored.text

    real = mapped(edit, change)
    if real is edit:
        return Quoted(edit, (), tuple(unknown))
    return Quoted(real._replace(path=edit.path), tuple(secrets), tuple(unknown))


def stay(quoted: Quoted, before: Iterable[bytes | None], after: bytes | None, redactor: Redactor) -> None:
    """Check that no secret went where it was not: into another file, or into one file once more.

    Raises:
        EditRejected: one would have.
    """
    texts = [data for data in before if data is not None]
    for secret in quoted.secrets:
        written = secret.encode("utf-8", "surrogateescape")
        most = max((text.count(written) for text in texts), default=0)
        if (after or b"").count(written) > most:
            name = redactor.name(secret)
            where = "has no such text" if not most else "would have it once more than before"
            raise EditRejected(
                f"{name} stands for a secret, and {shown(quoted.edit.path)} {where}: a secret stays where it is. "
                "Read it at run time, from the environment or from where it is now."
            )
