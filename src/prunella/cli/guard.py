"""``prunella guard``: judge a change by the guard's rules, whoever made it. Reads only, runs nothing, asks no model."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from prunella.changes import Finding, Fix, Judgement, Tuning, Verdict
from prunella.cli.commands import as_json, put
from prunella.cli.guard_subject import subject
from prunella.domain import Check, CheckResult, CommandResult, Ending, Task, Verification
from prunella.errors import ConfigError, RepositoryError
from prunella.guard import check, check_in, joined
from prunella.guard.catalog import BY_NAME, GROUPS, INFOS, told
from prunella.guard.tuning import set_to
from prunella.report.words import count, one_line

if TYPE_CHECKING:
    from prunella.config.settings import Settings
    from prunella.guard.view import RuleInfo

CODES = {Judgement.ALLOW: 0, Judgement.SUSPICIOUS: 5, Judgement.REJECT: 1}
WORDS = {Judgement.ALLOW: "allowed", Judgement.SUSPICIOUS: "suspicious", Judgement.REJECT: "rejected"}


def run_guard(options: Namespace) -> int:
    """Returns 0 when the change is allowed, 5 when it is suspicious, 1 when it is rejected.

    Raises:
        ConfigError, RepositoryError: it cannot be judged; says why.
    """
    from prunella.config.load import load

    root = _root(options.repo)
    settings = load(root, {}, os.environ)
    tuning = settings.guard
    if options.rules:
        return put(as_json(_rules(tuning)) if options.json else _rules_text(tuning))
    judged = subject(options)
    checks = _checks(options, settings, root)
    baseline = _baseline(options.log, root, checks) if options.log else None
    task = Task("guard", str(root), checks)
    files = judged.checkout.files if judged.checkout else None
    verdict = (
        check_in(files, judged.fix, task, baseline, tuning)
        if files
        else check(judged.fix, task, baseline, tuning=tuning)
    )
    verdict = joined(verdict, judged.found)
    put(as_json(_document(judged.fix, verdict, checks)) if options.json else _text(judged.fix, verdict))
    return CODES[verdict.judgement]


def _root(folder: Path) -> Path:
    """The checkout's root; the folder itself where there is none, since a patch can be judged anywhere."""
    from prunella.workspace.repository import locate

    try:
        return Path(locate(folder).root)
    except RepositoryError:
        return folder.absolute()


def _checks(options: Namespace, settings: Settings, root: Path) -> tuple[Check, ...]:
    """What must pass, which the change has to leave alone: as given, as configured, or as detected."""
    from prunella.config.detect import detect

    given = [*options.check, *([" ".join(options.command)] if options.command else [])]
    if given:
        return tuple(Check(f"check-{number}", command) for number, command in enumerate(given, 1))
    if settings.checks or options.detached:
        return settings.checks
    try:
        return detect(root)
    except ConfigError:
        return ()


def _baseline(log: Path, root: Path, checks: tuple[Check, ...]) -> Verification:
    """The failure that the change is for, read from the log of the failed check."""
    from prunella.diagnostics.paths import relative
    from prunella.diagnostics.reading import read
    from prunella.verify import told_by

    try:
        with log.open("rb", buffering=0) as stream:
            reading = read(stream)
    except OSError as error:
        remedy = "Name a file that holds the output of the failed check, with --log."
        raise ConfigError(f"{log} cannot be read: {error.strerror or error}.", remedy=remedy) from error
    found = relative(reading.diagnostics, dict.fromkeys((str(root), os.path.realpath(root))))
    failed = checks[0] if checks else Check("check", "")
    result = CommandResult(1, Ending.EXITED, 0.0, str(log), log.stat().st_size)
    return told_by(0, (CheckResult(failed, result, tuple(found), reading.tail),))


def _document(fix: Fix, verdict: Verdict, checks: tuple[Check, ...]) -> dict[str, object]:
    """``{"judgement", "exit_code", "findings": [{rule, group, path, line, reason, judgement}], "files", "checks"}``."""
    return {
        "judgement": verdict.judgement.value,
        "exit_code": CODES[verdict.judgement],
        "findings": [_finding(finding) for finding in verdict.findings],
        "files": list(fix.paths),
        "checks": [{"name": check.name, "command": check.command, "folder": check.folder} for check in checks],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "group": BY_NAME[finding.rule].group if finding.rule in BY_NAME else "",
        "path": finding.path,
        "line": finding.line,
        "reason": finding.reason,
        "judgement": finding.judgement.value,
    }


def _text(fix: Fix, verdict: Verdict) -> str:
    files = {*fix.paths, *(finding.path for finding in verdict.findings if finding.path)}
    lines = [f"{WORDS[verdict.judgement]}: {count(len(files), 'file')}"]
    if not files:
        return f"{WORDS[verdict.judgement]}: nothing is changed"
    if not verdict.findings:
        return f"{lines[0]}, nothing found"
    lines += [f"  {finding.judgement.value:<10}  {one_line(told(finding), 600)}" for finding in verdict.findings]
    worst = [finding.rule for finding in verdict.findings if finding.judgement is not Judgement.ALLOW]
    groups = dict.fromkeys(BY_NAME[rule].group for rule in worst if rule in BY_NAME)
    return "\n".join([*lines, *(f"  instead: {GROUPS[group]}" for group in groups)])


def _rules(tuning: Tuning) -> dict[str, object]:
    """``{"rules": [{name, group, says, judgement, set, floor, adapts, example}]}``; ``set`` null = not set here."""
    return {"rules": [_rule(info, tuning) for info in INFOS]}


def _rule(info: RuleInfo, tuning: Tuning) -> dict[str, object]:
    wanted = set_to(info.name, tuning)
    return {
        "name": info.name,
        "group": info.group,
        "says": info.says,
        "judgement": info.judgement.value,
        "set": wanted.value if wanted else None,
        "floor": info.floor,
        "adapts": info.adapts,
        "example": info.example,
    }


def _rules_text(tuning: Tuning) -> str:
    width = max(len(info.name) for info in INFOS)
    lines: list[str] = []
    for group, instead in GROUPS.items():
        infos = [info for info in INFOS if info.group == group]
        if infos:
            lines += [f"{group}: {instead}", *(_row(info, tuning, width) for info in infos), ""]
    return "\n".join([*lines, LEGEND])


def _row(info: RuleInfo, tuning: Tuning, width: int) -> str:
    wanted = set_to(info.name, tuning)
    marks = "".join(mark if has else " " for mark, has in (("f", info.floor), ("a", info.adapts)))
    means = f"{wanted.value}*" if wanted else info.judgement.value
    return f"  {info.name:<{width}}  {means:<11} {marks}  {info.says}"


LEGEND = (
    "suspicious = a person decides; reject = sent back to the model; * = set by [guard] in prunella.toml\n"
    "f = floor: a file of the repository cannot weaken it   a = adapts: weighs less where an error names the file"
)
