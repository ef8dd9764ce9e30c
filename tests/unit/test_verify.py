"""Checks in order, what is read from the one that fails, and how it is summed up. The commands are scripted."""

from __future__ import annotations

from pathlib import Path

import pytest

from prunella.domain import Check, CommandResult, Ending, ErrorClass, Severity, Verification
from prunella.events import CheckFinished, Event
from prunella.verify import SUMMARY_CHARS, verify


class Scripted:
    """A sandbox whose commands print what their check's command says, and end as told."""

    def __init__(self, root: Path, code: int = 1, ending: Ending = Ending.EXITED) -> None:
        self.root, self.code, self.ending = root, code, ending
        self.ran: list[str] = []

    def run(self, check: Check, log: Path) -> CommandResult:
        self.ran.append(check.name)
        log.parent.mkdir(parents=True, exist_ok=True)
        output = check.command.encode("utf-8", "surrogateescape")
        log.write_bytes(output)
        passed = check.command.startswith("ok")
        return CommandResult(0 if passed else self.code, self.ending, 1.5, str(log), len(output))


class Heard:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)


def verified(
    tmp_path: Path, *outputs: str, code: int = 1, ending: Ending = Ending.EXITED, folder: str = ""
) -> Verification:
    checks = tuple(Check(f"check {n}", output, 600.0, folder) for n, output in enumerate(outputs))
    return verify(checks, Scripted(tmp_path, code, ending), 3, tmp_path / "logs", Heard())


def test_checks_run_in_order_up_to_the_first_that_fails(tmp_path: Path) -> None:
    sandbox, heard = Scripted(tmp_path), Heard()
    checks = (Check("types", "ok"), Check("build", "no"), Check("test", "ok"))
    verification = verify(checks, sandbox, 0, tmp_path, heard)
    assert sandbox.ran == ["types", "build"]
    assert verification.proven == ("types",)
    assert not verification.passed
    assert verification.failed == verification.results[-1]
    assert [type(event).__name__ for event in heard.events] == ["CheckStarted", "CheckFinished"] * 2
    assert heard.events[-1] == CheckFinished(verification.results[-1], 0)


def test_when_all_pass_there_is_nothing_to_say(tmp_path: Path) -> None:
    verification = verified(tmp_path, "ok src/a.ts(1,1): error TS1005: not read", "ok")
    assert verification.passed
    assert (verification.number, verification.summary, verification.fingerprints) == (3, "", ())
    assert verification.diagnostics == ()


def test_the_output_of_each_check_has_a_file_of_its_own(tmp_path: Path) -> None:
    checks = tuple(Check(name, "ok") for name in ("a/b", "a-b", "../x", "übung", "..", "n" * 300))
    verification = verify(checks, Scripted(tmp_path), 7, tmp_path / "logs", Heard())
    names = [Path(result.result.log_path).name for result in verification.results]
    assert names[:2] == ["7-a-b.log", "7-a-b.log".replace(".log", "-1.log")]
    assert len(set(names)) == len(checks)
    assert all(len(name) < 100 and "/" not in name for name in names)
    assert {Path(result.result.log_path).parent for result in verification.results} == {tmp_path / "logs"}


def test_a_failure_is_read_classified_and_summed_up(tmp_path: Path) -> None:
    output = f"{tmp_path}/src/a.ts(3,15): error TS2305: Module '\"./api\"' has no exported member 'getHero'.\n"
    verification = verified(tmp_path, "ok", output)
    (diagnostic,) = verification.diagnostics
    assert (diagnostic.file, diagnostic.line, diagnostic.column) == ("src/a.ts", 3, 15)
    assert verification.error_class is ErrorClass.MISSING_EXPORT
    assert verification.summary == "Module '\"./api\"' has no exported member 'getHero'. (src/a.ts:3)"
    assert len(verification.fingerprints) == 1
    assert verification.results[-1].tail == output.strip()


def test_a_check_in_a_folder_names_files_from_the_root(tmp_path: Path) -> None:
    verification = verified(tmp_path, "src/a.ts(3,15): error TS2305: x", folder="web")
    assert verification.diagnostics[0].file == "web/src/a.ts"


def test_only_errors_count_when_there_are_any(tmp_path: Path) -> None:
    warning = "a.c:1:1: warning: unused\n"
    mixed = verified(tmp_path, f"{warning}a.c:2:1: error: wrong\n")
    assert len(mixed.diagnostics) == 2
    assert mixed.fingerprints == verified(tmp_path, "a.c:2:1: error: wrong\n").fingerprints
    alone = verified(tmp_path, warning)
    assert alone.diagnostics[0].severity is Severity.WARNING
    assert len(alone.fingerprints) == 1
    assert alone.summary == "unused (a.c:1)"


def test_a_long_message_is_shortened_and_its_place_kept(tmp_path: Path) -> None:
    summary = verified(tmp_path, f"src/a.ts(3,15): error TS2322: {'Type x ' * 100}").summary
    assert len(summary) <= SUMMARY_CHARS
    assert summary.endswith("… (src/a.ts:3)")


@pytest.mark.parametrize(
    ("output", "summary"),
    [
        (
            "compiling\nthe frobnicator failed: no gizmo\nnpm ERR! code 1\nnpm ERR! A log",
            "the frobnicator failed: no gizmo",
        ),
        ("one\n\x1b[31mError: boom\x1b[0m\ntwo\nmake: *** [all] Error 1", "Error: boom"),
        ("nothing that tells\nlast words\n\n", "last words"),
        ("npm ERR! code ELIFECYCLE", "npm ERR! code ELIFECYCLE"),
        ("", "check 'check 0' failed with exit code 1 and printed nothing"),
    ],
)
def test_what_no_parser_knows_is_summed_up_by_its_most_telling_line(tmp_path: Path, output: str, summary: str) -> None:
    verification = verified(tmp_path, output)
    assert verification.summary == summary
    assert verification.error_class is ErrorClass.UNKNOWN
    assert verification.fingerprints == verified(tmp_path, output).fingerprints != ()


@pytest.mark.parametrize("npm", ["npm error", "npm ERR!"])
def test_what_npm_says_of_its_own_log_is_no_summary(tmp_path: Path, npm: str) -> None:
    lines = ("npm warn old", f'{npm} Missing script: "x"', npm, f"{npm} To see a list of scripts, run:")
    more = (f"{npm}   npm run", f"{npm} A complete log of this run can be found in: /x")
    assert verified(tmp_path, "\n".join([*lines, *more])).summary == 'Missing script: "x"'


def test_a_timeout_is_told_as_one_even_when_errors_were_printed(tmp_path: Path) -> None:
    verification = verified(tmp_path, "a.ts(1,1): error TS1005: x", code=-15, ending=Ending.TIMED_OUT)
    assert verification.summary == "check 'check 0' timed out after 600 s"
    assert len(verification.fingerprints) == 2


def test_too_much_output_and_signals_are_told(tmp_path: Path) -> None:
    assert "was ended because it printed" in verified(tmp_path, "x", ending=Ending.OUTPUT_LIMIT).summary
    killed = verified(tmp_path, "", code=-11, ending=Ending.SIGNALLED)
    assert killed.summary == "check 'check 0' was ended by signal 11 and printed nothing"


def test_an_environment_that_cannot_work_is_its_own_class(tmp_path: Path) -> None:
    verification = verified(tmp_path, "> tsc\n\nsh: 1: tsc: not found\n", code=127)
    assert verification.error_class is ErrorClass.ENVIRONMENT
    assert verification.summary == "tsc: not found"


def test_the_tail_is_bounded(tmp_path: Path) -> None:
    tail = verified(tmp_path, "\n".join(f"line {n}" for n in range(1_000))).results[0].tail
    assert tail.split("\n")[0] == "line 940"
    assert tail.endswith("line 999")
    assert len(verified(tmp_path, "x" * 100_000).results[0].tail) <= 6_000
    assert len(verified(tmp_path, ("y" * 500 + "\n") * 60).results[0].tail) <= 6_000


def test_bytes_that_are_no_text_and_colours_do_no_harm(tmp_path: Path) -> None:
    verification = verified(
        tmp_path, "\udcff\x00\x1b[96ma.ts\x1b[0m:\x1b[93m2\x1b[0m:9 - \x1b[91merror\x1b[0m TS1005: \udcfe"
    )
    assert verification.diagnostics[0].message == "þ"
    assert verification.diagnostics[0].file == "ÿa.ts"
