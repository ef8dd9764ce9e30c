"""What the person who typed ``prunella heal`` reads at the end."""

from __future__ import annotations

from prunella.domain import Verification
from prunella.outcome import Outcome, Status
from prunella.report.paint import Paint, changed_lines, diff, painter
from prunella.report.story import INTERRUPTED, AttemptStory, Story, of_outcome, why_not
from prunella.report.words import count, money, one_line, seconds, tokens, wrapped

DIFF_LINES = 60
WIDTH = 100
"""Characters of a line where there is no terminal to ask."""
_INDENT = 10
"""Before the text of a row: two blanks and its label."""

_TITLES = {
    Status.HEALTHY: ("green", "✅ Healthy"),
    Status.HEALED: ("green", "✅ Healed"),
    Status.NEEDS_HUMAN: ("red", "❌ Not healed"),
    Status.PROVIDER_DOWN: ("red", "❌ Not healed"),
    Status.BUDGET_SPENT: ("red", "❌ Budget spent"),
    Status.SUSPICIOUS: ("yellow", "⚠ Fix held back"),
    Status.NOT_CODE: ("yellow", "⚠ Not a code problem"),
    Status.CANCELLED: ("yellow", "⚠ Interrupted"),
}


def summary(outcome: Outcome, *, colour: bool, width: int = WIDTH) -> str:
    """What broke, what fixed it or why nothing did, what was proven, time, cost and the next step.

    Args:
        colour: whether to use colour.
        width: characters of a line; longer ones go on below, indented. The diff is left as it is.
    """
    story, paint = of_outcome(outcome), painter(colour=colour)
    rows = [_broke(story), *_fixed(story), *_proven(story), *_landed(story), _time(story), *_cost(story)]
    said = [*_title(outcome, story, paint, width), "", *_table([row for row in rows if row[1]], paint, width)]
    if outcome.fix.diff:
        said += ["", *(f"  {line}" for line in diff(outcome.fix.diff, DIFF_LINES, paint))]
    said += ["", *_table(_next(story), paint, width)]
    return "\n".join(said).rstrip() + "\n"


def _table(rows: list[tuple[str, str]], paint: Paint, width: int) -> list[str]:
    said: list[str] = []
    room = max(width - _INDENT, 1)
    for label, text in rows:
        head, *rest = wrapped(text, room, room - 2)
        said.append(f"  {paint('bold', f'{label:<8}')}{head}")
        said += [f"{' ' * _INDENT}  {line}" for line in rest]
    return said


def _title(outcome: Outcome, story: Story, paint: Paint, width: int) -> list[str]:
    colour, title = _TITLES[outcome.status]
    healed = story.healed_by
    if outcome.status is Status.HEALED and healed:
        title = "✅ Builds again" if outcome.untested else title
        number = healed.attempt.number
        return [paint(colour, f"{title} by {_who(healed)}" + (f" on attempt {number}" if number else ", no model"))]
    if not outcome.reason or outcome.reason == INTERRUPTED:
        return [paint(colour, title)]
    head, *rest = wrapped(one_line(outcome.reason, 600), max(width - len(title) - 2, 1), max(width - 2, 1))
    return [f"{paint(colour, title)}: {head}", *(f"  {line}" for line in rest)]


def _broke(story: Story) -> tuple[str, str]:
    baseline = story.baseline
    if baseline is None or baseline.passed:
        return "broke", ""
    return "broke", _errors(baseline)


def _errors(verification: Verification) -> str:
    failed = verification.failed
    check = f"{one_line(failed.check.name, 80)}: " if failed else ""
    log = f" (output: {one_line(failed.result.log_path)})" if failed and failed.result.log_path else ""
    return f"{check}{one_line(verification.summary) or 'the check failed'}{log}"


def _fixed(story: Story) -> list[tuple[str, str]]:
    """The fix of a task that turned green; of any other, why each attempt did not."""
    healed = story.healed_by
    if healed:
        added, removed = changed_lines(healed.attempt.fix.diff)
        files = ", ".join(one_line(path, 120) for path in healed.files[:5])
        more = f" and {len(healed.files) - 5} more" if len(healed.files) > 5 else ""
        label = "changed" if story.untested else "fixed"
        return [(label, f"{files}{more} ({count(len(healed.files), 'file')}, +{added} -{removed} lines)")]
    labels = ["tried", *[""] * len(story.attempts)]
    return [
        (label, f"{told.attempt.number}. {_who(told)}: {one_line(why_not(told))}")
        for label, told in zip(labels, story.attempts, strict=False)
    ]


def _proven(story: Story) -> list[tuple[str, str]]:
    if not story.proven:
        return []
    names = ", ".join(one_line(name, 80) for name in story.proven)
    if story.status not in {Status.HEALTHY, Status.HEALED, Status.SUSPICIOUS}:
        return [("passed", f"{names} (but not all checks)")]
    verb = "passes" if len(story.proven) == 1 else "pass"
    caveat = f"; {one_line(story.untested, 300)}" if story.untested else ""
    return [("proven", f"{names} {verb}{caveat}")]


def _landed(story: Story) -> list[tuple[str, str]]:
    commit = story.commit
    if commit.id:
        branch = f" on {one_line(commit.branch, 120)}" if commit.branch else ""
        return [("commit", f"{commit.id[:12]}{branch}")]
    return [("commit", f"none: {one_line(commit.note, 600)}")] if commit.note else []


def _time(story: Story) -> tuple[str, str]:
    # An outcome does not have the verification of what the commit alone holds; `prunella show` counts it.
    whole = story.verifications and story.healed_by is None
    checks = f", of it {seconds(story.checks_s)} in the checks" if whole else ""
    return "time", f"{seconds(story.duration_s)}{checks}"


def _cost(story: Story) -> list[tuple[str, str]]:
    spent = story.spent
    asked = [told for told in story.attempts if told.attempt.spent.requests]
    if not asked and not spent.cost_usd and story.status is not Status.CANCELLED:
        return []
    figures = f", {count(spent.requests, 'request')}, {tokens(spent)}" if asked else ""
    total = ("cost", f"{money(spent, cut_short=story.cut_short)}{figures}")
    if len(asked) <= 1:
        return [total]
    return [total, *(("", f"{told.attempt.number}. {_who(told)}: {money(told.attempt.spent)}") for told in asked)]


def _next(story: Story) -> list[tuple[str, str]]:
    task_id = one_line(story.task.id)
    steps = [one_line(story.remedy, 600)] if story.remedy else []
    if story.status is Status.HEALED and story.commit.id:
        steps.append(f"`git show {story.commit.id[:12]}` shows the commit, `prunella undo {task_id}` takes it back.")
    elif story.status is Status.HEALED:
        steps.append(f"`git diff` shows the fix, `prunella undo {task_id}` takes it back.")
    elif story.status is not Status.HEALTHY and f"prunella show {task_id}" not in story.remedy:
        steps.append(f"`prunella show {task_id}` tells the whole story.")
    return list(zip(["next", *[""] * len(steps)], steps, strict=False))


def _who(told: AttemptStory) -> str:
    rung = told.attempt.rung
    name = one_line(rung.display, 80)
    return f"{name} ({one_line(rung.model, 80)})" if rung.model else name
