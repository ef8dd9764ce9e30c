"""`prunella show ID`: one task's whole story, from the record."""

from __future__ import annotations

from pathlib import Path

from prunella.errors import StoreError
from prunella.report import events_json
from prunella.report.dossier import dossier
from prunella.report.story import AttemptStory, CallStory, Story
from prunella.secrets.redact import PLACEHOLDER
from prunella.store import queries
from prunella.store.dossier import CallRecord, TaskRecord
from prunella.workspace.patches import kept


def run_show(database: Path, task_id: str, as_json: bool, *, colour: bool = False) -> str:
    """The text for stdout. ``task_id`` may be the beginning of an id.

    Raises:
        StoreError: no such task, or more than one, or the record cannot be read.
    """
    story = story_of(queries.dossier(database, task_id))
    return events_json.text(events_json.document(story)) if as_json else dossier(story, colour=colour)


def run_diff(database: Path, task_id: str) -> str:
    """The fix that made the checks pass, as a patch for ``git apply``.

    It is exact: bytes of a file that are no UTF-8 are surrogates in it, so write it with ``surrogateescape``.

    Raises:
        StoreError: as ``run_show``, and when nothing made the checks pass.
    """
    story = story_of(queries.dossier(database, task_id))
    healed = story.healed_by
    if healed is None:
        raise StoreError(
            f"Task {story.task.id} has no fix that made the checks pass.",
            remedy=f"`prunella show {story.task.id}` shows what was tried, diffs included.",
        )
    patch = healed.attempt.fix.diff
    if PLACEHOLDER.search(patch):
        patch = kept(story.task.root, story.task.id) or ""
        if not patch:
            raise StoreError(
                f"The fix of {story.task.id} holds a secret, and the exact patch is no longer in {story.task.root}.",
                remedy=f"`prunella show {story.task.id}` shows it with placeholders: make the change by hand.",
            )
    return patch if not patch or patch.endswith("\n") else f"{patch}\n"


def story_of(record: TaskRecord) -> Story:
    """The record's task as the reports tell it."""
    return Story(
        task=record.task,
        repository=record.repository,
        status=record.status,
        reason=record.reason,
        remedy=record.remedy,
        proven=record.proven,
        commit=record.commit,
        duration_s=record.duration_s,
        verifications=record.verifications,
        attempts=tuple(AttemptStory(told.attempt, told.files, told.answered) for told in record.attempts),
        calls=tuple(_call(call) for call in record.calls),
        untested=record.untested,
    )


def _call(call: CallRecord) -> CallStory:
    return CallStory(
        attempt=call.attempt,
        provider=call.provider,
        model=call.model,
        at=call.opened_at,
        usage=call.usage,
        counted_usd=call.counted_usd,
        error=call.error,
        request_id=call.request_id,
        closed=call.closed,
    )
