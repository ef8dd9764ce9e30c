"""What a rung is told: the opening of a conversation, and the next turn of one that goes on."""

from __future__ import annotations

from collections.abc import Sequence

from prunella.context.build import Sight, build
from prunella.context.errors import listing
from prunella.conversation import Prompt, Reply
from prunella.domain import CheckResult, Diagnostic, Ending, Rung, Task, Verification
from prunella.outcome import Attempt, Progress
from prunella.ports import Candidate, Mended
from prunella.prompts.render import render
from prunella.untrusted import fenced, inline

DIGEST_DIFF = 3_000
DIGEST_ERRORS = 800
CANDIDATES = 3_000
MORE = 12
NOTHING = Mended()


def opening(
    task: Task, verification: Verification, attempts: Sequence[Attempt], sight: Sight, mended: Mended = NOTHING
) -> Prompt:
    """The prompt of a fresh conversation. With attempts behind it, it is a second opinion: it says who tried, what they
    changed and why each failed, and not what they thought. ``mended`` is what rung 0 did, and did not dare to do."""
    context = build(verification, sight, task.context_tokens)
    failed = _failed(verification)
    text = render(
        "first",
        check=inline(failed.check.name),
        command=inline(failed.check.command),
        ending=_ending(failed),
        errors=fenced(context.errors),
        code=_code(context.code),
    )
    text += _toolchain(mended)
    if attempts:
        text = _second_opinion(attempts) + text
    stable = render("stable", tree=fenced(context.tree), guidance=_guidance(context.instructions))
    return Prompt(render("system"), stable, text)


def _guidance(instructions: str) -> str:
    """What the repository asks of those who work in it; it is its word, not ours."""
    said = "What the repository asks of those who change its code, as far as it does not go against the above:"
    return f"{said}\n{fenced(instructions)}\n" if instructions else ""


def _toolchain(mended: Mended) -> str:
    """What compilers and git suggest: a hint, as untrusted as the rest of the repository's output."""
    said = ""
    if mended.steps:
        steps = "\n".join(mended.steps)
        said += f"\nAlready done, on the compiler's word, and still in place:\n{fenced(steps)}\n"
    if mended.more:
        seen = "\n".join(_seen(error) for error in mended.more[:MORE])
        said += f"\nThe compiler itself also sees, though the check does not print it:\n{fenced(seen)}\n"
    if mended.candidates:
        found = "\n".join(_candidate(candidate) for candidate in mended.candidates)
        if len(found) > CANDIDATES:
            found = found[:CANDIDATES] + "\n… (cut)"
        said += f"\nSuggested by compilers and the last commits, unproven, maybe wrong:\n{fenced(found)}\n"
    return said


def _seen(error: Diagnostic) -> str:
    return f"{error.file}:{error.line}: {error.code} {error.message[:300]}"


def _candidate(candidate: Candidate) -> str:
    place = f"{candidate.path}:{candidate.line}" if candidate.line else candidate.path
    return f"{place}: {candidate.text}" + (f"\n{candidate.diff}" if candidate.diff else "")


def going_on(task: Task, verification: Verification, last: Attempt, sight: Sight) -> str:
    """The next thing said in a conversation whose last fix failed; ``verification`` is that of the state held now."""
    failed = _failed(verification)
    held = last.progress is Progress.BETTER
    context = build(verification, sight, task.context_tokens) if held else None
    errors = context.errors if context else listing(failed, verification.error_class)
    return render(
        "again",
        result=_result(last),
        check=inline(failed.check.name),
        command=inline(failed.check.command),
        ending=_ending(failed),
        errors=fenced(errors),
        code=_code(context.code) if context else "",
    )


def unapplied(last: Attempt) -> tuple[Reply, ...]:
    """Replies to the calls of a conversation's last answer that were never carried out; () when they were."""
    if last.conversation is None or last.after is not None:
        return ()
    return tuple(Reply(call, ok=False, text="not applied, see below") for call in last.conversation.pending)


def _result(last: Attempt) -> str:
    if last.after is None:
        return f"Nothing of your last answer was applied, for this reason:\n{fenced(last.rejection)}"
    if last.progress is Progress.BETTER:
        return "Your edits were applied and are kept: they brought the checks further, but not to the end."
    then = fenced(_errors_of(last.after, DIGEST_ERRORS * 2))
    return (
        "Your edits were applied, the checks still failed, and the edits were undone: all files are as they were "
        f"before them. With your edits the checks said:\n{then}\nWithout them:"
    )


def _second_opinion(attempts: Sequence[Attempt]) -> str:
    names = dict.fromkeys(f"{attempt.rung.display} ({attempt.rung.model})" for attempt in attempts)
    times = {1: "once", 2: "twice"}.get(len(attempts), f"{len(attempts)} times")
    held = [attempt.number for attempt in attempts if attempt.progress is Progress.BETTER]
    state = (
        f"The edits of attempt {', '.join(map(str, held))} are still in place, because they brought the checks further."
        if held
        else "All of these edits have been undone."
    )
    digest = "\n\n".join(_digest(attempt) for attempt in attempts)
    return render("second_opinion", who=inline(" and ".join(names)), times=times, digest=fenced(digest), state=state)


def _digest(attempt: Attempt) -> str:
    diff = attempt.fix.diff
    shown = diff if len(diff) <= DIGEST_DIFF else diff[:DIGEST_DIFF] + "\n… (cut)"
    why = attempt.rejection or (_errors_of(attempt.after, DIGEST_ERRORS) if attempt.after else "no result")
    return f"Attempt {attempt.number}, {attempt.rung.display}:\n{shown or '(no edits)'}\nIt failed: {why}"


def _errors_of(verification: Verification, budget: int) -> str:
    failed = _failed(verification)
    errors = listing(failed, verification.error_class, budget)
    if errors.strip() and failed.result.ending is Ending.EXITED:
        return errors
    return f"{verification.summary}\n{errors}".strip()  # a check that was ended says little by itself


def _failed(verification: Verification) -> CheckResult:
    failed = verification.failed
    if failed is None:
        raise ValueError("a passed verification needs no repair")
    return failed


def _ending(failed: CheckResult) -> str:
    if failed.result.ending is Ending.TIMED_OUT:
        return f" (it was ended after {failed.check.timeout_s:.0f} s)"
    if failed.result.ending is Ending.OUTPUT_LIMIT:
        return " (it was ended because it printed without end)"
    if failed.result.ending.value.endswith("_limit"):
        return f" (it was ended at its {failed.result.ending.value.replace('_', ' ')})"
    return f" (exit code {failed.result.exit_code})"


def _code(code: str) -> str:
    return f"The code:\n{fenced(code)}\n" if code else ""


def continues(rung: Rung, last: Attempt | None) -> bool:
    """Whether this rung can go on with the last attempt's conversation: same API, same model, and one exists."""
    return (
        last is not None
        and last.conversation is not None
        and last.rung.provider == rung.provider
        and last.rung.model == rung.model
        and last.rung.base_url == rung.base_url
        and last.rung.edit_form == rung.edit_form
    )
