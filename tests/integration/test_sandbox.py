"""Real commands: their output in order, their limits, and that nothing they started outlives them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from prunella.domain import Check, CommandResult, Ending
from prunella.errors import SandboxError
from prunella.sandbox.environment import check_environment
from prunella.sandbox.local import LocalSandbox

PATIENCE_S = 10.0
linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at /proc")


def sandbox(root: Path, environment: Mapping[str, str] | None = None, limit: int = 1024**3) -> LocalSandbox:
    environment = check_environment(os.environ) if environment is None else environment
    return LocalSandbox(root, environment=environment, output_limit=limit, grace_s=0.5)


def run(root: Path, command: str, timeout_s: float = 60.0) -> tuple[CommandResult, bytes]:
    log = root / "logs" / "check.log"
    result = sandbox(root).run(Check("test", command, timeout_s), log)
    return result, log.read_bytes()


def alive(pid: int) -> bool:
    """Whether the process runs; one that is dead and waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def gone(*pids: int) -> bool:
    """Whether all of them end within the patience of this test."""
    deadline = time.monotonic() + PATIENCE_S
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not any(map(alive, pids))


def pids_in(file: Path) -> list[int]:
    return [int(line) for line in file.read_text("ascii").split()]


def test_a_command_that_passes(tmp_path: Path) -> None:
    result, output = run(tmp_path, "echo hello")
    assert (result.exit_code, result.ending, result.passed) == (0, Ending.EXITED, True)
    assert output == b"hello\n"
    assert result.output_bytes == 6
    assert result.log_path == str(tmp_path / "logs" / "check.log")
    assert 0 < result.duration_s < PATIENCE_S


@pytest.mark.parametrize("code", [1, 3, 126, 127, 255])
def test_exit_codes_are_told(tmp_path: Path, code: int) -> None:
    result, _ = run(tmp_path, f"exit {code}")
    assert (result.exit_code, result.ending, result.passed) == (code, Ending.EXITED, False)


def test_a_command_that_is_not_there_is_a_result_not_an_error(tmp_path: Path) -> None:
    result, output = run(tmp_path, "no-such-command-here")
    assert result.exit_code == 127
    assert b"not found" in output


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGINT])
def test_a_signal_is_told(tmp_path: Path, number: signal.Signals) -> None:
    result, _ = run(tmp_path, f"kill -{int(number)} $$")
    assert (result.exit_code, result.ending, result.passed) == (-number, Ending.SIGNALLED, False)


def test_stdout_and_stderr_are_in_the_order_they_were_written(tmp_path: Path) -> None:
    command = "i=0; while [ $i -lt 200 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done"
    _, output = run(tmp_path, command)
    assert output.decode().split("\n")[:-1] == [f"{stream} {i}" for i in range(200) for stream in ("out", "err")]


def test_writing_to_the_streams_by_name_leaves_no_holes(tmp_path: Path) -> None:
    _, output = run(tmp_path, "echo one; echo two >>/dev/stdout; echo three >/dev/stderr; echo four")
    # A shell that opens /dev/stderr with ">" empties the file, as it does to any redirected output.
    assert output.endswith(b"three\nfour\n")
    assert b"\x00" not in output


def test_bytes_are_kept_as_they_are(tmp_path: Path) -> None:
    _, output = run(tmp_path, r"printf 'a\000b\377\033[31mred\033[0m\r\n'")
    assert output == b"a\x00b\xff\x1b[31mred\x1b[0m\r\n"


def test_there_is_no_input_and_no_terminal(tmp_path: Path) -> None:
    result, output = run(tmp_path, "cat; test -t 0 || test -t 1 || test -t 2 || echo none")
    assert output == b"none\n"
    assert result.passed


def test_it_runs_in_the_root_or_in_the_checks_folder(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    log = tmp_path / "log"
    sandbox(tmp_path).run(Check("a", "pwd -P"), log)
    assert log.read_text().strip() == str(tmp_path.resolve())
    sandbox(tmp_path).run(Check("a", "pwd -P", folder="web"), log)
    assert log.read_text().strip() == str((tmp_path / "web").resolve())


def test_our_secrets_are_not_in_its_environment_and_the_users_settings_are(tmp_path: Path) -> None:
    secrets = {
        "ANTHROPIC_API_KEY": "s1",
        "OPENAI_API_KEY": "s2",
        "OPENAI_BASE_URL": "s3",
        "JIRA_TOKEN": "s4",
        "GITHUB_TOKEN": "s5",
        "MY_MODEL_KEY": "s6",
        "PRUNELLA_HOME": "s7",
    }
    kept = {
        "PATH": os.environ["PATH"],
        "HOME": "/home/me",
        "MY_SETTING": "x",
        "DATABASE_URL": "app",
        "GITHUB_ACTIONS": "true",
    }
    log = tmp_path / "log"
    sandbox(tmp_path, check_environment({**secrets, **kept}, {"MY_MODEL_KEY"})).run(Check("a", "env"), log)
    names = {line.partition("=")[0] for line in log.read_text().splitlines()}
    assert not names & set(secrets)
    assert set(kept) <= names


@linux
def test_a_timeout_ends_grandchildren_and_what_ignores_sigterm(tmp_path: Path) -> None:
    command = (
        "sleep 1000 & echo $! >pids; (trap '' TERM; sleep 1000 & echo $! >>pids; wait) & echo $! >>pids; "
        "echo $$ >>pids; echo started; sleep 1000"
    )
    result, output = run(tmp_path, command, timeout_s=1.0)
    assert result.ending is Ending.TIMED_OUT
    assert not result.passed
    assert 1.0 <= result.duration_s < PATIENCE_S
    assert output == b"started\n"
    assert len(pids_in(tmp_path / "pids")) == 4
    assert gone(*pids_in(tmp_path / "pids"))


@linux
def test_a_timeout_ends_a_child_that_left_the_group_too(tmp_path: Path) -> None:
    child = "import os,time; os.setsid(); open('pids','w').write(str(os.getpid())); time.sleep(1000)"
    result, _ = run(tmp_path, f'{sys.executable} -c "{child}" & wait', timeout_s=1.5)
    assert result.ending is Ending.TIMED_OUT
    assert gone(*pids_in(tmp_path / "pids"))


def test_a_command_that_cleans_up_on_sigterm_may_do_so(tmp_path: Path) -> None:
    result, output = run(tmp_path, "trap 'echo cleaned; exit 0' TERM; echo up; sleep 1000 & wait", timeout_s=0.5)
    assert output == b"up\ncleaned\n"
    assert result.ending is Ending.TIMED_OUT
    assert not result.passed


@linux
def test_a_background_process_left_behind_ends_with_the_command(tmp_path: Path) -> None:
    result, output = run(tmp_path, "sleep 1000 & echo $! >pids; echo done")
    assert result.passed
    assert output == b"done\n"
    assert result.duration_s < PATIENCE_S
    assert gone(*pids_in(tmp_path / "pids"))


@linux
def test_too_much_output_ends_the_command(tmp_path: Path) -> None:
    log = tmp_path / "log"
    result = sandbox(tmp_path, limit=1024 * 1024).run(Check("a", "echo $$ >pids; exec yes"), log)
    assert result.ending is Ending.OUTPUT_LIMIT
    assert not result.passed
    assert result.output_bytes > 1024 * 1024
    assert gone(*pids_in(tmp_path / "pids"))


DRIVER = """
    import os, resource, signal, sys
    from pathlib import Path
    from prunella.domain import Check
    from prunella.sandbox.local import LocalSandbox
    from prunella.verify import verify

    class Quiet:
        def emit(self, event):
            pass

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    root = Path(sys.argv[1])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sandbox = LocalSandbox(root, environment=dict(os.environ), grace_s=0.5, on_group=lambda g: print(g, flush=True))
    checks = (Check("build", sys.argv[2], 60.0),)
    try:
        verification = verify(checks, sandbox, 0, root / "logs", Quiet())
    except KeyboardInterrupt:
        sys.exit(130)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print((after - before) // 1024, len(verification.results[0].diagnostics), verification.summary)
"""


def driver(root: Path, command: str) -> subprocess.Popen[str]:
    code = textwrap.dedent(DRIVER)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(root), command], stdout=subprocess.PIPE, text=True, start_new_session=True
    )


@linux
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_in_the_middle_leaves_nothing_running(tmp_path: Path, number: signal.Signals, code: int) -> None:
    os.mkfifo(tmp_path / "ready")
    command = "sleep 1000 & echo $! >pids; echo $$ >>pids; echo x >ready; trap '' INT; sleep 1000"
    with driver(tmp_path, command) as process:
        (tmp_path / "ready").read_text()
        process.send_signal(number)
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code
    assert len(pids_in(tmp_path / "pids")) == 2
    assert not any(map(alive, pids_in(tmp_path / "pids")))


@linux
def test_a_second_ctrl_c_does_not_wait_for_the_stubborn(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ready")
    os.mkfifo(tmp_path / "asked")
    command = "trap 'echo x >asked' TERM; echo $$ >pids; echo x >ready; while :; do sleep 0.05; done"
    with driver(tmp_path, command) as process:
        (tmp_path / "ready").read_text()
        process.send_signal(signal.SIGINT)
        (tmp_path / "asked").read_text()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)
    assert gone(*pids_in(tmp_path / "pids"))


@linux
def test_memory_stays_flat_however_much_is_printed(tmp_path: Path) -> None:
    line = "src/a.ts(1,1): error TS2339: Property 'x' does not exist on type 'Y'. 🎉 ünï"
    with driver(tmp_path, f'yes "{line}" | head -c 200M; exit 1') as process:
        output = process.communicate(timeout=60)[0].split("\n")[1]
    grown, diagnostics, summary = output.split(" ", 2)
    assert int(grown) < 60
    assert 1 <= int(diagnostics) <= 2, "the same line over and over is one error; the last one is cut"
    assert summary.startswith("Property 'x' does not exist")


def test_the_group_is_told_as_soon_as_it_runs(tmp_path: Path) -> None:
    groups: list[int] = []
    told = LocalSandbox(tmp_path, environment=os.environ, on_group=groups.append)
    log = tmp_path / "log"
    told.run(Check("a", "ps -o pgid= -p $$ 2>/dev/null || echo $$"), log)
    assert groups == [int(log.read_text())]


@linux
def test_when_nobody_can_note_the_group_it_does_not_run(tmp_path: Path) -> None:
    def refuse(group: int) -> None:
        (tmp_path / "pids").write_text(str(group))
        raise OSError("disk full")

    told = LocalSandbox(tmp_path, environment=os.environ, on_group=refuse, grace_s=0.5)
    with pytest.raises(OSError, match="disk full"):
        told.run(Check("a", "sleep 1000"), tmp_path / "log")
    assert gone(*pids_in(tmp_path / "pids"))


def test_a_vanished_folder_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"does not exist.*folder that does"):
        sandbox(tmp_path / "gone").run(Check("a", "true"), tmp_path / "log")
    with pytest.raises(SandboxError, match="does not exist"):
        sandbox(tmp_path).run(Check("a", "true", folder="gone"), tmp_path / "log")


def test_a_command_that_is_too_long_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"longer than the system allows.*script"):
        sandbox(tmp_path).run(Check("a", "true " + "x" * 300_000), tmp_path / "log")


def test_a_command_with_a_nul_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"prunella\.toml"):
        sandbox(tmp_path).run(Check("a", "true\0"), tmp_path / "log")


def test_a_log_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxError, match="cannot be written"):
        sandbox(tmp_path).run(Check("a", "true"), tmp_path / "file" / "log")
    with pytest.raises(SandboxError, match="cannot be written"):
        sandbox(tmp_path).run(Check("a", "true"), tmp_path)


def test_a_log_is_private_and_begins_afresh(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("old")
    log.chmod(0o600)
    sandbox(tmp_path).run(Check("a", "echo new"), log)
    assert log.read_text() == "new\n"
    fresh = tmp_path / "fresh"
    sandbox(tmp_path).run(Check("a", "true"), fresh)
    assert fresh.stat().st_mode & 0o777 == 0o600
