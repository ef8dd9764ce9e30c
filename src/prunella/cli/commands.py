"""The commands by name. Each imports what it needs when it runs: a start pays for nothing else."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path


def _heal(options: Namespace) -> int:
    from prunella.cli.heal import run_heal

    return run_heal(options)


def _diagnose(options: Namespace) -> int:
    from prunella.cli.diagnose import run_diagnose

    return run_diagnose(options)


def _context(options: Namespace) -> int:
    from prunella.cli.context import run_context

    return run_context(options)


def _guard(options: Namespace) -> int:
    from prunella.cli.guard import run_guard

    return run_guard(options)


def _show(options: Namespace) -> int:
    from prunella.cli.show import run_diff, run_show

    database = _database(options)
    task = options.id or _newest(database, options.repo)
    if options.diff:
        return put(run_diff(database, task), "surrogateescape")
    return put(run_show(database, task, options.json, colour=colour()))


def _history(options: Namespace) -> int:
    from prunella.cli.history import run_history

    return put(run_history(_database(options), options.limit, options.json))


def _undo(options: Namespace) -> int:
    from prunella.workspace.checkout import open_checkout

    said = open_checkout(options.repo).undo(options.id or None)
    return put(as_json({"undone": said}) if options.json else said)


def _init(options: Namespace) -> int:
    from prunella.cli.init import run_init

    said = run_init(_root(options.repo), options.force)
    return put(as_json({"done": said}) if options.json else "\n".join(said))


def _doctor(options: Namespace) -> int:
    from prunella.cli.doctor import run_doctor

    text, code = run_doctor(options.repo, os.environ, as_json=options.json, offline=options.offline)
    put(text)
    return code


def _demo(options: Namespace) -> int:
    from prunella.cli.demo import run_demo

    return run_demo(options.folder or Path(".demo"), as_json=options.json)


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "heal": _heal,
    "diagnose": _diagnose,
    "context": _context,
    "guard": _guard,
    "show": _show,
    "history": _history,
    "undo": _undo,
    "init": _init,
    "doctor": _doctor,
    "demo": _demo,
}


def put(text: str, errors: str = "backslashreplace") -> int:
    """A result goes to stdout, whole, even where its encoding lacks a character; returns exit code 0.

    Args:
        errors: what becomes of characters that the encoding lacks; a patch is written as the bytes that it stands for.
    """
    sys.stdout.flush()
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.buffer.write((text if text.endswith("\n") else text + "\n").encode(encoding, errors))
    sys.stdout.buffer.flush()
    return 0


def as_json(document: object) -> str:
    """A document for machines."""
    import json

    return json.dumps(document, ensure_ascii=False, indent=2)


def _root(folder: Path) -> Path:
    from prunella.workspace.repository import locate

    return Path(locate(folder).root)


def colour() -> bool:
    """Whether stdout is a terminal that is to have colour."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _newest(database: Path, folder: Path) -> str:
    """The last task of this checkout; another one's would tell, and `--diff` patch, the wrong thing."""
    from prunella.errors import StoreError
    from prunella.store.queries import newest

    root = _root(folder)
    task = newest(database, str(root))
    if not task:
        remedy = "`prunella history` lists the tasks of all checkouts; say which one: `prunella show ID`."
        raise StoreError(f"No task of {root} has been recorded yet.", remedy=remedy)
    return task


def _database(options: Namespace) -> Path:
    """Where the record is: said by the configuration of the checkout, if we are in one. A mistake in that file must not
    hide the record, so then it is where it would be without the file."""
    from prunella.config.load import load
    from prunella.errors import ConfigError, RepositoryError

    try:
        root = _root(options.repo)
    except RepositoryError:
        root = options.repo
    try:
        return load(root, {}, os.environ).database
    except ConfigError as error:
        sys.stderr.write(f"prunella: {error.message}\n")
        return load(Path(os.devnull), {}, os.environ).database
