"""A look at tsconfig.json: does it parse, is what it extends there, does it match files, are its aliases real?

Source: the TSConfig reference (extends, files, include, compilerOptions.paths).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prunella.triage import jsonc
from prunella.triage.seen import Level, Seen, part, said, text

_MENDING = "Mend tsconfig.json."


def look(folder: Path) -> Iterator[Seen]:
    """What is amiss with the tsconfig.json in ``folder``."""
    raw = text(folder / "tsconfig.json")
    if not raw:
        return
    try:
        config = jsonc.parse(raw)
    except ValueError as error:
        yield Seen("tsconfig", Level.WARN, f"tsconfig.json does not parse: {error}", _MENDING)
        return
    amiss = [*_extends(folder, config), *_files(folder, config), *_paths(folder, config)]
    yield from amiss
    if not amiss:
        strict = part(config, "compilerOptions").get("strict")
        how = "strict" if strict is True else "not strict" if strict is False else "strictness inherited or default"
        yield Seen("tsconfig", Level.OK, f"tsconfig.json, {how}")


def _extends(folder: Path, config: object) -> Iterator[Seen]:
    value = config.get("extends") if isinstance(config, dict) else None
    for name in value if isinstance(value, list) else [value]:
        if not isinstance(name, str) or not name:
            continue
        if name.startswith((".", "/")):
            there = any((folder / f"{name}{ending}").is_file() for ending in ("", ".json"))
        else:
            package = "/".join(name.split("/")[: 2 if name.startswith("@") else 1])
            there = any((place / "node_modules" / package).exists() for place in (folder, *folder.parents))
        if not there:
            yield Seen("tsconfig", Level.WARN, f"it extends '{name[:100]}', which is not there", _MENDING)


def _files(folder: Path, config: object) -> Iterator[Seen]:
    listed = config.get("files") if isinstance(config, dict) else None
    for name in listed if isinstance(listed, list) else []:
        if isinstance(name, str) and not (folder / name).is_file():
            yield Seen("tsconfig", Level.WARN, f"its files name '{name[:100]}', which is not there", _MENDING)
    included = config.get("include") if isinstance(config, dict) else None
    if not isinstance(included, list) or listed or not included:
        return
    starts = [name.partition("*")[0].rstrip("/") for name in included if isinstance(name, str)]
    if not any((folder / start).exists() or ((folder / start).parent.exists() and "." in start) for start in starts):
        yield Seen("tsconfig", Level.WARN, f"its include matches nothing: {', '.join(starts)[:100]}", _MENDING)


def _paths(folder: Path, config: object) -> Iterator[Seen]:
    options = part(config, "compilerOptions")
    base = folder / (said(options, "baseUrl") or ".")
    if not base.is_dir():
        yield Seen("tsconfig", Level.WARN, f"its baseUrl '{said(options, 'baseUrl')[:100]}' is not there", _MENDING)
        return
    for alias, targets in part(options, "paths").items():
        names = [name for name in targets if isinstance(name, str)] if isinstance(targets, list) else []
        if names and not any(_leads_somewhere(base, name) for name in names):
            detail = f"its path '{alias[:60]}' leads nowhere: {', '.join(names)[:100]}"
            yield Seen("tsconfig", Level.WARN, detail, _MENDING)


def _leads_somewhere(base: Path, name: str) -> bool:
    place = base / (name.partition("*")[0].rstrip("/") or ".")
    return place.exists() or any(place.with_name(place.name + end).exists() for end in (".ts", ".tsx", ".d.ts", ".js"))
