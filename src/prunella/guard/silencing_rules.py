"""The rules on checks that are silenced where they complain, as data (see ``lines``, ``silencing``)."""

from __future__ import annotations

from prunella.guard.lines import Rule, Side

_TYPES = "it silences the type checker"
_LINT = "it silences the linter"
_COMPILER = "it silences the compiler"
_ANY = "which switches type checking off"

ALWAYS = (
    Rule(
        "ts-suppression",
        ("js",),
        ("@ts-nocheck", "@ts-ignore", "@noflow"),
        r"@ts-(nocheck|ignore)\b|@noflow\b",
        _TYPES,
    ),
    Rule(
        "lint-suppression",
        ("js",),
        ("eslint-disable", "biome-ignore-all", "oxlint-disable", "tslint:disable", "stylelint-disable", "jshint"),
        r"(eslint|oxlint|stylelint)-disable(?!-(next-)?line)|biome-ignore-all|tslint:disable(?!-(next-)?line)"
        r"|jshint\s+ignore",
        "it silences the linter for all that follows",
    ),
    Rule(
        "untyped-module",
        ("js",),
        ("declare module",),
        r"""^\s*declare\s+module\s+["'][^"']+["']\s*;?\s*$""",
        f'it declares a module without types, so all of it is "any", {_ANY}',
    ),
    Rule(
        "python-suppression",
        ("python",),
        ("ignore-errors", "skip-file", "flake8: noqa", "ruff: noqa", "disable=all", "no_type_check", "pyright: "),
        r"#\s*mypy:.*ignore-errors|#\s*pylint:\s*(skip-file|disable=all)|#\s*(flake8|ruff)\s*:\s*noqa"
        r"|@(typing\.|t\.)?no_type_check\b|#\s*pyright:\s*(basic|\w+\s*=\s*(false|none))",
        "it silences the type checker or the linter for a whole file or function",
    ),
    Rule(
        "warnings-ignored",
        ("python",),
        ("filterwarnings", "simplefilter"),
        r"""\b(filterwarnings|simplefilter)\(\s*(action\s*=\s*)?["']ignore["']""",
        "it ignores warnings",
    ),
    Rule(
        "rust-suppression",
        ("rust",),
        ("#![",),
        r"#!\[\s*(allow|expect)\s*\(|#!\[\s*cfg_attr\((?!feature)[^)]*,\s*(allow|expect)\s*\(",
        "it silences the compiler for a whole module",
    ),
    Rule(
        "go-suppression",
        ("go",),
        ("go:build", "file-ignore", "+build ignore"),
        r"//go:build\s+(ignore\b|!?(?!(go1|linux|windows|darwin|unix|\w*bsd|dragonfly|android|ios|js|wasm\w*|wasip1|plan9|solaris|aix"
        r"|illumos|zos|amd64\w*|arm\w*|386|riscv64|ppc\w+|s390x|mips\w*|loong64|cgo|race|purego|appengine|tools|integration|e2e"
        r"|msan|asan|gc|gccgo|tinygo|gopherjs|nacl)\b)\w+\s*$)|//\s*\+build\s+ignore\b|//lint:file-ignore\b",
        "it takes a whole file out of the checks",
    ),
    Rule(
        "c-suppression",
        ("c",),
        ("system_header", "#pragma warning", "__pragma"),
        r"#\s*pragma\s+(GCC|clang)\s+system_header|\bpragma\s*\(?\s*warning\s*\(\s*(disable|push\s*,\s*0)",
        _COMPILER,
    ),
    Rule("jvm-suppression", ("jvm",), ("@file:suppress",), r"@file:Suppress\b", "it silences the compiler for a file"),
    Rule(
        "other-suppression",
        ("php", "ruby", "swift"),
        ("typed: false", "typed: ignore", "phpcs:disable", "phpcs:ignorefile", "codingstandardsignore", "-file"),
        r"#\s*typed:\s*(false|ignore)\b|phpcs:(disable|ignoreFile)|@codingStandardsIgnore(File|Start)"
        r"|@phpstan-ignore-file",
        "it silences the checks for a whole file",
    ),
)
"""Never looked at kindly: what silences a whole file or function, or anything whatever on a line."""

PLACED = (
    Rule("ts-suppression", ("js",), ("@ts-expect-error", "$flow"), r"@ts-expect-error\b|\$Flow(FixMe|Ignore)", _TYPES),
    Rule(
        "lint-suppression",
        ("js",),
        ("-disable-line", "-disable-next-line", "biome-ignore", "tslint:disable", "eslint-ignore", "-ignore"),
        r"(eslint|oxlint|stylelint)-disable-(next-)?line|biome-ignore\b(?!-)|tslint:disable-(next-)?line|eslint-ignore"
        r"|(prettier|dprint)-ignore",
        _LINT,
    ),
    Rule(
        "any",
        ("js",),
        ("any", "unknown", "never"),
        r"\bas\s+any\b(?=\s*([)\];,.}:>&|=!?\[]|as\b|//|$))|<any>\s*[\w(]|\bas\s+unknown\s*(as\b|[);,]|$)"
        r"|^(?!.*\bcatch\s*\().*[\w)\]?]\s*:\s*any(\[\])*\s*([,;)={}]|=>|$)"
        r"|\bas\s+[\w.]+<[^<>]*\bany\b|@(type|param|returns?)\s*\{any\}|=>\s*any\s*[;,)]",
        f'it casts to or declares "any", {_ANY}',
        softens=True,
    ),
    Rule(
        "python-suppression",
        ("python",),
        ("ignore", "noqa", "pylint:", "nosec", "fixme", "fmt:", "isort:", "yapf:"),
        r"#\s*(type|pyright|mypy|ty|pyrefly)\s*:\s*ignore|#\s*pyre-(ignore|fixme)|#\s*noqa\b|#\s*pylint:\s*disable"
        r"|#\s*nosec\b|#\s*fmt:\s*(off|skip)|#\s*isort:\s*(skip|off)|#\s*yapf:\s*disable",
        "it silences the type checker or the linter",
    ),
    Rule(
        "python-any",
        ("python",),
        ("cast(", "any ="),
        r"""\bcast\(\s*["']?(typing\.|t\.)?Any\b|^\s*\w+\s*:\s*(typing\.|t\.)?Any\s*=\s*[A-Za-z_]""",
        f"it casts to Any, or gives a value a second name without its type, {_ANY}",
        softens=True,
    ),
    Rule(
        "rust-suppression",
        ("rust",),
        ("#[",),
        r"#\[\s*(allow|expect)\s*\(|#\[\s*cfg_attr\(.*\b((allow|expect)\s*\(|rustfmt)|#\[\s*rustfmt(::|_)skip",
        _COMPILER,
    ),
    Rule("unsafe-cast", ("rust",), ("transmute",), r"\btransmute(_copy)?\b", "it reinterprets a value as another type"),
    Rule(
        "go-suppression",
        ("go",),
        ("nolint", "lint:ignore", "#nosec", "revive:disable"),
        r"//\s*nolint\b|//lint:ignore\b|//\s*#nosec\b|//\s*revive:disable",
        _LINT,
    ),
    Rule(
        "jvm-suppression",
        ("jvm",),
        (
            "@suppress",
            "nopmd",
            "nosonar",
            "checkstyle",
            "noinspection",
            "@checkstyle",
            "matter:off",
            "spotless:",
            "ktlint",
        ),
        r"@(\w+\.)*Suppress(Warnings|FBWarnings|Lint|WithNearMiss|AjWarnings)?\b\s*\(|\bNOPMD\b|\bNOSONAR\b"
        r"|CHECKSTYLE[:.]\s*OFF|\bnoinspection\b|@formatter:off|\bspotless:off|\bktlint-disable",
        "it silences the compiler or a linter",
    ),
    Rule(
        "dotnet-suppression",
        ("dotnet",),
        ("#pragma warning", "#nullable", "suppressmessage", "resharper disable", "nosonar"),
        r"#pragma\s+warning\s+disable|#nullable\s+disable|\bSuppressMessage\b|ReSharper\s+disable|\bNOSONAR\b",
        _COMPILER,
    ),
    Rule(
        "c-suppression",
        ("c",),
        (
            "diagnostic",
            "nolint",
            "cppcheck-suppress",
            "coverity[",
            "no_sanitize",
            "/*lint",
            "suppress_warning",
            "clang-format",
        ),
        r"pragma\s+(GCC|clang|G\+\+)\s+diagnostic\s+ignored|_Pragma\s*\(\s*\"\w+\s+diagnostic\s+ignored|\bNOLINT"
        r"|cppcheck-suppress|\bcoverity\[|\bno_sanitize\b|/\*lint\s+-e|clang-format\s+off",
        "it silences the compiler, a sanitizer or the linter",
    ),
    Rule(
        "other-suppression",
        ("php", "ruby", "shell", "swift"),
        ("phpstan-ignore", "psalm-suppress", "phpcs:", "rubocop:", "shellcheck disable", "swiftlint:disable", "reek:"),
        r"@phpstan-ignore(?!-file)|@psalm-suppress|phpcs:ignore\b|rubocop:(disable|todo)|shellcheck disable"
        r"|swiftlint:disable",
        _LINT,
    ),
    Rule(
        "coverage-excluded",
        ("js", "python", "rust", "go", "jvm", "c", "php", "ruby", "dotnet"),
        ("no cover", "istanbul", "c8 ignore", "v8 ignore", "lcov_excl", "coverage", "nocov", "gcovr"),
        r"pragma:\s*no\s*cover|(istanbul|c8|v8)\s+ignore\b|LCOV_EXCL|GCOVR_EXCL|#\[\s*coverage\(\s*off|@codeCoverageIgnore"
        r"|:nocov:|ExcludeFromCodeCoverage|cfg_attr\(.*coverage\(off",
        "it leaves code out of the coverage",
    ),
)
"""Looked at in their place: on code that was there they silence a complaint; new code may come with a few."""

STRICTER = (
    Rule(
        "strictness-lowered",
        ("js", "python", "rust", "php", "ruby", "c", "shell"),
        ("@ts-check", "deny(", "forbid(", "strict", "diagnostic error", "set -e", "@flow", "#![warn"),
        r"//\s*@ts-check|#!?\[\s*(deny|forbid|warn)\s*\(|#\s*(mypy|pyright):\s*.*strict"
        r"|declare\(\s*strict_types\s*=\s*1|#\s*typed:\s*str|diagnostic\s+error\b|^\s*set\s+-\w*e|@flow\b",
        "what made the checks strict here is gone",
        side=Side.LOST,
    ),
)

EXAMPLES = {
    "ts-suppression": "// @ts-ignore",
    "lint-suppression": "/* eslint-disable */",
    "untyped-module": "declare module 'left-pad';",
    "any": "const user = load() as any;",
    "python-suppression": "total = add(1, 'a')  # type: ignore",
    "python-any": "user = cast(Any, load())",
    "warnings-ignored": 'warnings.filterwarnings("ignore")',
    "rust-suppression": "#![allow(unused)]",
    "go-suppression": "//nolint:errcheck",
    "jvm-suppression": '@SuppressWarnings("unchecked")',
    "dotnet-suppression": "#pragma warning disable CS0168",
    "c-suppression": '#pragma GCC diagnostic ignored "-Wformat"',
    "other-suppression": "# rubocop:disable all",
    "coverage-excluded": "/* istanbul ignore next */",
    "unsafe-cast": "let id: u64 = unsafe { std::mem::transmute(raw) };",
    "non-null": "user!.name",
    "unused-silenced": "_ = unused",
    "strictness-lowered": '"strict": false',
}
"""Rule -> a line that breaches it (for those of REPLACING: in place of the same line without it)."""
