"""The lines that give a cause outside the code away, in the words of shells, package managers and runtimes.

Each is anchored to what those programs print themselves: a test that prints ``ECONNREFUSED`` is a test that fails.
"""

from __future__ import annotations

from typing import NamedTuple

INSTALL = "Install the repository's dependencies ({how}), or correct the check's command."
INSTALLS = {
    "package-lock.json": "npm ci",
    "npm-shrinkwrap.json": "npm ci",
    "pnpm-lock.yaml": "pnpm install",
    "yarn.lock": "yarn install",
    "bun.lock": "bun install",
    "uv.lock": "uv sync",
    "poetry.lock": "poetry install",
    "pdm.lock": "pdm install",
    "Pipfile.lock": "pipenv sync",
    "requirements.txt": "pip install -r requirements.txt",
}
ANY_INSTALL = (
    "with the package manager that its lockfile belongs to: npm ci, pnpm install, yarn install, uv sync, "
    "poetry install, pip install -r …"
)
CORRECT = "Correct the check's command."


class Sign(NamedTuple):
    """A line that gives a cause away. ``words``: one of them is in it (so that most patterns are never compiled).
    ``codes`` are the exit codes it needs; none = any."""

    words: tuple[str, ...]
    pattern: str
    cause: str
    remedy: str
    codes: frozenset[int] = frozenset()
    asked: bool = False
    """Only when the check's own command has the name among its words: a script's slip is for the ladder."""
    certain: bool = False
    """Errors in the code beside it follow from it."""
    lasting: bool = False
    """No change of the repository's files brings it about."""


# A script of the repository may misspell a command; these it does not.
_KNOWN = (
    r"(?:docker|docker-compose|jq|yq|curl|wget|protoc|cmake|make|ninja|gcc|g\+\+|clang|cargo|rustup|go|java|javac|mvn|gradle"
    r"|node|npm|npx|pnpm|yarn|bun|deno|python3?|pip3?|uv|poetry|ruby|bundle|php|composer|dotnet|terraform|kubectl|helm|aws"
    r"|gcloud|az|psql|mysql|redis-cli|git|unzip|zip|xmllint|openssl|bc|rsync)"
)
SHELL = r"^(?:/bin/|/usr/bin/)?(?:ba|da|z|a)?sh: (?:line )?(?:[0-9]{1,6}: )?"
MISSING = (
    Sign(
        ("env: ", "bad interpreter"),
        r"^(?:/usr/bin/)?env: [‘'“\"]?(?P<name>[^’'”\":\n]{1,80})[’'”\"]?: No such file or directory"
        r"|^\S{0,200}: (?:\S{1,200}: )?(?P<name2>\S{1,200}): bad interpreter",
        "the interpreter '{name}' is not there",
        "Install it, or correct the first line of the script that names it.",
    ),
    Sign(
        ("not found", "No such file"),
        SHELL + r"(?P<name>[^\s:]{1,200}): (?:command )?not found$"
        r"|^\S{1,200}: (?:line )?[0-9]{1,6}: (?P<name3>" + _KNOWN + r"): (?:command )?not found$"
        r"|^make(?:\[[0-9]+\])?: (?P<name2>[^\s:]{1,200}): (?:No such file or directory|Command not found)$",
        "the command '{name}' is not there",
        INSTALL,
        frozenset({127, 2, 1}),
    ),
    Sign(
        ("No module named",),
        r"^\S{0,300}python[0-9.]{0,6}: No module named (?P<name>\S{1,100})$",
        "Python's module '{name}' is not installed",
        INSTALL,
    ),
    Sign(
        ("This is not the tsc", "could not determine executable"),
        r"This is not the tsc command you are looking for|^npm (?:ERR!|error) could not determine executable",
        "the tool that the command names is not installed",
        INSTALL,
    ),
    Sign(
        (
            "Browser",
            "Executable doesn",
            "browsers",
            "playwright install",
            "Failed to launch",
            "cannot find Chrome",
            "Could not find Chrom",
        ),
        r"Executable doesn't exist at .{0,300}(?:chrom|firefox|webkit|ms-playwright)|npx playwright install"
        r"|Could not find Chrom(?:e|ium) \(ver|error while loading shared libraries: lib",
        "the browser that the tests drive, or a library that it needs, is not installed",
        "Install it (npx playwright install --with-deps, npx puppeteer browsers install).",
        lasting=True,
    ),
)
"""What the command needs is not installed."""

ASKED = (
    Sign(
        ("issing script", "NO_SCRIPT", "Couldn't find a script", "Script not found", " not found.", "nknown command"),
        r"^npm (?:ERR!|error) [Mm]issing script: \"?(?P<name>[^\"\s]{1,100})"
        r"|^\s*(?:\[?ERR_PNPM_NO_SCRIPT\]?)\s+Missing script: (?P<name2>\S{1,100})"
        r"|^Usage Error: Couldn't find a script named \"(?P<name3>[^\"\s]{1,100})\""
        r"|^error: Script not found \"(?P<name4>[^\"\s]{1,100})\""
        r"|^error Command \"(?P<name5>[^\"\s]{1,100})\" not found\."
        r"|^(?:npm (?:ERR!|error) )?Unknown command: \"(?P<name6>[^\"\s]{1,100})\"",
        "package.json has no script '{name}'",
        CORRECT,
        asked=True,
    ),
    Sign(
        ("file or directory not found: ", "not found: "),
        r"^(?:ERROR: )?(?:file or directory )?not found: (?P<name>[^\s:]{1,300})(?:::.{0,300})?$",
        "pytest finds no '{name}', which the command names",
        CORRECT,
        asked=True,
    ),
    Sign(
        ("No rule to make target", "no makefile found"),
        r"^(?:g?make): \*\*\* No rule to make target [`'‘](?P<name>[^'’\n]{1,100})['’]\.(?:  Stop\.)?$",
        "the makefile has no target '{name}'",
        CORRECT,
        frozenset({2}),
        asked=True,
    ),
    Sign(
        ("no such command", "no such subcommand", "unknown command"),
        r"^error: no such (?:sub)?command: ?`(?P<name>[^`\s]{1,100})`|^go (?P<name2>[\w-]{1,100}): unknown command$",
        "there is no command '{name}'",
        CORRECT,
        asked=True,
    ),
    Sign(
        ("can't open file", "can't cd to", "annot open", "No such file"),
        r"^\S{0,300}python[0-9.]{0,6}: can't open file '(?P<name>[^'\n]{1,300})': \[Errno 2\]"
        r"|" + SHELL + r"cd: (?:can't cd to )?(?P<name2>[^\s:]{1,300})(?:: No such file or directory)?$"
        r"|" + SHELL + r"(?:\.: )?(?:cannot open )?(?P<name3>[^\s:]{1,300}): No such file",
        "'{name}', which the command names, is not there",
        CORRECT,
        asked=True,
    ),
)
"""What the command itself gets wrong."""
