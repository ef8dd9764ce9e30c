"""A look at a Node project: its lockfile, its installed packages and their peers. Only files are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prunella.triage.seen import Level, Seen, part, said, table, text
from prunella.triage.versions import numbers, satisfies

LOCKFILES = {
    "package-lock.json": "npm ci",
    "npm-shrinkwrap.json": "npm ci",
    "pnpm-lock.yaml": "pnpm install",
    "yarn.lock": "yarn install",
    "bun.lock": "bun install",
    "bun.lockb": "bun install",
}
MOST_PACKAGES = 400
_TWINS = ("react", "react-dom", "node")


def look(folder: Path) -> Iterator[Seen]:
    """What is amiss with the package.json in ``folder``, or that nothing is."""
    raw, package = text(folder / "package.json"), table(folder / "package.json")
    if not raw:
        return
    if not package:
        yield Seen("package.json", Level.WARN, "is not valid JSON", "Mend it; no script can run before.")
        return
    yield from _lockfile(folder, package)
    yield from _installed(folder, package)


def install(folder: Path) -> str:
    """The command that installs what is declared."""
    return next((command for name, command in LOCKFILES.items() if (folder / name).is_file()), "npm install")


def declared(package: dict[str, object]) -> dict[str, str]:
    """The packages that must be there, with their ranges."""
    wanted = {**part(package, "dependencies"), **part(package, "devDependencies")}
    optional = part(package, "optionalDependencies")
    return {name: str(range_) for name, range_ in wanted.items() if name not in optional}


def lacking(folder: Path, package: dict[str, object]) -> tuple[str, ...]:
    """Declared packages that are not installed. A parent folder's node_modules counts: workspaces share one."""
    if (folder / ".pnp.cjs").exists() or (folder / ".pnp.js").exists():
        return ()
    places = [parent / "node_modules" for parent in (folder, *list(folder.parents)[:4])]
    here = [place for place in places if place.is_dir()]
    return tuple(name for name in declared(package) if not any((place / name).exists() for place in here))


def _lockfile(folder: Path, package: dict[str, object]) -> Iterator[Seen]:
    there = [name for name in LOCKFILES if (folder / name).is_file()]
    if len({LOCKFILES[name].split()[0] for name in there}) > 1:
        remedy = "Keep the one of the package manager that is used, delete the other."
        yield Seen("lockfile", Level.WARN, f"there are two: {', '.join(there)}", remedy)
    if "package-lock.json" in there:
        locked = part(table(folder / "package-lock.json"), "packages", "")
        known = {**part(locked, "dependencies"), **part(locked, "devDependencies")}
        wrong = sorted(name for name, range_ in declared(package).items() if locked and known.get(name) != range_)
        if wrong:
            detail = f"package-lock.json is not in step with package.json: {_few(wrong)}"
            yield Seen("lockfile", Level.WARN, detail, "`npm install`, and commit the lockfile.")
            return
    if there:
        yield Seen("lockfile", Level.OK, ", ".join(there))


def _installed(folder: Path, package: dict[str, object]) -> Iterator[Seen]:
    wanted = declared(package)
    missing = lacking(folder, package)
    command = f"`{install(folder)}`"
    if wanted and len(missing) == len(wanted):
        yield Seen("dependencies", Level.FAIL, "the packages of package.json are not installed", command)
    elif missing:
        yield Seen("dependencies", Level.FAIL, f"declared, but not installed: {_few(missing)}", command)
    elif wanted:
        amiss = [*_peers(folder, wanted), *_versions(folder, wanted)]
        yield from amiss
        if not amiss:
            yield Seen("dependencies", Level.OK, f"{len(wanted)} packages are installed")


def _versions(folder: Path, wanted: dict[str, str]) -> Iterator[Seen]:
    """Installed versions that the declared ranges do not allow, and types of another major version."""
    wrong = []
    for name, range_ in list(wanted.items())[:MOST_PACKAGES]:
        version = said(table(folder / "node_modules" / name / "package.json"), "version")
        if version and range_[:1] in "^~>=<0123456789" and not satisfies(numbers(version), range_):
            wrong.append(f"{name} {version} (wanted {range_})")
    if wrong:
        detail = f"installed in a version that package.json does not allow: {_few(wrong)}"
        yield Seen("dependencies", Level.WARN, detail, f"`{install(folder)}`")
    for name in _TWINS[:2]:
        mine, types = (_major(folder, other) for other in (name, f"@types/{name}"))
        if mine and types and mine != types:
            detail = f"@types/{name} is of version {types}, {name} of {mine}"
            yield Seen("dependencies", Level.WARN, detail, f"Install @types/{name}@{mine}.")


def _peers(folder: Path, wanted: dict[str, str]) -> Iterator[Seen]:
    """Peers of the direct dependencies that are missing or of another version."""
    wrong = []
    for name in list(wanted)[:MOST_PACKAGES]:
        package = table(folder / "node_modules" / name / "package.json")
        optional = part(package, "peerDependenciesMeta")
        for peer, range_ in part(package, "peerDependencies").items():
            version = said(table(folder / "node_modules" / peer / "package.json"), "version")
            if part(optional, peer).get("optional") or (not version and peer not in wanted):
                continue
            if version and isinstance(range_, str) and not satisfies(numbers(version), range_):
                wrong.append(f"{name} needs {peer} {range_}, there is {version}")
    if wrong:
        yield Seen("peers", Level.WARN, _few(wrong, 3), "Install versions that fit each other (`npm ls` tells more).")


def _major(folder: Path, name: str) -> int:
    found = numbers(said(table(folder / "node_modules" / name / "package.json"), "version"))
    return found[0] if found else 0


def _few(names: tuple[str, ...] | list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
