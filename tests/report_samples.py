"""A task as reports and the record see it: the specification's getHero break, healed on attempt 3 or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prunella.changes import FileChange, Fix
from prunella.conversation import Spent, Usage
from prunella.domain import (
    Check,
    CheckResult,
    CommandResult,
    Diagnostic,
    Ending,
    ErrorClass,
    History,
    Ladder,
    Location,
    Rung,
    Severity,
    Task,
    Verification,
)
from prunella.events import (
    Answered,
    Applying,
    Asking,
    AttemptEnded,
    AttemptStarted,
    CheckFinished,
    CheckStarted,
    Event,
    LadderExhausted,
    Reverifying,
    TaskEnded,
    TaskStarted,
)
from prunella.outcome import Attempt, Commit, Outcome, Progress, Status

TYPES = Check("types", "npx tsc --noEmit", 120.0)
BUILD = Check("build", "npm run build", 600.0, "web")
CLAUDE = Rung("claude-1", "anthropic", "claude-opus-5-5", "Claude")
CLAUDE_AGAIN = replace(CLAUDE, name="claude-2", history=History.CONTINUE)
CODEX = Rung("openai-3", "openai", "gpt-6.1-sol", "OpenAI Codex")
LADDER = Ladder((CLAUDE, CLAUDE_AGAIN, CODEX))
TASK = Task("1122-0a1b2c3d", "/home/ada/site", (TYPES, BUILD), created_at=1_770_000_000.0, budget_usd=2.0)
SUMMARY = "src/main.ts:3:20 TS2339 Property 'getHero' does not exist on type 'HeroService'."

DIFF = """\
diff --git a/src/heroService.ts b/src/heroService.ts
--- a/src/heroService.ts
+++ b/src/heroService.ts
@@ -1,3 +1,5 @@
 export class HeroService {
--- was here
+  async getHero(): Promise<Hero | null> {
+    return getData<Hero>("hero");
+  }
 }
"""
FIX = Fix((FileChange("src/heroService.ts", b"", b"x"),), DIFF)


def spent(input_tokens: int = 5_000, cost_usd: float = 0.03, *, known: bool = True) -> Spent:
    return Spent(Usage(input_tokens, 4_000, 100, 50, 300, 120), cost_usd, known, 1)


def passing(check: Check, duration_s: float = 1.0) -> CheckResult:
    return CheckResult(check, CommandResult(0, Ending.EXITED, duration_s, f"/logs/{check.name}", 10))


def failing(number: int = 0, message: str = SUMMARY) -> Verification:
    related = (Location("src/heroService.ts", 1, 14, "'HeroService' is declared here"),)
    found = Diagnostic("src/main.ts", 3, 20, Severity.ERROR, "TS2339", message, "tsc", related)
    run = CommandResult(2, Ending.EXITED, 4.0, f"/logs/{number}-build", 1_234)
    result = CheckResult(BUILD, run, (found,), "error TS2339\n")
    return Verification(number, (passing(TYPES), result), ("f1", "f2"), message, ErrorClass.MISSING_MEMBER)


def green(number: int) -> Verification:
    return Verification(number, (passing(TYPES), passing(BUILD, 3.0)))


def attempt(number: int, rung: Rung, after: Verification | None) -> Attempt:
    """One that applied ``FIX``."""
    return Attempt(
        number=number,
        rung=rung,
        before=failing(),
        after=after,
        fix=FIX if after else Fix(),
        progress=Progress.HEALED if after and after.passed else Progress.SAME,
        text="I added the method.",
        spent=spent(),
        started_at=1_770_000_000.0 + number,
        duration_s=9.0,
    )


def healed_at_once() -> Outcome:
    done = attempt(1, CLAUDE, green(1))
    return Outcome(
        Status.HEALED,
        TASK,
        failing(),
        (done,),
        FIX,
        Commit("0123456789abcdef0123456789abcdef01234567", "main"),
        ("types", "build"),
        "Claude healed it on attempt 1",
        duration_s=20.0,
    )


def all_failed() -> Outcome:
    attempts = tuple(attempt(n, rung, failing(n)) for n, rung in enumerate(LADDER.rungs, 1))
    return Outcome(
        Status.NEEDS_HUMAN,
        TASK,
        failing(),
        attempts,
        proven=("types",),
        reason="the checks still fail after 3 attempts",
        remedy=f"Nothing was changed. `prunella show {TASK.id}` tells the story.",
        duration_s=60.0,
    )


def healed_by_codex() -> Outcome:
    attempts = (*all_failed().attempts[:2], attempt(3, CODEX, green(3)))
    reason = "OpenAI Codex healed it on attempt 3"
    return replace(healed_at_once(), attempts=attempts, reason=reason, duration_s=45.0)


def story(outcome: Outcome, files: int = 1) -> Iterator[Event]:
    """The events of a task, in the order of the loop."""
    yield TaskStarted(outcome.task, LADDER)
    yield from _checks(outcome.baseline)
    previous: Rung | None = None
    for done in outcome.attempts:
        escalation = previous if previous and previous.provider != done.rung.provider else None
        failures = done.number - 1 if escalation else 0
        yield AttemptStarted(done.number, len(LADDER), done.rung, done.before.summary, escalation, failures)
        yield Asking(done.rung, done.number, 1)
        yield Answered(done.rung, done.number, done.spent)
        if done.after:
            yield Applying(files)
            yield Reverifying(done.number)
            yield from _checks(done.after)
        yield AttemptEnded(done, len(LADDER))
        previous = done.rung
    if outcome.status is Status.NEEDS_HUMAN:
        yield LadderExhausted(len(outcome.attempts))
    yield TaskEnded(outcome)


def _checks(verification: Verification | None) -> Iterator[Event]:
    if verification:
        for result in verification.results:
            yield CheckStarted(result.check, verification.number)
            yield CheckFinished(result, verification.number)
