"""What decides whether a fix works is not the fix's to change: the checks, what they run, CI, hooks, lockfiles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from prunella.changes import Finding, Judgement
from prunella.guard.makefile import targets_reached
from prunella.guard.protected_names import INFOS as NAMED
from prunella.guard.protected_names import by_name
from prunella.guard.reached import MAKERS, commands_reached, scripts_of, scripts_reached, words_of
from prunella.guard.touched import Touch
from prunella.guard.view import Found, RuleInfo, View

RUNNERS = {
    "tox": ("tox.ini",),
    "nox": ("noxfile.py",),
    "just": ("justfile", ".justfile"),
    "task": ("taskfile.yml", "taskfile.yaml"),
    "turbo": ("turbo.json",),
    "nx": ("nx.json",),
    "rake": ("rakefile",),
    "mage": ("magefile.go",),
    "invoke": ("tasks.py",),
    "hatch": ("hatch.toml",),
    "bazel": (".bazelrc",),
}
"""Commands, and the files that say what they do."""

SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "source", "."})
SCRIPT_FOLDERS = frozenset({"scripts", "script", "bin", "ci", ".ci", "tools", "hack", "build-tools"})
RUNS = re.compile(r"(^|[/_-])(run[_-]?(all[_-]?)?tests?|runtests?|verify|check|ci|test[_-]?all|do[_-]?tests?)\.\w+$")
MAKEFILES = frozenset({"makefile", "gnumakefile", "makefile.in"})
HOLLOW = re.compile(
    r"\|\|\s*(true|:)|\bexit\s+0\b|^\s*[-@]*-|;\s*true\b|\|\|\s*echo|2>\s*/dev/null\s*\|\||\$\(eval|\bMAKEFLAGS\b"
)

INFOS = (
    RuleInfo(
        "verify-command",
        "checks",
        "A fix does not change the checks or what they run.",
        Judgement.REJECT,
        floor=True,
        adapts=True,
        example="prunella.toml",
    ),
    RuleInfo(
        "build-script", "checks", "A fix does not change a script that a check may run.", example="scripts/build.sh"
    ),
    RuleInfo(
        "makefile", "checks", "A fix does not change what a check's makefile does.", adapts=True, example="Makefile"
    ),
    *NAMED,
)


def protected(view: View) -> Found:
    """A rejection for each protected thing that changes, and whether it softens where an error names the file."""
    commands = _commands(view)
    words = frozenset(word for command in commands for word in words_of(command))
    known = view.read("package.json") is not None
    touched = frozenset(path.casefold() for touch in view.touches for path in (touch.path, touch.old_path))
    found: Found = []
    for touch in view.touches:
        for path in dict.fromkeys((touch.path, touch.old_path)):
            if path.casefold().rpartition("/")[2] == "prunella.toml":
                found.append((_rejection(path, "it changes what Prunella checks"), False))
            else:
                found += by_name(path, words, touched)
        found += _by_content(touch, commands, words, known=known)
    return found


def _commands(view: View) -> list[str]:
    """The checks' commands and those they run, by the files as they were before the fix."""
    before = {touch.old_path: touch.before for touch in view.touches}

    def read(path: str) -> bytes | None:
        if path in before:
            lines = before[path]
            return None if lines is None else "\n".join(lines).encode("utf-8", "replace")
        return view.read(path)

    start = [check.command for check in view.task.checks]
    for path, lines in before.items():
        if path.casefold().endswith("/package.json"):  # of a package in a folder, whose scripts a check may run too
            scripts = scripts_of("\n".join(lines or ()))
            start += [scripts[name] for name in scripts_reached(scripts, start)]
    return commands_reached(start, read)


def _by_content(touch: Touch, commands: Sequence[str], words: frozenset[str], *, known: bool) -> Found:
    """``known``: the scripts that the checks run could be read."""
    name = touch.path.casefold().rpartition("/")[2]
    if name == "package.json":
        return _scripts_changed(touch, commands)
    if name in MAKEFILES and words & {"make", "gmake"}:
        return _targets_changed(touch, commands)
    if name == "pyproject.toml" and _section(touch.before) != _section(touch.after):
        return [(_rejection(touch.path, "it changes what Prunella checks"), False)]
    if any(runner in words and name in files for runner, files in RUNNERS.items()):
        return [(_rejection(touch.path, "it changes what the verify command runs"), True)]
    return _script_changed(touch, commands, known)


def _script_changed(touch: Touch, commands: Sequence[str], known: bool) -> Found:
    if touch.before is None:
        return []
    path = touch.old_path
    if any(_runs(command, path) for command in commands):
        reason = "it changes a script that the verify command runs"
        if touch.after is not None and path == touch.path and path.endswith((".sh", ".bash")) and _adds_only(touch):
            return [(Finding("build-script", touch.path, 0, reason, Judgement.SUSPICIOUS), True)]
        return [(_rejection(touch.path, reason), True)]
    if not known and path.endswith((".sh", ".bash")) and SCRIPT_FOLDERS.intersection(path.casefold().split("/")[:-1]):
        # Which scripts a script of package.json runs cannot be seen when package.json is not at hand.
        reason = "it changes a script that a check may run"
        return [(Finding("build-script", touch.path, 0, reason, Judgement.SUSPICIOUS), False)]
    return []


def _scripts_changed(touch: Touch, commands: Sequence[str]) -> Found:
    before, after = scripts_of("\n".join(touch.before or ())), scripts_of("\n".join(touch.after or ()))
    names = sorted(name for name in scripts_reached(before | after, commands) if before.get(name) != after.get(name))
    # A package that is new, or had no scripts of this name, cannot have been what was checked.
    names = [
        name for name in names if touch.before is not None and (name in before or name.startswith(("pre", "post")))
    ]
    if not names:
        return []
    return [(_rejection(touch.path, f'it changes the script "{names[0]}", which is a check'), True)]


def _targets_changed(touch: Touch, commands: Sequence[str]) -> Found:
    for command in commands:
        words = words_of(command)
        if not MAKERS.intersection(words):
            continue
        before, after = targets_reached(touch.before or (), words), targets_reached(touch.after or (), words)
        if before != after and not _only_more(before, after):
            return [(_rejection(touch.path, "it changes a target that is a check"), True)]
    if touch.before is not None and not _adds_only(touch):
        finding = Finding("makefile", touch.path, 0, "it changes the makefile of a check", Judgement.SUSPICIOUS)
        return [(finding, True)]
    return []


def _only_more(before: dict[str, list[str]], after: dict[str, list[str]]) -> bool:
    """Whether all that was needed and done still is, and nothing that comes to it hides a failure."""
    for target, (needs, *recipe) in before.items():
        new_needs, *new_recipe = after.get(target, ["", ""])
        if set(needs.split()) - set(new_needs.split()):
            return False
        if any(not any(_extended(line, other) for other in new_recipe) for line in recipe):
            return False
        if any(HOLLOW.search(line) for line in new_recipe if line not in recipe):
            return False
    return True


def _adds_only(touch: Touch) -> bool:
    """Whether each line that went is there again with more in it, and nothing that came hides a failure."""
    added = [line.strip() for _, line in touch.added]
    if any(HOLLOW.search(line) for line in added):
        return False
    return all(any(_extended(line.strip(), other) for other in added) for _, line in touch.removed if line.strip())


def _extended(old: str, new: str) -> bool:
    """Whether ``new`` has all words of ``old``, in their order, and none more that is an option or an operator."""
    words, others = old.split(), new.split()
    if words == others:
        return True
    left = iter(others)
    if any(word not in left for word in words):
        return False
    more = Counter(others) - Counter(words)
    return not any(word.startswith(("-", "|", "&", ";", ">", "#")) or word == "true" for word in more)


def _section(lines: Sequence[str] | None) -> list[str]:
    """The lines of ``[tool.prunella]`` and the tables below it."""
    inside = False
    section: list[str] = []
    for line in lines or ():
        header = re.match(r"\s*\[+\s*([^\]]*)\]", line)
        if header:
            inside = bool(re.match(r"""tool\s*\.\s*["']?prunella\b""", header[1]))
        if inside and line.strip():
            section.append(line.strip())
    return section


def _runs(command: str, path: str) -> bool:
    """Whether a command runs a file as a script. What an interpreter is given (``python app.py``) is the program that
    is repaired, unless it lies among the repository's tools or is named like what runs tests."""
    if path not in command:
        return False
    words = words_of(command)
    for index, word in enumerate(words):
        if word.removeprefix("./") != path:
            continue
        shell = index > 0 and words[index - 1] in SHELLS
        if shell or word.startswith("./") or path.endswith((".sh", ".bash")):
            return True
        if SCRIPT_FOLDERS.intersection(path.casefold().split("/")[:-1]):
            return True
        if index and RUNS.search(path.casefold()) and not words[index - 1].startswith(("py.test", "pytest")):
            return True
    return False


def _rejection(path: str, reason: str) -> Finding:
    return Finding("verify-command", path, 0, reason, Judgement.REJECT)
