"""Rung 0 for Rust: what git knows, and the compiler's own suggestions. ``cargo check`` judges each try."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from prunella.domain import CheckResult, Verification
from prunella.lately.languages import family
from prunella.ports import Judge, Mended
from prunella.toolchain.bench import Bench
from prunella.toolchain.command import printed, words_of
from prunella.toolchain.lore import Lore, lore
from prunella.toolchain.renames import git_repairs
from prunella.toolchain.rust_messages import messages, offers
from prunella.toolchain.search import Search, Sight
from prunella.toolchain.tree import Repair, Tree

CHECKING = {"check", "build", "test", "clippy", "run", "nextest", "bench", "b", "c", "t", "r"}
TESTING = {"test", "t", "nextest", "bench"}
KEPT = {"--workspace", "--all", "--all-features", "--no-default-features", "--offline", "--locked", "--frozen"}
KEPT |= {"--release", "--lib", "--bins", "--tests", "--examples", "--benches", "--all-targets"}
VALUED = {"-p", "--package", "--features", "-F", "--manifest-path", "--target", "--bin", "--test", "--example"}
COMMON_S = 40.0


class RustMender:
    """See ``bench.Mender``."""

    name = "rust"

    def mend(self, verification: Verification, bench: Bench, judge: Judge) -> Mended:
        """See ``bench.Mender``."""
        failed = verification.failed
        if failed is None or not any(family(found.file) == "rust" for found in failed.diagnostics):
            return Mended()
        return Search(_Craft(bench, failed), bench, judge).mended()

    def close(self) -> None:
        """Nothing stays up."""


def check_command(command: str) -> str:
    """The ``cargo check`` that sees what the check compiles; as broad as can be where its words say nothing."""
    words = words_of(command)
    starts = [at for at, word in enumerate(words[:-1]) if word.rpartition("/")[2] == "cargo"]
    for start in starts:
        rest = [word for word in words[start + 1 :] if not word.startswith("+")]
        if not rest or rest[0] not in CHECKING:
            continue
        kept = _kept(rest[1:])
        tests = rest[0] in TESTING and not {"--lib", "--tests", "--all-targets"} & set(kept)
        kind = "clippy" if rest[0] == "clippy" else "check"
        return shlex.join(["cargo", kind, "--message-format=json", *(["--tests"] if tests else []), *kept])
    return "cargo check --message-format=json --tests"


def _kept(words: list[str]) -> list[str]:
    kept: list[str] = []
    for at, word in enumerate(words):
        if word == "--" or word in {"&&", ";", "|", "||"}:
            break
        if word in KEPT or (word.partition("=")[0] in VALUED and "=" in word):
            kept.append(word)
        elif word in VALUED and at + 1 < len(words):
            kept += [word, words[at + 1]]
    return kept


class _Craft:
    """See ``search.Craft``."""

    def __init__(self, bench: Bench, failed: CheckResult) -> None:
        self._bench, self._failed = bench, failed
        self._known: Lore | None = None

    def look(self, tree: Tree) -> Sight | None:
        check = self._failed.check
        ran = self._bench.run("cargo", check_command(check.command), folder=check.folder, timeout_s=COMMON_S)
        told = messages(printed(ran).decode("utf-8", "replace"))
        if not told and not ran.passed:
            return None
        errors = tuple(one.diagnostic(check.folder, tree) for one in told)
        return Sight(errors, ran.passed, tuple(offers(told, check.folder, tree)))

    def repairs(self, sight: Sight, tree: Tree) -> Iterable[Repair]:
        if self._known is None:
            self._known = lore(self._bench.lately)
        return git_repairs(sight.errors, tree, self._known)
