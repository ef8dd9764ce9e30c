"""A task's whole story as a person reads it: plain text that is also Markdown."""

from __future__ import annotations

import time

from prunella.domain import Diagnostic, Severity, Verification
from prunella.outcome import Status
from prunella.report import words
from prunella.report.paint import Paint, diff, painter
from prunella.report.story import AttemptStory, CallStory, Story, why_not
from prunella.report.words import block, count, dollars, harmless, in_markdown, money, seconds, tokens

DIFF_LINES = 400
TAIL_LINES = 20
TEXT_LINES = 30
MOST_ERRORS = 10


def dossier(story: Story, *, colour: bool = False) -> str:
    """Per attempt: model, errors before and after, diff, the guard's verdict, requests, cost, why it failed; then the
    outcome and the next step."""
    paint = painter(colour=colour)
    sections = [_head(story, paint), _broke(story, paint)]
    sections += [_attempt(told, story, paint) for told in story.attempts]
    sections += [_lost_calls(story, paint), _end(story, paint)]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def one_line(text: str, length: int = words.LINE_LENGTH) -> str:
    """See ``words.one_line``; and it does nothing to those who read it as Markdown."""
    return in_markdown(words.one_line(text, length))


def moment(unix_time: float) -> str:
    """Local time, to the second."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(unix_time))


def _head(story: Story, paint: Paint) -> list[str]:
    task = story.task
    status = story.status.value.replace("_", " ") if story.status else "not ended (it runs now, or was killed)"
    checks = "; ".join(f"{one_line(check.name, 80)} = `{one_line(check.command)}`" for check in task.checks)
    budget = "none" if task.budget_usd is None else dollars(task.budget_usd)
    return [
        paint("bold", f"# Task {one_line(task.id)}: {status}"),
        "",
        f"- repository: {one_line(story.repository)}",
        f"- started: {moment(task.created_at)}",
        f"- checks: {checks}",
        f"- budget: {budget}",
    ]


def _broke(story: Story, paint: Paint) -> list[str]:
    baseline = story.baseline
    if baseline is None:
        return []
    if baseline.passed:
        return [paint("bold", "## Before"), "", "All checks passed."]
    return [paint("bold", "## What broke"), "", *_errors(baseline)]


def _attempt(told: AttemptStory, story: Story, paint: Paint) -> list[str]:
    attempt, rung = told.attempt, told.attempt.rung
    result = "healed" if attempt.healed else "failed" if told.answered else "no answer"
    title = f"## Attempt {attempt.number}: {one_line(rung.display, 80)}, {result}"
    rows = [
        f"- asked: {one_line(rung.provider, 80)}, model {one_line(rung.model, 120)}, rung {one_line(rung.name, 80)}"
    ]
    if attempt.stand_in_for:
        rows.append(f"- stood in for {one_line(attempt.stand_in_for, 80)}, which gave no answer")
    rows += [f"- fault: {one_line(fault, 600)}" for fault in attempt.faults]
    if attempt.spent.requests:
        rows.append(
            f"- {count(attempt.spent.requests, 'request')}, {tokens(attempt.spent)}, cost {money(attempt.spent)}"
        )
    checks = f", of it {seconds(attempt.after.duration_s)} in the checks" if attempt.after else ""
    rows.append(f"- took {seconds(attempt.duration_s)}{checks}")
    rows += _guard(told)
    if why_not(told):
        rows.append(f"- why it failed: {one_line(why_not(told), 600)}")
    return [
        paint("bold", title),
        "",
        *rows,
        *_before(told, story),
        *_fix(told, paint),
        *_said(told),
        *_after(told),
    ]


def _guard(told: AttemptStory) -> list[str]:
    verdict = told.attempt.verdict
    if not verdict.findings:
        return ["- guard: nothing found"] if told.attempt.fix.diff else []
    return [f"- guard: {verdict.judgement.value}"] + [
        f"    - {finding.judgement.value}, {one_line(finding.rule, 80)}: {_place(finding.path, finding.line)}"
        f" {one_line(finding.reason, 600)}"
        for finding in verdict.findings
    ]


def _before(told: AttemptStory, story: Story) -> list[str]:
    """The errors it set out from, where they are not those at the top of the story."""
    before = told.attempt.before
    if story.baseline is not None and before.number == story.baseline.number:
        return []
    return ["", "It set out from the best state so far:", "", *_errors(before)]


def _fix(told: AttemptStory, paint: Paint) -> list[str]:
    if not told.attempt.fix.diff:
        return []
    files = ", ".join(one_line(path, 200) for path in told.files)
    return [
        "",
        f"The fix, against the task's start ({files}):",
        "",
        *_indented(diff(told.attempt.fix.diff, DIFF_LINES, paint)),
    ]


def _said(told: AttemptStory) -> list[str]:
    text = told.attempt.text.strip()
    return ["", "What the model said (not checked):", "", *_indented(block(text, TEXT_LINES))] if text else []


def _after(told: AttemptStory) -> list[str]:
    after = told.attempt.after
    if after is None:
        return []
    if after.passed:
        return ["", f"After it, all checks passed: {', '.join(one_line(name, 80) for name in after.proven)}."]
    return ["", "After it:", "", *_errors(after)]


def _errors(verification: Verification) -> list[str]:
    """The failed check and its errors; without any, the end of its output."""
    failed = verification.failed
    if failed is None:
        return [one_line(verification.summary) or "Nothing is known of this verification."]
    run = failed.result
    ending = "" if run.ending.value == "exited" else f" ({run.ending.value.replace('_', ' ')})"
    check = f"Check {one_line(failed.check.name, 80)} (`{one_line(failed.check.command)}`)"
    output = f"; output: {one_line(run.log_path)}" if run.log_path else ""
    said = [f"{check} ended with {run.exit_code}{ending} after {seconds(run.duration_s)}{output}"]
    errors = [found for found in failed.diagnostics if found.severity is Severity.ERROR]
    said += [f"- {_diagnostic(found)}" for found in errors[:MOST_ERRORS]]
    if len(errors) > MOST_ERRORS:
        said.append(f"- ... {count(len(errors) - MOST_ERRORS, 'more error')}")
    if not errors and failed.tail.strip():
        said += ["", *_indented(block("\n".join(failed.tail.rstrip().split("\n")[-TAIL_LINES:]), TAIL_LINES))]
    return said


def _diagnostic(found: Diagnostic) -> str:
    code = f"{one_line(found.code, 60)} " if found.code else ""
    place = _place(found.file, found.line, found.column)
    return f"{place}{' ' if place else ''}{code}{one_line(found.message)}"


def _place(path: str, line: int, column: int = 0) -> str:
    if not path:
        return ""
    return one_line(path, 200) + (f":{line}" if line else "") + (f":{column}" if line and column else "")


def _lost_calls(story: Story, paint: Paint) -> list[str]:
    """Requests that failed or whose end is not known: what the attempts' figures do not show."""
    lost = [call for call in story.calls if call.error or call.usage is None]
    if not lost:
        return []
    return [paint("bold", "## Requests without an answer"), "", *(_call(call) for call in lost)]


def _call(call: CallStory) -> str:
    if call.error:
        why = one_line(call.error)
    else:
        why = "the answer broke off" if call.closed else "Prunella ended before the answer came"
    cost = "cost unknown" if call.counted_usd is None else f"counted as {dollars(call.counted_usd)}"
    request = f" [request {one_line(call.request_id, 120)}]" if call.request_id else ""
    return f"- {moment(call.at)}, attempt {call.attempt}, {one_line(call.model, 120)}: {why}; {cost}{request}"


def _end(story: Story, paint: Paint) -> list[str]:
    said = [paint("bold", "## Outcome"), ""]
    if story.reason:
        said.append(f"- {one_line(story.reason, 600)}")
    if story.proven:
        all_of_them = story.status in {Status.HEALTHY, Status.HEALED, Status.SUSPICIOUS}
        names = ", ".join(one_line(name, 80) for name in story.proven)
        said.append(f"- checks that passed: {names}" + ("" if all_of_them else " (not all)"))
    if story.untested:
        said.append(f"- not proven to work: {one_line(story.untested, 300)}")
    if story.commit.id:
        branch = f" on {one_line(story.commit.branch, 200)}" if story.commit.branch else ""
        said.append(f"- commit: {harmless(story.commit.id)}{branch}")
    if story.commit.note:
        said.append(f"- {one_line(story.commit.note, 600)}")
    said.append(f"- time: {seconds(story.duration_s)}, of it {seconds(story.checks_s)} in the checks")
    spent = story.spent
    said.append(
        f"- cost: {money(spent, cut_short=story.cut_short)}, {count(spent.requests, 'request')}, {tokens(spent)}"
    )
    if story.remedy:
        said.append(f"- next: {one_line(story.remedy, 600)}")
    if story.status is None:
        said.append("- next: if it does not run any more, `prunella heal` starts afresh; the files are restored first.")
    return said


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}".rstrip() for line in lines]
