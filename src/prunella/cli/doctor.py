"""``prunella doctor``: what is set up, what is missing, and how to mend each; then the configuration in effect."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from prunella.cli import doctor_models, doctor_repo, doctor_sandbox, doctor_tools
from prunella.cli.doctor_models import Probe
from prunella.cli.findings import Finding, State, mask, worst
from prunella.config.detect import nearest
from prunella.config.ladder import build
from prunella.config.load import load
from prunella.config.looks import Found
from prunella.config.option import Option
from prunella.config.options import OPTIONS
from prunella.config.settings import Settings
from prunella.config.values import plain
from prunella.domain import Ladder
from prunella.errors import ConfigError, PrunellaError

NO_CHECK = "Say which command must pass: `prunella heal -- your command`, or a [[check]] in prunella.toml."


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table of settings: a secret's value is masked."""

    name: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, and the settings in effect (() when they cannot be read)."""

    findings: tuple[Finding, ...]
    settings: tuple[Setting, ...] = ()

    @property
    def exit_code(self) -> int:
        """2 when anything fails, else 0."""
        return 2 if worst(self.findings) is State.FAIL else 0


def diagnose(root: Path, flags: Mapping[str, object], environ: Mapping[str, str], probe: Probe | None) -> list[Finding]:
    """Everything that could keep ``prunella heal`` from working here. ``probe`` asks a provider; None asks nobody."""
    return list(examine(root, flags, environ, probe).findings)


def examine(
    root: Path, flags: Mapping[str, object], environ: Mapping[str, str], probe: Probe | None, folder: str = ""
) -> Diagnosis:
    """The same, with the settings. ``folder``: where the user stands below ``root``; checks are detected there."""
    findings = [doctor_tools.python(), doctor_tools.git(environ), doctor_tools.repository(root)]
    try:
        settings = load(root, flags, environ)
    except ConfigError as error:
        findings += [Finding("configuration", State.FAIL, line, error.remedy) for line in error.message.split("\n")]
        return Diagnosis((*findings, *doctor_tools.project(root, ("",), environ)))
    findings += [Finding("configuration", State.WARN, notice) for notice in settings.notices]
    findings.append(doctor_tools.env_file(root, settings))
    findings += _checks(root, settings, environ, folder)
    findings += doctor_models.keys(settings)
    ladder = _ladder(settings, findings)
    findings += doctor_models.prices(settings, ladder)
    if probe:
        findings += doctor_models.providers(settings, ladder, probe)
    findings += doctor_sandbox.look(root, settings, environ)
    findings += [doctor_tools.certificates(environ), doctor_tools.home(settings.home)]
    return Diagnosis(tuple(finding for finding in findings if finding.detail), tuple(table(settings, ladder)))


def _checks(root: Path, settings: Settings, environ: Mapping[str, str], folder: str) -> list[Finding]:
    items = tuple(Found(check, settings.origins[f"check.{check.name}"]) for check in settings.checks)
    if not items:
        items = nearest(root, folder=folder, timeout_s=settings.timeout, search_path=environ.get("PATH", ""))
    if not items:
        return [Finding("checks", State.FAIL, "none is configured, and none was found in the repository", NO_CHECK)]
    findings = [doctor_tools.check(root, item.check, item.reason, environ) for item in items]
    folders = {item.check.folder for item in items}
    findings += doctor_tools.project(root, folders, environ)
    return findings + doctor_repo.look(root, folders, environ) + doctor_repo.flaky(settings.database, root)


def _ladder(settings: Settings, findings: list[Finding]) -> Ladder:
    try:
        ladder, notices = build(settings, doctor_models.warning)
    except ConfigError as error:
        findings.append(Finding("ladder", State.FAIL, error.message, error.remedy))
        return Ladder(())
    steps = [f"{rung.display} ({rung.model})" for rung in ladder.rungs]
    findings.append(Finding("ladder", State.OK, plain(", then ".join(steps))))
    findings += [Finding("ladder", State.WARN, plain(notice)) for notice in notices]
    return ladder


def table(settings: Settings, ladder: Ladder) -> Iterable[Setting]:
    """The configuration in effect, with the origin of each value."""
    for option in OPTIONS:
        yield Setting(option.name, _shown(settings, option), settings.origins[option.name])
    for check in settings.checks:
        where = f" in {check.folder}/" if check.folder else ""
        value = plain(f"{check.command}{where} (at most {check.timeout_s:g} s)", 200)
        yield Setting(plain(f"check.{check.name}", 100), value, settings.origins[f"check.{check.name}"])
    for rung in ladder.rungs:
        value = f"{rung.provider}, {rung.model}, {rung.history.value}"
        yield Setting(f"ladder.{rung.name}", plain(value, 200), settings.origins["ladder"])
    for model, price in settings.prices.items():
        value = f"{price.input:g} in, {price.output:g} out (USD per million tokens)"
        yield Setting(plain(f"prices.{model}", 100), value, settings.origins[f"prices.{model}"])


def _shown(settings: Settings, option: Option) -> str:
    value = settings.database if option.name == "database_url" else settings.value(option)
    if option.secret:
        return mask(str(value))
    if isinstance(value, bool):
        return str(value).lower()
    value = ", ".join(value) if isinstance(value, tuple) else value
    return plain(f"{value:g}" if isinstance(value, float) else str(value or "not set"), 200)


def run_doctor(folder: Path, environ: Mapping[str, str], *, as_json: bool, offline: bool) -> tuple[str, int]:
    """The report on the checkout that ``folder`` is in, as text or JSON, and the exit code."""
    root = _root(folder)
    here = os.path.relpath(os.path.realpath(folder), os.path.realpath(root))
    below = "" if here == "." else here
    if offline:
        diagnosis = examine(root, {}, environ, None, below)
    else:
        with doctor_models.network() as probe:
            diagnosis = examine(root, {}, environ, probe, below)
    if as_json:
        return to_json(diagnosis), diagnosis.exit_code
    colour = sys.stdout.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return render(diagnosis, colour=colour), diagnosis.exit_code


def _root(folder: Path) -> Path:
    """The top of the checkout; the folder itself when there is none, which is then the finding."""
    from prunella.workspace.repository import locate

    try:
        return Path(locate(folder).root)
    except PrunellaError:
        return folder


def to_json(diagnosis: Diagnosis) -> str:
    """``{"exit_code", "findings": [{name, state, detail, remedy}], "settings": [{name, value, origin}]}``."""
    import json

    document = {
        "exit_code": diagnosis.exit_code,
        "findings": [asdict(finding) for finding in diagnosis.findings],
        "settings": [asdict(setting) for setting in diagnosis.settings],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


COLOURS = {State.OK: "32", State.WARN: "33", State.FAIL: "31"}
WORDS = {State.OK: "ok  ", State.WARN: "warn", State.FAIL: "FAIL"}


def render(diagnosis: Diagnosis, *, colour: bool) -> str:
    """The report for a person: findings, the table of settings, and the verdict in one line."""
    lines = []
    for finding in diagnosis.findings:
        word = WORDS[finding.state]
        mark = f"\x1b[{COLOURS[finding.state]}m{word}\x1b[0m" if colour else word
        lines.append(f"{mark}  {finding.name}: {finding.detail}")
        if finding.remedy:
            lines.append(f"      -> {finding.remedy}")
    if diagnosis.settings:
        lines += ["", "Settings in effect:", *_columns(diagnosis.settings)]
    return "\n".join([*lines, "", _verdict(diagnosis.findings)])


def _columns(settings: Sequence[Setting]) -> list[str]:
    name = max(len(setting.name) for setting in settings)
    value = min(48, max(len(setting.value) for setting in settings))
    return [f"  {item.name:<{name}}  {item.value:<{value}}  {item.origin}" for item in settings]


def _verdict(findings: Sequence[Finding]) -> str:
    failed = sum(finding.state is State.FAIL for finding in findings)
    warned = sum(finding.state is State.WARN for finding in findings)
    if failed:
        return f"{failed} to mend before `prunella heal` can work here, {warned} to know about."
    return f"Ready: `prunella heal`.{f' {warned} to know about.' if warned else ''}"
