"""The doctor's look at the sandbox: the level in use, and a probe that is really run in each level there is."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from prunella.cli.findings import Finding, State
from prunella.config.settings import Settings
from prunella.config.values import plain
from prunella.errors import ConfigError, PrunellaError

PROBE = """
PATH="$PATH:/usr/bin:/bin"
reach() { if eval "$2" >/dev/null 2>&1; then echo "$1"; fi; }
reach "Prunella's folder" 'ls "$PROBE_HOME/."'
reach "the home folder's files" 'ls -d "$HOME"/.ssh "$HOME"/.config "$HOME"/.bashrc "$HOME"/.profile | grep .'
reach "other processes" 'kill -0 "$PROBE_PID"'
reach "the network" 'test "$(wc -l </proc/net/route)" -gt 1'
reach "folders outside of the repository" 'touch "$PROBE_OUTSIDE/x"'
reach ".git" 'touch .git/probe'
reach "Prunella's keys" 'test -n "$ANTHROPIC_API_KEY$OPENAI_API_KEY"'
reach "the repository" 'touch probe && ls -d probe | grep probe && test "$(wc -l </etc/passwd)" -gt 0'
exit 0
"""
"""Prints what a check can reach, a line each. The last is in reach at every level: where it is missing, the commands of
the probe do not work, and what is missing besides says nothing."""

ALL = (
    *("Prunella's folder", "the home folder's files", "other processes", "the network"),
    *("folders outside of the repository", ".git", "Prunella's keys"),
)


def look(root: Path, settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    """What is contained and what is not, at the level in use and at the others."""
    from prunella.contained import contained
    from prunella.sandbox.levels import ABOUT

    try:
        chosen = contained(settings, root, environ).chosen
    except ConfigError as error:
        return [Finding("sandbox", State.FAIL, plain(error.message, 300), error.remedy)]
    state = State.OK if chosen.level == "strict" else State.WARN
    remedy = chosen.remedy if chosen.lack else "" if chosen.level == "strict" else 'Use sandbox.level = "auto".'
    lack = f"; not strict, because {chosen.lack}" if chosen.lack else ""
    findings = [Finding("sandbox", state, f"{chosen.level} ({ABOUT[chosen.level]}){plain(lack, 300)}", remedy)]
    levels = ("strict", "env") if chosen.level == "strict" else ("env", "none")
    return [*findings, *(_probed(level, settings, environ) for level in levels)]


def _probed(level: str, settings: Settings, environ: Mapping[str, str]) -> Finding:
    """What a check of an empty repository reaches at a level."""
    import os

    from prunella.contained import contained
    from prunella.domain import Check

    name = f"sandbox: {level}"
    with tempfile.TemporaryDirectory(prefix="prunella-doctor-") as place:
        root, outside, log = Path(place, "repository"), Path(place, "outside"), Path(place, "log")
        (root / ".git").mkdir(parents=True)
        outside.mkdir()
        asked = settings.sandbox._replace(level=level, read=(), write=())
        own = {"PROBE_HOME": str(settings.home), "PROBE_OUTSIDE": str(outside), "PROBE_PID": str(os.getpid())}
        asked = asked._replace(environment=(*asked.environment, *own))
        try:
            behind = contained(settings._replace(sandbox=asked), root, environ)
            seen = {**behind.environment, **own}
            result = behind._replace(environment=seen).sandbox(root).run(Check("probe", PROBE, 20.0), log)
        except PrunellaError as error:
            return Finding(name, State.WARN, plain(str(error), 300))
        if not result.passed:
            return Finding(name, State.WARN, f"the probe ended with {result.exit_code}")
        said = log.read_text("utf-8", "replace").split("\n")
        if "the repository" not in said:
            return Finding(name, State.WARN, "the probe cannot look: ls, touch, wc or grep is missing")
        reached = [line for line in said if line in ALL]
    kept = [one for one in ALL if one not in reached]
    detail = f"contained: {', '.join(kept) or 'nothing'}; in reach: {', '.join(reached) or 'nothing of these'}"
    wrong = level == "strict" and any(one != "the network" for one in reached)
    return Finding(name, State.FAIL if wrong else State.OK, detail)
