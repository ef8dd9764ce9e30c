"""``prunella guard`` in a real checkout: patches, what git sees changed, logs, settings and the list of rules."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checkouts import git, make, state
from prunella.cli.main import run as run_command
from prunella.guard.catalog import INFOS

SOURCE = "export const a = 1\n\nexport function f(x: number) {\n  return x + 1\n}\n"
CASE = "import { f } from './a'\n\nit('f', () => {\n  expect(f(1)).toBe(2)\n})\n"
FILES = {
    "src/a.ts": SOURCE,
    "src/a.test.ts": CASE,
    "package.json": '{\n  "scripts": {\n    "test": "vitest run"\n  }\n}\n',
    ".gitignore": ".env\nnode_modules/\n",
}


class Guard:
    """The command in a checkout."""

    def __init__(self, root: Path, captured: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.root, self.captured, self.patch = root, captured, patch

    def __call__(self, *words: str, text: str | bytes | None = None) -> tuple[int, str]:
        if text is not None:
            data = text if isinstance(text, bytes) else text.encode()
            self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        code = run_command(["guard", "--repo", str(self.root), *words])
        out, err = self.captured.readouterr()
        return code, out + err

    def json(self, *words: str, text: str | None = None) -> Any:
        code, out = self(*words, "--json", text=text)
        document = json.loads(out)
        assert document["exit_code"] == code
        return document

    def write(self, path: str, old: str, new: str) -> None:
        place = self.root / path
        assert old in place.read_text()
        place.write_text(place.read_text().replace(old, new))

    def diff(self, *flags: str) -> str:
        return git(self.root, "diff", *flags)


@pytest.fixture
def guard(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Guard:
    return Guard(make(tmp_path / "repo", FILES), capsys, monkeypatch)


def rules(document: Any) -> list[tuple[str, str, int]]:
    return [(finding["rule"], finding["path"], finding["line"]) for finding in document["findings"]]


def test_an_ordinary_repair_is_allowed(guard: Guard) -> None:
    guard.write("src/a.ts", "x + 1", "x + 2")
    assert guard() == (0, "allowed: 1 file, nothing found\n")


def test_nothing_changed_is_said(guard: Guard) -> None:
    assert guard() == (0, "allowed: nothing is changed\n")


def test_the_working_tree_is_judged_with_untracked_files_and_nothing_is_written(guard: Guard) -> None:
    guard.write("src/a.test.ts", "it('f'", "it.skip('f'")
    (guard.root / "src/new.ts").write_text("// @ts-nocheck\nexport const b = a\n")
    (guard.root / ".env").write_text("KEY=1\n")
    before = state(guard.root)
    code, out = guard()
    assert code == 5
    assert state(guard.root) == before
    lines = out.splitlines()
    assert lines[0] == "suspicious: 2 files"
    assert any("src/a.test.ts:3: " in line and "[test-skipped]" in line for line in lines)
    assert any("src/new.ts:1: " in line and "[ts-suppression]" in line for line in lines)
    assert any(line.startswith("  instead: Repair what the tool complains of") for line in lines)


def test_a_rejection_has_its_own_exit_code(guard: Guard) -> None:
    guard.write("package.json", "vitest run", "true")
    document = guard.json("--check", "npm test")
    assert document["exit_code"] == 1
    assert document["judgement"] == "reject"
    assert "verify-command" in [rule for rule, _, _ in rules(document)]
    assert document["checks"] == [{"name": "check-1", "command": "npm test", "folder": ""}]


def test_a_patch_is_judged_before_and_after_it_is_applied_and_by_itself_alike(guard: Guard, tmp_path: Path) -> None:
    guard.write("src/a.test.ts", "  expect(f(1)).toBe(2)\n", "  f(1)\n")
    patch = tmp_path / "p.diff"
    patch.write_text(guard.diff())
    applied = guard.json(str(patch))
    from_tree = guard.json()
    git(guard.root, "checkout", "-q", ".")
    fresh, alone = guard.json(str(patch)), guard.json(str(patch), "--detached")
    assert applied == from_tree == fresh
    assert rules(fresh) == rules(alone)
    assert ("assertion-removed", "src/a.test.ts") in [found[:2] for found in rules(fresh)]
    assert (guard.root / "src/a.test.ts").read_text() == CASE


def test_a_patch_comes_through_a_pipe(guard: Guard) -> None:
    guard.write("src/a.ts", "x + 1", "x as any")
    code, out = guard("-", text=guard.diff())
    assert code == 5
    assert "src/a.ts:4: " in out


def test_against_a_branch_only_what_was_done_here_counts(guard: Guard) -> None:
    git(guard.root, "checkout", "-q", "-b", "agent")
    guard.write("src/a.ts", "x + 1", "x + 2")
    git(guard.root, "commit", "-q", "-a", "-m", "mine")
    git(guard.root, "checkout", "-q", "main")
    guard.write("src/a.test.ts", "it('f'", "it.skip('f'")
    git(guard.root, "commit", "-q", "-a", "-m", "theirs")
    git(guard.root, "checkout", "-q", "agent")
    assert guard()[0] == 0
    assert guard.json("--against", "main")["files"] == ["src/a.ts"]
    guard.write("src/a.test.ts", "it('f'", "it.only('f'")
    assert guard.json("--against", "main")["files"] == ["src/a.test.ts", "src/a.ts"]
    code, said = guard("--against", "nowhere")
    assert code == 2
    assert "There is no commit 'nowhere' here" in said


def test_staged_is_what_a_commit_would_hold(guard: Guard) -> None:
    guard.write("src/a.ts", "x + 1", "x as any")
    git(guard.root, "add", "-A")
    guard.write("src/a.ts", "x as any", "x + 2")
    (guard.root / "src/new.test.ts").write_text("it.skip('x', () => {})\n")
    assert guard.json("--staged")["files"] == ["src/a.ts"]
    assert guard("--staged")[0] == 5
    git(guard.root, "reset", "-q", "--hard")
    assert guard("--staged") == (0, "allowed: nothing is changed\n")


@pytest.mark.parametrize("flags", [("-a",), ("--", "src/a.ts")], ids=["all", "some"])
def test_as_a_hook_it_stops_a_commit_of_what_was_never_staged(guard: Guard, flags: tuple[str, ...]) -> None:
    hook = guard.root / ".git/hooks/pre-commit"
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m prunella guard --staged\n')
    hook.chmod(0o755)
    guard.write("src/a.ts", "x + 1", "x as any")
    done = subprocess.run(
        ["git", "commit", "-q", "-m", "x", *flags], cwd=guard.root, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "[any]" in done.stdout + done.stderr
    guard.write("src/a.ts", "x as any", "x + 2")
    subprocess.run(["git", "commit", "-q", "-m", "x", *flags], cwd=guard.root, capture_output=True, check=True)


def test_a_renamed_test_is_seen_as_one(guard: Guard) -> None:
    git(guard.root, "mv", "src/a.test.ts", "src/a.old.ts")
    assert "test-deleted" in [rule for rule, _, _ in rules(guard.json())]
    assert "test-deleted" in [rule for rule, _, _ in rules(guard.json("-", text=guard.diff("HEAD")))]


def test_a_log_makes_the_rules_adapt(guard: Guard, tmp_path: Path) -> None:
    guard.write("package.json", '"vitest run"', '"vitest run --silent"')
    log = tmp_path / "log"
    log.write_text("package.json:3:13: error TS1005: ',' expected.\n")
    without = guard.json("--check", "npm test")
    known = guard.json("--check", "npm test", "--log", str(log))
    assert without["judgement"] == "reject"
    assert known["judgement"] == "suspicious"
    assert any("an error names this file" in finding["reason"] for finding in known["findings"])
    code, said = guard("--log", str(tmp_path / "none"))
    assert code == 2
    assert "Name a file that holds the output" in said


OUTSIDE = "diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n"


@pytest.mark.parametrize("path", ["../x", "/etc/x", ".git/hooks/pre-commit", "a/../../x", ".GIT/config", ".env"])
def test_what_reaches_out_of_the_repository_is_rejected_and_not_looked_at(guard: Guard, path: str) -> None:
    changed = OUTSIDE.format(path=path).replace("new file mode 100644\n", "").replace("/dev/null", f"a/{path}")
    for text in (OUTSIDE.format(path=path), changed.replace("-0,0 +1", "-1 +1").replace("\n+x", "\n-y\n+x")):
        code, out = guard("-", text=text)
        assert code == 1, out
        assert "[path]" in out or "[secret]" in out


def test_links_and_submodules_are_seen(guard: Guard) -> None:
    link = OUTSIDE.format(path="l").replace("100644", "120000").replace("+x", "+../../etc/passwd")
    code, out = guard("-", text=link)
    assert code == 1
    assert "a symbolic link that leads out of the repository" in out
    assert guard("-", text=link.replace("../../etc/passwd", "src/a.ts"))[0] == 5
    assert guard("-", "--detached", text=link.replace("120000", "160000"))[0] == 5
    (guard.root / "l").symlink_to("/etc/passwd")
    assert guard()[0] == 1


def test_a_patch_that_changes_no_byte_is_told_for_what_it_is(guard: Guard) -> None:
    code, said = guard("-", text="diff --git a/src/a.ts b/src/a.ts\nold mode 100644\nnew mode 120000\n")
    assert code == 5
    assert said.startswith("suspicious: 1 file\n")
    assert "src/a.ts: it changes a symbolic link" in said


def test_through_a_linked_folder_nothing_may_be_written(guard: Guard, tmp_path: Path) -> None:
    (guard.root / "out").symlink_to(tmp_path)
    git(guard.root, "add", "-A")
    git(guard.root, "commit", "-q", "-m", "link")
    code, out = guard("-", text=OUTSIDE.format(path="out/x.ts"))
    assert code == 1
    assert "symlink" in out


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (("-",), "no patch\n", "There is no patch in it"),
        (("-",), "--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1 @@\n-other\n+x\n", "--detached"),
        (("none.diff",), None, "none.diff cannot be read"),
        (("-", "--against", "HEAD"), "x", "not for a patch"),
        (("--detached",), None, "--detached is for a patch"),
    ],
)
def test_what_cannot_be_judged_is_said_with_the_remedy(
    guard: Guard, words: tuple[str, ...], text: str | None, said: str
) -> None:
    code, out = guard(*words, text=text)
    assert code == 2
    assert said in out


def test_a_patch_alone_needs_no_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Guard(tmp_path, capsys, monkeypatch)
    text = "--- a/tests/test_a.py\n+++ b/tests/test_a.py\n@@ -3,1 +3,2 @@\n+@pytest.mark.skip\n def test_a():\n"
    code, out = nowhere("-", "--detached", text=text)
    assert code == 5
    assert "tests/test_a.py:3: " in out
    assert nowhere("-", text=text)[0] == 2
    assert nowhere()[0] == 2


def test_before_the_first_commit_there_is_nothing_to_compare_with(guard: Guard, tmp_path: Path) -> None:
    guard.root = tmp_path / "fresh"
    subprocess.run(["git", "init", "-q", str(guard.root)], check=True)
    code, out = guard()
    assert code == 2
    assert "There is no commit yet" in out


def test_bytes_that_are_no_text_are_judged(guard: Guard) -> None:
    (guard.root / "src/latin.ts").write_bytes(b"// caf\xe9\n")
    git(guard.root, "add", "-A")
    git(guard.root, "commit", "-q", "-m", "latin")
    (guard.root / "src/latin.ts").write_bytes(b"// caf\xe9\n// @ts-nocheck\n")
    (guard.root / "b.bin").write_bytes(bytes(range(256)))
    text = subprocess.run(["git", "diff"], cwd=guard.root, check=True, capture_output=True).stdout
    assert guard()[0] == 5
    assert guard("-", text=text)[0] == 5


def test_settings_of_the_repository_count_and_the_rules_are_listed_with_them(guard: Guard) -> None:
    (guard.root / "prunella.toml").write_text('[guard]\nallow = ["any"]\nreject = ["test-skipped"]\n')
    git(guard.root, "add", "-A")
    git(guard.root, "commit", "-q", "-m", "settings")
    guard.write("src/a.ts", "x + 1", "x as any")
    assert guard()[0] == 0
    guard.write("src/a.test.ts", "it('f'", "it.skip('f'")
    assert guard()[0] == 1

    _, out = guard("--rules")
    assert all(info.name in out and info.says in out for info in INFOS)
    code, listed = guard("--rules", "--json")
    assert code == 0
    held = {rule["name"]: rule for rule in json.loads(listed)["rules"]}
    assert list(held) == [info.name for info in INFOS]
    assert held["any"]["set"] == "allow"
    assert held["test-skipped"]["set"] == "reject"
    assert held["ci"] == {**held["ci"], "set": None, "floor": True, "judgement": "reject"}


def test_an_agent_that_changes_the_settings_first_is_rejected_for_that(guard: Guard) -> None:
    (guard.root / "prunella.toml").write_text('[guard]\nallow = ["any"]\n')
    guard.write("src/a.ts", "x + 1", "x as any")
    code, out = guard()
    assert code == 1
    assert "prunella.toml" in out


def test_hostile_names_do_nothing_to_a_terminal(guard: Guard) -> None:
    code, out = guard("-", text=OUTSIDE.format(path="x\x1b]0;owned\x07.py"))
    assert code == 1
    assert "\x1b" not in out
