"""Where a green fix goes: one commit of the fix alone, or the working tree when such a commit would not be proven."""

from __future__ import annotations

import re
from collections.abc import Callable

from prunella.changes import Fix
from prunella.domain import Task, Verification
from prunella.kit import Kit
from prunella.outcome import Attempt, Commit
from prunella.untrusted import visible

SUBJECT_LENGTH = 72


def land(
    task: Task, attempt: Attempt, total: int, kit: Kit, verify: Callable[[], Verification], untested: str = ""
) -> Commit:
    """Commit the attempt's fix. When the user has uncommitted work, what was verified is not what a commit of the fix
    alone would hold: then that is verified too, and committed only if it passes. ``untested``: see ``Outcome``."""
    fix = attempt.fix
    if not task.commit:
        return Commit(note="The fix is in the working tree, not committed, as asked.")
    state = kit.workspace.commit_state(fix)
    if state == "unproven":
        with kit.workspace.as_committed(fix):
            proof = verify()
        if not proof.passed:
            return Commit(
                note="The fix is in the working tree, not committed: without your own uncommitted changes the checks "
                f"still fail ({proof.summary}), so it belongs into the same commit as they do."
            )
    elif state != "clean":
        return Commit(note=f"The fix is in the working tree, not committed: {state}")
    said = kit.redactor.text(message(task, attempt, total, untested))
    return kit.step("commit", kit.workspace.commit, fix, said, task.branch)


def message(task: Task, attempt: Attempt, total: int, untested: str = "") -> str:
    """The commit's message: what broke as the subject, the files, and trailers: who fixed it, what is proven."""
    summary = _harmless(attempt.before.summary)
    subject = f"Make it build: {summary}" if untested else f"Fix {summary}"
    if len(subject) > SUBJECT_LENGTH:
        subject = subject[: SUBJECT_LENGTH - 1].rstrip() + "…"
    failed = attempt.before.failed
    checks = ", ".join(attempt.after.proven) if attempt.after else ""
    body = f'The check "{_harmless(failed.check.name)}" failed:\n\n    {summary}\n\n' if failed else ""
    trailers = {
        "Prunella-Task": task.id,
        "Prunella-Attempt": f"{attempt.number}/{total}" if attempt.number else "",
        "Prunella-Provider": attempt.rung.provider,
        "Prunella-Model": attempt.rung.model,
        "Prunella-Checks": checks,
        "Prunella-Untested": _harmless(untested),
    }
    lines = "\n".join(f"{name}: {_one_line(value)}" for name, value in trailers.items() if value)
    return f"{subject}\n\n{body}{_files(fix=attempt.fix)}\n{_steps(attempt)}\n{lines}\n"


def _steps(attempt: Attempt) -> str:
    """What rung 0 did, which is known exactly; a model's own words are no part of a commit."""
    if attempt.number:
        return ""
    steps = [_harmless(step) for step in attempt.text.splitlines()]
    more = [f"and {len(steps) - 10} more"] if len(steps) > 10 else []
    return "\n" + "".join(f"- {step}\n" for step in [*steps[:10], *more])


def _files(fix: Fix) -> str:
    paths = [_harmless(path) for path in fix.paths]
    return "Changed by the fix: " + ", ".join(paths[:10]) + (f" and {len(paths) - 10} more" if len(paths) > 10 else "")


def _harmless(text: str) -> str:
    """A log's or a repository's words without what forges and CI act upon ("[skip ci]", "closes #12", "@team", links)
    and without characters that hide or turn text round. It is meant for people: a look-alike of a sign will do."""
    return _ACTED_UPON.sub(lambda sign: _ALIKE.get(sign[0], f"{sign[0]} "), _one_line(text))


_ACTED_UPON = re.compile(r"#(?=\w)|@(?=\w)|[\[\]]|\bGH-(?=\d)|://(?=\S)", re.IGNORECASE)
_ALIKE = {"[": "(", "]": ")"}


def _one_line(text: str) -> str:
    """Nothing in a value can start a line of its own, and with it a trailer of its own."""
    return visible(" ".join(text.split()))
