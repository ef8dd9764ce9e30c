"""Files that are not a fix's to change whatever is in them, told by their names."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache

from prunella.changes import Finding, Judgement
from prunella.guard.view import Found, RuleInfo

CI = (
    ".github/workflows/*", ".github/actions/*", ".gitlab-ci.yml", ".gitlab/*", ".circleci/*", "jenkinsfile*",
    "azure-pipelines*", ".azure-pipelines/*", ".travis.yml", "bitbucket-pipelines.yml", ".buildkite/*", ".drone.y*ml",
    ".woodpecker*", ".ci/*", "appveyor.yml", ".appveyor.yml", ".semaphore/*", ".teamcity/*", ".cirrus.yml",
    ".gitea/workflows/*", ".forgejo/workflows/*", "cloudbuild.y*ml", "buildspec.y*ml", "wercker.yml", ".build.yml",
    ".tekton/*", ".concourse/*", ".zuul.y*ml", "*/.github/workflows/*",
)  # fmt: skip
HOOKS = (
    ".husky/*", "*/.husky/*", ".githooks/*", ".git-hooks/*", ".pre-commit-config.yaml", "lefthook.y*ml",
    ".lefthook.y*ml",
    ".huskyrc*", ".simple-git-hooks.*", ".overcommit.yml",
)  # fmt: skip
LOCKFILES = {
    "package-lock.json": ("package.json",), "npm-shrinkwrap.json": ("package.json",), "yarn.lock": ("package.json",),
    "pnpm-lock.yaml": ("package.json", "pnpm-workspace.yaml"), "bun.lock": ("package.json",),
    "bun.lockb": ("package.json",),
    "poetry.lock": ("pyproject.toml",), "uv.lock": ("pyproject.toml",), "pdm.lock": ("pyproject.toml",),
    "pipfile.lock": ("pipfile",), "pixi.lock": ("pixi.toml", "pyproject.toml"), "cargo.lock": ("cargo.toml",),
    "go.sum": ("go.mod",), "go.work.sum": ("go.work",), "gemfile.lock": ("gemfile",),
    "composer.lock": ("composer.json",),
    "mix.lock": ("mix.exs",), "pubspec.lock": ("pubspec.yaml",), "podfile.lock": ("podfile",),
    "package.resolved": ("package.swift",), "packages.lock.json": (), "gradle.lockfile": ("build.gradle",),
    "flake.lock": ("flake.nix",), "deno.lock": ("deno.json",), "verification-metadata.xml": (), "conda-lock.yml": (),
}  # fmt: skip
"""Lockfile -> the manifests it is made of."""

SOURCES = (
    ".yarnrc", ".yarnrc.yml", "pip.conf", "pip.ini", "*/pip.conf", ".pnpmfile.cjs", "bunfig.toml", ".condarc",
    "nuget.config",
    ".bundle/config", ".yarn/releases/*", ".yarn/plugins/*", "uv.toml", ".gemrc", ".npmrc", "*/.npmrc",
)  # fmt: skip
"""Where packages are fetched from, and the package manager itself."""

TOOLCHAINS = {
    "cargo": (".cargo/config", ".cargo/config.toml", "*/.cargo/config.toml", "rust-toolchain", "rust-toolchain.toml"),
    "mvn": (".mvn/*", "mvnw", "mvnw.cmd"),
    "mvnw": (".mvn/*", "mvnw", "mvnw.cmd"),
    "gradle": ("gradlew", "gradlew.bat", "gradle/wrapper/*"),
    "gradlew": ("gradlew", "gradlew.bat", "gradle/wrapper/*"),
    "go": ("go.work",),
}
"""Command -> files by which its build does something else."""

GIT = (".gitattributes", "*/.gitattributes", ".gitmodules")
AGENTS = (
    ".vscode/tasks.json", ".vscode/settings.json", ".vscode/launch.json", ".claude/*", ".cursor/*", ".cursorrules",
    ".mcp.json", ".codex/*", ".gemini/*", ".windsurf/*", ".windsurfrules", ".zed/tasks.json", ".devcontainer/*",
    ".idea/*",
    ".aider*", ".continue/*", ".roo/*", ".kiro/*", ".envrc", "claude.md", "agents.md",
    ".github/copilot-instructions.md",
)  # fmt: skip
"""What editors and agents run, or are told."""

TOLD = ("claude.md", "agents.md", ".github/copilot-instructions.md")
INSTALLED = (
    "node_modules/*", "*/node_modules/*", "*/site-packages/*", "site-packages/*", ".venv/*", "venv/*",
    "*/dist-packages/*",
    "bower_components/*", ".tox/*", ".pnp.cjs", ".pnp.loader.mjs", "__pypackages__/*",
)  # fmt: skip
STARTED = ("sitecustomize.py", "usercustomize.py", "*.pth", "*/sitecustomize.py", "*/usercustomize.py")

INFOS = (
    RuleInfo(
        "ci",
        "checks",
        "A fix does not change continuous integration.",
        Judgement.REJECT,
        True,
        True,
        ".github/workflows/ci.yml",
    ),
    RuleInfo(
        "git-hook",
        "checks",
        "A fix does not change git hooks.",
        Judgement.REJECT,
        floor=True,
        example=".husky/pre-commit",
    ),
    RuleInfo(
        "lockfile",
        "checks",
        "A fix does not write a lockfile; the package manager does.",
        Judgement.REJECT,
        adapts=True,
        example="package-lock.json",
    ),
    RuleInfo(
        "package-source",
        "checks",
        "A fix does not change where packages come from.",
        Judgement.REJECT,
        floor=True,
        example=".yarnrc.yml",
    ),
    RuleInfo(
        "toolchain",
        "checks",
        "A fix does not change the wrapper or settings that a build tool is started with.",
        Judgement.REJECT,
        floor=True,
        adapts=True,
        example=".mvn/maven.config",
    ),
    RuleInfo(
        "git-settings",
        "checks",
        "A fix does not change git's settings.",
        Judgement.REJECT,
        floor=True,
        example=".gitattributes",
    ),
    RuleInfo(
        "agent-settings",
        "checks",
        "A fix does not change what editors and agents run.",
        Judgement.REJECT,
        floor=True,
        example=".vscode/tasks.json",
    ),
    RuleInfo(
        "installed-files",
        "checks",
        "A fix does not change installed packages.",
        Judgement.REJECT,
        floor=True,
        example="node_modules/left-pad/index.js",
    ),
    RuleInfo(
        "interpreter-start",
        "checks",
        "A fix does not add what an interpreter runs by itself.",
        Judgement.REJECT,
        floor=True,
        example="sitecustomize.py",
    ),
)


def by_name(path: str, words: frozenset[str], touched: frozenset[str]) -> Found:
    """What speaks against touching a file, by its name.

    Args:
        words: of the checks' commands.
        touched: all paths of the fix, in lower case.
    """
    folded = path.casefold()
    rule = _rule(folded)
    if rule:
        name, reason, softens = rule
        judgement = Judgement.SUSPICIOUS if folded in TOLD else Judgement.REJECT
        if name == "lockfile" and _with_manifest(folded, touched):
            # A package that a manifest gains is judged for itself; its lockfile has to follow.
            judgement = Judgement.SUSPICIOUS
        return [(Finding(name, path, 0, reason, judgement), softens)]
    for command, patterns in TOOLCHAINS.items():
        if like(folded, patterns):
            used = command in words or any(word.endswith(f"/{command}") for word in words)
            judgement = Judgement.REJECT if used else Judgement.SUSPICIOUS
            return [(Finding("toolchain", path, 0, "it changes what a build tool is started with", judgement), True)]
    return []


@lru_cache(maxsize=4_096)
def _rule(folded: str) -> tuple[str, str, bool] | None:
    name = folded.rpartition("/")[2]
    rules = (
        (CI, "ci", "it changes continuous integration", True),
        (HOOKS, "git-hook", "it changes git hooks", False),
        (SOURCES, "package-source", "it changes where packages come from", False),
        (GIT, "git-settings", "it changes git's settings", False),
        (AGENTS, "agent-settings", "it changes what editors or agents run or are told", False),
        (INSTALLED, "installed-files", "it changes an installed package", False),
        (STARTED, "interpreter-start", "it adds what the interpreter runs by itself", False),
    )
    for patterns, rule, reason, softens in rules:
        if like(folded, patterns) or (rule == "git-hook" and like(name, patterns)):
            return rule, reason, softens
    if name in LOCKFILES:
        return "lockfile", "it changes a lockfile, which only the package manager writes", True
    return None


def _with_manifest(folded: str, touched: frozenset[str]) -> bool:
    folder, slash, name = folded.rpartition("/")
    return any(f"{folder}{slash}{manifest}" in touched for manifest in LOCKFILES[name])


def like(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path is like one of the patterns."""
    return any(fnmatchcase(path, pattern) for pattern in patterns)
