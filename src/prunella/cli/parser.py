"""The command line's grammar. Building it imports nothing but argparse; commands are imported when they run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from prunella import __version__

EXIT_CODES = (
    "exit codes: 0 healthy or healed, 1 needs a person, 2 usage or configuration, 3 provider down or out of quota, "
    "4 budget spent, 5 suspicious fix held back, 6 not a code problem, 130 interrupted"
)

GUARD_CODES = (
    "exit codes: 0 allowed, 5 suspicious (a person should look), 1 rejected, 2 usage or configuration, or a patch that "
    "does not fit. Nothing is written and no model is asked, so it does as a gate in CI or a pre-commit hook."
)


class Grammar(argparse.ArgumentParser):
    """Says what was probably meant: a nearby name, or the command that belongs behind ``--``."""

    words: tuple[str, ...] = ()

    def parse_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """Also refuses, with a hint, words that no option takes."""
        self.words = tuple(sys.argv[1:] if args is None else args)
        return super().parse_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Ends the program with exit code 2."""
        unknown = message.partition("unrecognized arguments: ")[2]
        hint = "" if unknown.startswith("-") else meant(self.words)
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n" + (f"  Did you mean `{hint}`?\n" if hint else ""))


def meant(words: tuple[str, ...]) -> str:
    """The command line that was probably meant; "" when nothing is near."""
    at = next((place for place, word in enumerate(words) if not word.startswith("-")), None)
    if at is None:
        return ""
    if words[at] not in COMMANDS:
        from difflib import get_close_matches

        near = get_close_matches(words[at], COMMANDS, 1)
        return f"prunella {near[0]}" if near else ""
    return _with_dashes(words, at) if words[at] == "heal" else ""


def _with_dashes(words: tuple[str, ...], at: int) -> str:
    """``heal npm run build`` as ``heal -- npm run build``: from the first word that is no option's value."""
    import shlex

    start = at + 1
    while start < len(words) and words[start].startswith("-"):
        start += 2 if words[start] in VALUED else 1
    if start >= len(words):
        return ""
    return shlex.join(["prunella", *words[:start], "--", *words[start:]])


SANDBOX = "how what is run is contained: auto, strict, env or none (auto)"
COMMANDS = ("heal", "diagnose", "context", "guard", "show", "history", "undo", "init", "doctor", "demo")
VALUED = frozenset(
    {
        "--repo",
        "--branch",
        "--baseline",
        "--budget",
        "--max-attempts",
        "--escalate-at",
        "--timeout",
        "--sandbox",
        "--log-file",
        "--log",
        "--tokens",
        "--root",
    },
)
"""The options of ``heal`` that take a value."""


def parser() -> argparse.ArgumentParser:
    """The whole grammar."""
    root = Grammar(
        prog="prunella",
        description="A repository's build or tests fail; make them pass again, with a ladder of models.",
        epilog=EXIT_CODES,
    )
    root.add_argument("-V", "--version", action="version", version=f"prunella {__version__}")
    commands = root.add_subparsers(dest="name", metavar="COMMAND", required=True)
    _heal(commands)
    _diagnose(commands)
    _context(commands)
    _guard(commands)
    show = _command(commands, "show", "one task's whole story")
    show.add_argument("id", nargs="?", default="", help="the task's id, or the beginning of it (the last task)")
    show.add_argument("--diff", action="store_true", help="print the fix as a patch, for `git apply`")
    history = _command(commands, "history", "the tasks so far, newest first")
    history.add_argument("--limit", type=_positive, default=20, metavar="N", help="how many (20)")
    undo = _command(commands, "undo", "put everything back as it was before a task")
    undo.add_argument("id", nargs="?", default="", help="the task's id (the last task in this checkout)")
    init = _command(commands, "init", "write a commented prunella.toml and .env.example")
    init.add_argument("--force", action="store_true", help="overwrite files that are there")
    doctor = _command(commands, "doctor", "check keys, models, network, tools and git; say how to mend each")
    doctor.add_argument("--offline", action="store_true", help="ask no provider")
    demo = _command(commands, "demo", "heal a small broken project: three times with scripted models, once with none")
    demo.add_argument("--folder", type=Path, metavar="DIR", help="where to make the project (.demo)")
    return root


def _diagnose(commands: argparse._SubParsersAction[Grammar]) -> None:
    diagnose = _command(
        commands, "diagnose", "read a log of any tools: what is wrong, of what kind, and its root cause"
    )
    diagnose.add_argument("file", nargs="?", default="-", help="the log; - (or none) = standard input")
    diagnose.add_argument("--sarif", action="store_true", help="the result as SARIF 2.1.0 on stdout")
    diagnose.add_argument(
        "--root", type=Path, default=Path(), metavar="DIR", help="what paths are made relative to (this folder)"
    )
    diagnose.add_argument("--all", action="store_true", help="also warnings and notes in the table")


def _context(commands: argparse._SubParsersAction[Grammar]) -> None:
    context = _command(
        commands,
        "context",
        "run the checks and print what a model would be shown, with the reason and tokens of each part",
        usage="prunella context [options] [-- COMMAND]",
    )
    context.add_argument("--log", type=Path, metavar="FILE", help="a log to read instead of running the checks")
    context.add_argument("--tokens", type=_positive, metavar="N", help="the budget (as configured, else 16000)")
    context.add_argument("--timeout", type=_seconds, metavar="S", help="time limit of COMMAND in seconds (600)")
    context.add_argument("--sandbox", metavar="LEVEL", help=SANDBOX)


def _guard(commands: argparse._SubParsersAction[Grammar]) -> None:
    guard = _command(
        commands, "guard", "judge a change by the guard's rules: is it a repair, or does it trick the checks?"
    )
    guard.epilog = GUARD_CODES
    guard.add_argument(
        "file", nargs="?", help="a patch to these files, - = standard input (none: what git sees changed)"
    )
    guard.add_argument("--against", metavar="REV", help="what changed since here and REV parted (HEAD)")
    guard.add_argument("--staged", action="store_true", help="only what is staged, as a pre-commit hook wants it")
    guard.add_argument("--detached", action="store_true", help="the patch is to other files: judge what it shows")
    guard.add_argument("--check", action="append", default=[], metavar="COMMAND", help="what must pass (as configured)")
    guard.add_argument("--log", type=Path, metavar="FILE", help="what the failed check printed, so that rules adapt")
    guard.add_argument("--rules", action="store_true", help="list the rules, and how they are set here")


def _heal(commands: argparse._SubParsersAction[Grammar]) -> None:
    heal = _command(
        commands,
        "heal",
        "run the checks; when they fail, climb the ladder",
        usage="prunella heal [options] [-- COMMAND]",
    )
    heal.add_argument(
        "--no-commit", dest="commit", action="store_false", default=None, help="leave the fix uncommitted"
    )
    heal.add_argument(
        "--no-toolchain", dest="toolchain", action="store_false", default=None, help="without rung 0: models only"
    )
    heal.add_argument(
        "--no-rerun", dest="no_rerun", action="store_false", default=None, help="do not run failing tests once more"
    )
    heal.add_argument("--baseline", metavar="COMMIT", help="leave alone what fails on that commit too (auto)")
    heal.add_argument("--branch", metavar="NAME", help="commit on a new branch")
    heal.add_argument("--budget", type=_money, metavar="USD", help="what the task may cost at most")
    heal.add_argument("--max-attempts", type=_positive, metavar="N", help="rungs of the default ladder (3)")
    heal.add_argument("--escalate-at", type=_positive, metavar="N", help="the attempt from which OpenAI is asked (3)")
    heal.add_argument("--timeout", type=_seconds, metavar="S", help="time limit of COMMAND in seconds (600)")
    heal.add_argument("--sandbox", metavar="LEVEL", help=SANDBOX)
    heal.add_argument("--log-file", type=Path, metavar="FILE", help="where the log lines go")
    heal.add_argument("--quiet", action="store_true", help="no progress on stderr")


def _command(
    commands: argparse._SubParsersAction[Grammar], name: str, text: str, usage: str | None = None
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text, usage=usage, epilog=EXIT_CODES)
    command.add_argument("--json", action="store_true", help="the result as JSON on stdout")
    command.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the checkout (this folder)")
    return command


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _number(text: str, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return number


def _money(text: str) -> float:
    return _number(text.removeprefix("$"), "an amount in USD, like 0.50")


def _seconds(text: str) -> float:
    return _number(text.removesuffix("s"), "a number of seconds, like 600")
