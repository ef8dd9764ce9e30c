"""What a fix may plant for later: characters that nobody sees, and commands that run by themselves."""

from __future__ import annotations

import json

import pytest

from builders import task
from guarded import judged, rewritten
from prunella.changes import FileChange, Fix, Judgement, Replace, Verdict
from prunella.edits.diff import unified
from prunella.guard import check


def rules(verdict: Verdict) -> set[str]:
    return {finding.rule for finding in verdict.findings}


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200b", "\U000e0041", "\u3164", "\x1b", "\x08"])
def test_a_character_that_cannot_be_seen_is_held_back(character: str) -> None:
    verdict = rewritten("src/a.ts", "const a = 'x'\nok()\n", f"const a = 'x{character}'\nok()\n")
    (finding,) = (finding for finding in verdict.findings if finding.rule == "hidden-text")
    assert (finding.line, finding.judgement) == (1, Judgement.SUSPICIOUS)
    assert f"U+{ord(character):04X}" in finding.reason
    assert finding.reason.isprintable()


@pytest.mark.parametrize(
    "text", ["'\u2764\ufe0f'", "'caf\xe9\xa0'", "'\u0645\u06cc\u200c\u062e'", "'<data-1f2e>'", "'\t'"]
)
def test_what_people_write_is_fine(text: str) -> None:
    assert "hidden-text" not in rules(rewritten("src/a.ts", "const a = 'x'\nok()\n", f"const a = {text}\nok()\n"))


def test_a_test_may_hold_control_characters_as_data() -> None:
    before, after = "a = 'x'\nok()\n", "a = '\x1b[0m\x01'\nok()\n"
    assert "hidden-text" not in rules(rewritten("tests/test_a.py", before, after))
    assert "hidden-text" in rules(rewritten("tests/test_a.py", before, "a = '\u202e'\nok()\n"))


def test_what_the_file_holds_already_is_no_news() -> None:
    files = {"src/a.ts": "const zero = '\u200b'\nconst a = b\n"}
    assert "hidden-text" not in rules(judged(files, Replace("src/a.ts", "= b", "= '\u200b'")))


def test_a_character_taken_out_is_fine() -> None:
    assert "hidden-text" not in rules(rewritten("src/a.ts", "const a\u200b = 1\nok()\n", "const a = 1\nok()\n"))


def test_a_script_that_runs_on_install_is_held_back() -> None:
    before = json.dumps({"scripts": {"prepare": "tsc"}})
    for scripts in ({"prepare": "tsc", "postinstall": "node x.js"}, {"prepare": "node x.js"}):
        assert "install-script" in rules(rewritten("web/package.json", before, json.dumps({"scripts": scripts})))
    kept = json.dumps({"scripts": {"prepare": "tsc", "dev": "vite"}})
    assert "install-script" not in rules(rewritten("web/package.json", before, kept))
    assert "install-script" not in rules(rewritten("web/package.json", before, "[not JSON"))


def test_a_binary_file_hides_nothing_but_source_with_a_nul_does() -> None:
    def found(path: str, before: bytes, after: bytes) -> set[str]:
        changes = (FileChange(path, before, after),)
        return rules(check(Fix(changes, unified(changes)), task(), None))

    assert "hidden-text" not in found("out/logo.bin", b"a\n", b"\0\1\2\n")
    assert "hidden-text" in found("src/a.py", b"a = 1\n", b"a = '\0\1'\n")
