"""Every parser by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from prunella.diagnostics.claims import parse_with
from prunella.domain import Diagnostic

Parser = Callable[[str], tuple[Diagnostic, ...]]


class Toolchain(NamedTuple):
    """A parser, and the words of which at least one is in every log that it can read; () = it is always asked.

    Attributes:
        parser: the function, or the name of the module beside this one whose ``parse`` it is: that one is imported when
            a log has one of the words.
    """

    parser: Parser | str
    words: tuple[str, ...] = ()

    def parse(self, text: str) -> tuple[Diagnostic, ...]:
        """The diagnostics of this tool in a clean log."""
        return self.function()(text)

    def noise(self, text: str) -> tuple[tuple[int, int], ...]:
        """First and last lines (1-based) of what the tool wrote besides its diagnostics: progress, captured output.

        A module says so in a function ``noise``; nobody else reads these lines.
        """
        if not isinstance(self.parser, str):
            return ()
        from importlib import import_module

        tell = getattr(import_module(f"prunella.diagnostics.{self.parser}"), "noise", None)
        return tuple(tell(text)) if tell else ()

    def function(self) -> Parser:
        """The parser itself."""
        if not isinstance(self.parser, str):
            return self.parser
        from importlib import import_module

        found: Parser = import_module(f"prunella.diagnostics.{self.parser}").parse
        return found


TOOLCHAINS: dict[str, Toolchain] = {
    # Test runners: what a test printed is part of its report.
    "pytest": Toolchain("pytest", ("= short test summary info =", "= FAILURES =", "= ERRORS =", "no tests ran",
                                   "ImportError while loading conftest", "pytest: error: ", "py.test: error: ",
                                   "__main__.py: error: ", "――― ")),
    "jest": Toolchain("jest", ("● ", "No tests found, exiting", "coverage threshold")),
    "vitest": Toolchain("vitest", ("⎯⎯", " FAIL ", "No test files found, exiting", "ERROR: Coverage for ")),
    "mocha": Toolchain("mocha", (" failing", "Failures:")),
    "playwright": Toolchain("playwright", (" › ",)),
    "node_test": Toolchain("node_test", ("failing tests:", "Failed tests:")),
    "tap": Toolchain("tap", ("not ok",)),
    # Compilers, bundlers, linters.
    "typescript": Toolchain("typescript", ("error TS", "warning TS", "error NG", "warning NG", "error ts(")),
    "svelte": Toolchain("svelte", ("svelte",)),
    "next": Toolchain("next", ("Failed to compile", "Turbopack build", "Compiled with", "Error occurred prerendering",
                               "Build error occurred", "Type error:", "  Error: ", "  Warning: ", "Module not found:")),
    "webpack": Toolchain("webpack", ("ERROR in ", "WARNING in ", "TypeScript error in ", "Module not found: Error")),
    "make": Toolchain("make", ("*** ", "ninja: ", "meson", "configure: ", "FAILED: ", "akefile", ".mk:",
                               "configure.ac", ".am:", "automake", "autoconf")),
    "esbuild": Toolchain("esbuild", ("[ERROR] ", "[WARNING] ", ": ERROR: ", ": WARNING: ", ": error: ", ": warning: ")),
    "vite": Toolchain("vite", ("error during build", "[!] ", "(!) ", "[vite] ", "RollupError: ", "╭─[")),
    "swc": Toolchain("swc", (",-[", "╭─[", '"labels"', "eslint(", "typescript(", "unicorn(", "oxc(", "react(")),
    "babel": Toolchain("babel", ("SyntaxError", "@parcel/")),
    "eslint": Toolchain("eslint", (" error ", " warning ", "[Error", "[Warning", "Error - ", "Warning - ", "✖", "⚠",
                                   "  Line ", ") at ", "Parsing error", '"filePath"', "Oops!", "standard: ",
                                   "): error")),
    "stylelint": Toolchain("stylelint", ("✖", "⚠", "×", " [error]", " [warning]", ", error - ", ", warning - ",
                                         '"parseErrors"')),
    "biome": Toolchain("biome", ("━━", '"category"')),
    "prettier": Toolchain("prettier", ("[error] ", "[warn] ")),
    "tslint": Toolchain("tslint", ("ERROR: ", "WARNING: ", ".ts[", ".tsx[", ".js[")),
    "mypy": Toolchain("mypy", (".py",)),
    "pyright": Toolchain("pyright", (" - error: ", " - warning: ", " - information: ", '"generalDiagnostics"')),
    "pylint": Toolchain("pylint", (".py",)),
    "black": Toolchain("black", ("would reformat ", "Imports are incorrectly sorted", "error: cannot ")),
    "ruff": Toolchain("ruff", (".py", "Would reformat: ")),
    "flake8": Toolchain("flake8", (".py:", ".pyi:", ".pyx:", ">> Issue: [")),
    # Native, Rust, Go, the JVM, .NET, shells and images.
    "reports": Toolchain("reports", ('"runs"', '"Issues"', '"locations"', '"location"', '"offenses"', '"messages"',
                                     '"RuleName"', '"rule"', '"level"')),
    "xmlreports": Toolchain("xmlreports", ("<error ",)),
    "rust": Toolchain("rust", ("--> ", ".rs:", "panicked at", "error: ", '"spans"', " stdout ----", "Diff in ")),
    "go": Toolchain("go", (".go:", "go: ", "go.mod", "--- FAIL: ", "goroutine ", "import cycle", "no Go files",
                           " - G")),
    "maven": Toolchain("maven", ("[ERROR]", "[WARNING]", "[WARN]", "[FATAL]", ":[")),
    "gradle": Toolchain("gradle", ("* What went wrong:", " FAILED")),
    "java": Toolchain("java", (".java:", ".kt:", ".kts:", ".scala:", ".groovy:", "error: ", "e: ", "(at line ",
                               "Exception in thread", "warning: [", "w: file")),
    "msbuild": Toolchain("msbuild", ("): ", ") :", " : ", "proj: ", "error MSB", "error NU", "Unhandled ",
                                     "Error Message:")),
    "docker": Toolchain("docker", ("failed to", "ockerfile", " DL", "non-zero code", "response from daemon",
                                   "ailed to build", "the Docker daemon", "unable to prepare", "access denied")),
    "terraform": Toolchain("terraform", (".tf line ", ".hcl line ", ".tfvars line ", "│ Error: ", "│ Warning: ")),
    "shell": Toolchain("shell", ("SC1", "SC2", "SC3", ": line ", "yntax error", ": not found", "parse error near",
                                 "parameter not set", "Unterminated", "ad substitution", "command not found")),
    "php": Toolchain("php", (".php", "PHP ")),
    "ruby": Toolchain("ruby", (".rb", "akefile:", "emfile:", ".gemspec:", ".ru:", ".rake:", ".erb:",
                               "Failure/Error:", ": C: ", ": W: ", ": E: ")),
    "fortran": Toolchain("fortran", ("Error: ", "Error at (1)", "Warning: ")),
    "linker": Toolchain("linker", ("ld: ", "undefined ref", "multiple definition", "ld.", "mold: ",
                                   "referenced from:", "linker command", "ld-", "ld returned", "gold: ", "ld64")),
    "gnu": Toolchain("gnu", ("error:", "warning:", ": Error:", ": Warning:", "error #", "warning #", "remark",
                             ": style:", ": performance:", ": portability:", ": information:", "unimplemented:",
                             "(error)", "(warning)", "(style)")),
    "cmake": Toolchain("cmake", ("CMake ",)),
    # Package managers.
    "npm": Toolchain("npm", ("npm e", "npm E", "ERR_PNPM_", "➤ YN", "error ", "Usage Error: ", "error: ")),
    "pip": Toolchain("pip", ("ERROR: ", "error: ", "─▶", "version solving failed", "pyproject.toml", "Package ")),
    "prisma": Toolchain("prisma", ("rror: P", ".prisma:", "Could not find Prisma Schema")),
    "sphinx": Toolchain("sphinx", (" WARNING: ", " ERROR: ", " CRITICAL: ", " SEVERE: ", "WARNING/", "ERROR/",
                                   "SEVERE/")),
    # Runtimes: their stack traces are in the reports of those above.
    "python": Toolchain("python", ('File "',)),
    "node": Toolchain("node", ("  at ", "❯ ")),
    "annotations": Toolchain("annotations", ("::error ", "::warning ", "::notice ", "##vso[task.logissue ")),
    "others": Toolchain("others", ("└─ ", " • ", ", characters ", "%Error", "%Warning", "** (", ".nim(", "hs:", "  ╵",
                                   ".pl line ", ".pm line ", ".t line ", ".psgi line ", "in expression starting",
                                   "In ")),
    # What knows no tool, only shapes.
    "generic": Toolchain("generic"),
    # Asked only where nothing else has found an error.
    "scripts": Toolchain("scripts", ("npm ", "ELIFECYCLE", "ERR_PNPM_RECURSIVE", "error Command failed",
                                     "error: script ")),
}  # fmt: skip
"""In the order in which they are asked: who knows a tool's words before who only knows its shape. To add one: the name
of its module, and its words; each word must be short, cheap to find, and in every log that the parser can read."""


def parse_all(text: str) -> tuple[Diagnostic, ...]:
    """The diagnostics of every tool that wrote into ``text``, without repeats, errors before warnings and notes.

    Args:
        text: a log after ``clean``.
    """
    return parse_with(TOOLCHAINS, text)
