"""A look at the checkout before anything is spent: does it lack something that no change of the code brings?"""

from __future__ import annotations

from pathlib import Path
from posixpath import dirname

from prunella.diagnostics.causes import leading
from prunella.diagnostics.missing import missing, plain
from prunella.domain import Diagnostic, Severity, Verification
from prunella.ports import Files
from prunella.triage import gitstate, node, pythons
from prunella.triage.runtimes import Ask
from prunella.triage.seen import Seen, table


def look(root: Path, files: Files, folder: str, ask: Ask) -> tuple[Seen, ...]:
    """All that there is to say of the checks' folder, and of the checkout it is in. Only files are read; ``ask`` runs
    the runtimes that are declared."""
    from prunella.triage import runtimes, tsconfig

    here = root / folder
    found = [*runtimes.look(here, ask), *node.look(here), *tsconfig.look(here), *pythons.look(here)]
    return (*found, *gitstate.look(root, files))


def blocking(root: Path, files: Files, baseline: Verification) -> tuple[str, str] | None:
    """What the checkout lacks and thereby explains an error, with the remedy; None when nothing does."""
    failed = baseline.failed
    if failed is None:
        return None
    errors = [error for error in failed.diagnostics if error.severity is Severity.ERROR]
    for error in leading(errors):
        found = _not_installed(root, failed.check.folder, error) or _not_fetched(root, error)
        if found:
            return found
    touched = {error.file for error in errors}
    pointers = touched.intersection(gitstate.unfetched(files)) if touched else set()
    if pointers:
        return f"git LFS did not fetch {', '.join(sorted(pointers))[:200]}", "`git lfs install && git lfs pull`"
    return None


def _not_installed(root: Path, folder: str, error: Diagnostic) -> tuple[str, str] | None:
    """A package that the manifest declares, that an error misses, and that is not there."""
    lacks = missing(error)
    name = lacks.name if lacks and lacks.kind == "module" else ""
    if lacks and lacks.kind == "types":
        name = f"@types/{lacks.name}"
    if not name or name.startswith("."):
        return None
    package = "/".join(name.split("/")[: 2 if name.startswith("@") else 1])
    for place in dict.fromkeys((*_parents(error.file), folder, "")):
        here = root / place
        if package in node.lacking(here, table(here / "package.json")):
            where = f"{place}/package.json" if place else "package.json"
            return f"'{package}' is declared in {where}, but it is not installed", f"`{node.install(here)}`"
        module = name.partition(".")[0].lower().replace("_", "-")
        have = pythons.installed(here)
        if have is not None and module in pythons.declared(here) and module not in have:
            return f"'{module}' is declared, but it is not installed in the environment", f"`{pythons.install(here)}`"
    return None


def _not_fetched(root: Path, error: Diagnostic) -> tuple[str, str] | None:
    said = plain(error.message)
    for path in gitstate.submodules(root):
        if path in said or error.file.startswith(f"{path}/"):
            return f"the submodule {path} was not fetched", "`git submodule update --init --recursive`"
    return None


def _parents(file: str) -> tuple[str, ...]:
    """The folders above a file, the nearest first."""
    found: list[str] = []
    folder = dirname(file)
    while folder and not file.startswith("/") and len(found) < 12:
        found.append(folder)
        folder = dirname(folder)
    return tuple(found)
