"""The record on a real file: what is written comes back, by whichever process, whatever happened to the writer."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from prunella.changes import FileChange, Finding, Fix, Judgement, Verdict
from prunella.cli.history import run_history
from prunella.cli.show import run_diff, run_show
from prunella.conversation import Spent, Usage
from prunella.domain import Task
from prunella.errors import StoreError
from prunella.outcome import Outcome, Status
from prunella.store import queries
from prunella.store.database import VERSION
from prunella.store.sqlite import SqliteStore
from report_samples import CLAUDE, CODEX, LADDER, TASK, all_failed, attempt, failing, green, healed_by_codex, spent

FIXTURES = Path(__file__).parents[1] / "fixtures" / "report"
MIGRATIONS = Path(queries.__file__).parent / "migrations"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "prunella" / "prunella.db"


@pytest.fixture
def store(database: Path) -> Iterator[SqliteStore]:
    with SqliteStore(database, now=lambda: 1_770_000_100.0) as opened:
        yield opened


def record(store: SqliteStore, outcome: Outcome) -> None:
    store.task_started(outcome.task, outcome.task.root)
    if outcome.baseline:
        store.verification(outcome.task, outcome.baseline)
    for done in outcome.attempts:
        if done.after:
            store.verification(outcome.task, done.after)
        store.attempt(outcome.task, done)
    store.task_ended(outcome)


def named(outcome: Outcome, task_id: str, created_at: float = 1_770_000_000.0) -> Outcome:
    return replace(outcome, task=replace(outcome.task, id=task_id, created_at=created_at))


def ask(database: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(statement).fetchall()


def python(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_only_the_owner_can_read_it(store: SqliteStore, database: Path) -> None:
    record(store, all_failed())
    assert database.parent.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in database.parent.iterdir()} == {
        "prunella.db": 0o600,
        "prunella.db-wal": 0o600,
        "prunella.db-shm": 0o600,
    }


def test_a_file_that_others_could_read_is_closed_to_them(database: Path) -> None:
    database.parent.mkdir(parents=True)
    (database).touch(0o644)
    SqliteStore(database).close()
    assert (database).stat().st_mode & 0o777 == 0o600


def test_the_specifications_sql_runs_verbatim(store: SqliteStore, database: Path) -> None:
    record(store, named(healed_by_codex(), "a"))
    record(store, named(all_failed(), "b"))
    rows = ask(database, (FIXTURES / "success_rate.sql").read_text("utf-8"))
    assert sorted(rows) == [("Claude", 4, 0, 0.0), ("OpenAI", 2, 1, 50.0)]


def test_a_task_comes_back_as_it_was(store: SqliteStore, database: Path) -> None:
    outcome = replace(healed_by_codex(), task=replace(TASK, branch="fix/build"))
    finding = Finding("size", "src/a.ts", 3, "many lines", Judgement.SUSPICIOUS)
    odd = replace(outcome.attempts[1], verdict=Verdict((finding,)), faults=("Claude: 529",), stand_in_for="OpenAI")
    outcome = replace(outcome, attempts=(outcome.attempts[0], odd, outcome.attempts[2]))
    record(store, outcome)
    read = queries.dossier(database, outcome.task.id)
    assert read.task == outcome.task
    assert (read.status, read.reason, read.commit) == (Status.HEALED, outcome.reason, outcome.commit)
    assert read.verifications == (failing(), failing(1), failing(2), green(3))
    assert read.proven == ("types", "build")
    for told, done in zip(read.attempts, outcome.attempts, strict=True):
        rung = replace(done.rung, history=told.attempt.rung.history)
        assert told.attempt == replace(done, rung=rung, fix=Fix(diff=done.fix.diff))
        assert told.files == done.fix.paths
        assert told.answered


def test_verifications_know_whose_fix_they_are_of(store: SqliteStore, database: Path) -> None:
    record(store, all_failed())
    rows = ask(database, "SELECT DISTINCT number, attempt FROM verifications ORDER BY number")
    assert rows == [(0, None), (1, 1), (2, 2), (3, 3)]


def test_recording_something_again_replaces_it(store: SqliteStore, database: Path) -> None:
    record(store, all_failed())
    first = queries.dossier(database, TASK.id)
    record(store, all_failed())
    assert queries.dossier(database, TASK.id) == first


def test_an_attempt_that_nobody_answered_is_told_but_is_no_attempt_of_a_model(
    store: SqliteStore, database: Path
) -> None:
    silent = replace(attempt(1, CLAUDE, None), spent=Spent(), faults=("Claude: no key",), rejection="no key")
    calls = store.for_task(TASK.id)
    store.task_started(TASK, TASK.root)
    calls.closed(calls.opened(CLAUDE, 1, 10, 10, 0.1), None, None, "401 no key", "req_1")
    store.attempt(TASK, silent)
    assert ask(database, "SELECT * FROM fix_attempts") == []
    (told,) = queries.dossier(database, TASK.id).attempts
    assert (told.answered, told.attempt.faults, told.attempt.rung.display) == (False, ("Claude: no key",), "Claude")


@pytest.mark.parametrize("usage", [Usage(10, output_tokens=10), None])
def test_an_answer_that_was_or_may_have_been_billed_is_an_attempt_of_its_model(
    store: SqliteStore, database: Path, usage: Usage | None
) -> None:
    cut = replace(attempt(1, CODEX, None), spent=Spent(), rejection="cut off")
    calls = store.for_task(TASK.id)
    store.task_started(TASK, TASK.root)
    calls.closed(calls.opened(CODEX, 1, 10, 10, 0.1), usage, 0.05, "", "req_1")
    store.attempt(TASK, cut)
    assert ask(database, "SELECT model_used, succeeded FROM fix_attempts") == [("OpenAI", 0)]


def test_every_request_counts_as_what_is_known_of_it(store: SqliteStore, database: Path) -> None:
    store.task_started(TASK, TASK.root)
    calls = store.for_task(TASK.id)
    billed, refused, broken_off, lost = (calls.opened(CLAUDE, 1, 100, 50, 0.5) for _ in range(4))
    calls.closed(billed, Usage(90, 80, output_tokens=20), 0.125, "", "req_1")
    calls.closed(refused, None, None, "429 slow down", "req_2")
    calls.closed(broken_off, None, 0.5, "", "req_3")
    read = queries.dossier(database, TASK.id).calls
    assert [call.counted_usd for call in read] == [0.125, 0.0, 0.5, 0.5]
    assert [call.closed for call in read] == [True, True, True, False]
    assert read[0].usage == Usage(90, 80, output_tokens=20)
    (row,) = queries.history(database, 5)
    assert (row.cost_usd, row.price_known) == (1.125, True)
    free = calls.opened(CLAUDE, 2, 100, 50, None)
    calls.closed(free, Usage(1), None, "", "")
    assert queries.history(database, 5)[0].price_known is False
    assert lost


def test_a_request_is_on_disk_before_it_goes_out_even_if_we_are_killed_then(database: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; sys.path.insert(0, sys.argv[2]); from report_samples import *\n"
        "from prunella.store.sqlite import SqliteStore\n"
        "store = SqliteStore(Path(sys.argv[1])); store.task_started(TASK, 'r')\n"
        "store.for_task(TASK.id).opened(CLAUDE, 1, 100, 50, 0.75); os.kill(os.getpid(), 9)\n"
    )
    with python(code, str(database), str(Path(__file__).parents[1])) as killed:
        _, errors = killed.communicate(timeout=60)
    assert killed.returncode == -9, errors
    read = queries.dossier(database, TASK.id)
    assert read.status is None
    assert [(call.closed, call.counted_usd) for call in read.calls] == [(False, 0.75)]
    text = run_show(database, TASK.id, as_json=False)
    assert "not ended" in text
    assert "counted as $0.75" in text


def test_processes_that_start_at_once_make_one_database(database: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from prunella.domain import Task; from prunella.store.sqlite import *\n"
        "sys.stdin.read()\n"
        "with SqliteStore(Path(sys.argv[1])) as store: store.task_started(Task(sys.argv[2], '/r', ()), 'r')\n"
    )
    command = [sys.executable, "-c", code, str(database)]
    starting = [subprocess.Popen([*command, f"t{n}"], stdin=subprocess.PIPE, stderr=subprocess.PIPE) for n in range(6)]
    for process in starting:  # All are held at the line before the first touch of the file.
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    errors = [process.communicate(timeout=60)[1] for process in starting]
    assert errors == [b""] * 6
    assert {row.id for row in queries.history(database, 10)} == {f"t{n}" for n in range(6)}
    assert ask(database, "SELECT version FROM schema_version") == [(n,) for n in range(1, VERSION + 1)]
    assert ask(database, "PRAGMA journal_mode") == [("wal",)]


def test_threads_share_a_store(store: SqliteStore, database: Path) -> None:
    store.task_started(TASK, TASK.root)
    calls = store.for_task(TASK.id)

    def work() -> None:
        for _ in range(20):
            calls.closed(calls.opened(CLAUDE, 1, 1, 1, 0.01), Usage(1), 0.01, "", "")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(queries.dossier(database, TASK.id).calls) == 80


def test_a_database_of_a_newer_program_is_left_alone(database: Path) -> None:
    SqliteStore(database).close()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO schema_version VALUES (?, 0)", (VERSION + 1,))
    with pytest.raises(StoreError, match="newer Prunella") as raised:
        SqliteStore(database)
    assert "Update Prunella" in raised.value.remedy
    with pytest.raises(StoreError, match="newer Prunella"):
        queries.history(database, 1)


def test_a_migration_that_fails_leaves_nothing_behind(
    database: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "migrations"
    broken.mkdir()
    (broken / "0001_start.sql").write_text("CREATE TABLE tasks (id TEXT);\nCREATE NONSENSE;\n")
    monkeypatch.setattr("prunella.store.database._MIGRATIONS", broken)
    with pytest.raises(StoreError):
        SqliteStore(database)
    monkeypatch.undo()
    SqliteStore(database).close()
    assert queries.history(database, 1) == ()


def test_the_program_knows_its_last_migration() -> None:
    numbers = sorted(int(path.name[:4]) for path in MIGRATIONS.glob("*.sql"))
    assert numbers == list(range(1, VERSION + 1))


def test_what_is_no_database_is_an_error_with_a_remedy(database: Path) -> None:
    database.parent.mkdir(parents=True)
    (database).write_bytes(b"this is no database, however long it goes on " * 50)
    with pytest.raises(StoreError, match="not a database") as raised:
        SqliteStore(database)
    assert "Move it away" in raised.value.remedy


def test_a_home_that_is_a_file_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError) as raised:
        SqliteStore(tmp_path / "home" / "prunella.db")
    assert "PRUNELLA_HOME" in raised.value.remedy


def test_a_task_is_found_by_the_beginning_of_its_id(store: SqliteStore, database: Path) -> None:
    for task_id in ("1122-aa", "1122-ab", "1122-a", "1123-c"):
        record(store, named(all_failed(), task_id))
    assert queries.dossier(database, "1123").task.id == "1123-c"
    assert queries.dossier(database, "1122-a").task.id == "1122-a"
    with pytest.raises(StoreError, match=r"More than one task's id starts with '1122'") as raised:
        queries.dossier(database, "1122")
    assert "more of the id" in raised.value.remedy
    for unknown in ("x", "1122-%", "\x1b[2J"):
        with pytest.raises(StoreError, match="There is no task") as raised:
            queries.dossier(database, unknown)
        assert raised.value.message.isprintable()
        assert "prunella history" in raised.value.remedy


def test_without_a_record_there_is_no_history_and_no_story(database: Path) -> None:
    assert run_history(database, 5, as_json=False).startswith("Nothing has been recorded yet.")
    assert run_history(database, 5, as_json=True) == "[]\n"
    with pytest.raises(StoreError, match="nothing has been recorded"):
        run_show(database, "1", as_json=False)
    assert not database.parent.exists()


def test_bytes_that_are_no_text_are_kept(store: SqliteStore, database: Path) -> None:
    latin = b"-caf\xe9 \xff\x00\n".decode("utf-8", "surrogateescape")
    done = replace(
        attempt(1, CLAUDE, green(1)), fix=Fix((FileChange("a\udcff", b"", b""),), latin), text="\ud83d alone"
    )
    record(store, replace(healed_by_codex(), attempts=(done,), baseline=failing(0, "x\udce9")))
    assert run_diff(database, TASK.id).encode("utf-8", "surrogateescape") == b"-caf\xe9 \xff\x00\n"
    assert queries.dossier(database, TASK.id).attempts[0].files == ("a\udcff",)
    assert run_show(database, TASK.id, as_json=True).isascii()
    assert run_show(database, TASK.id, as_json=False).replace("\n", "").isprintable()


def test_huge_output_is_bounded(store: SqliteStore, database: Path) -> None:
    result = failing().results[1]
    many = result._replace(
        diagnostics=(replace(result.diagnostics[0], message="x" * 99_999),) * 2_000, tail="y" * 99_999
    )
    store.task_started(TASK, TASK.root)
    store.verification(TASK, replace(failing(), results=(many,)))
    (read,) = queries.dossier(database, TASK.id).verifications
    assert len(read.diagnostics) == 500
    assert len(read.diagnostics[0].message) == len(read.results[0].tail) == 4_000


def test_history_is_newest_first_and_bounded(store: SqliteStore, database: Path) -> None:
    record(store, named(all_failed(), "old", 1_000_000_000.0))
    record(store, named(healed_by_codex(), "new", 1_770_000_000.0))
    store.task_started(Task("running", "/r", (), created_at=1_780_000_000.0), "/r")
    rows = queries.history(database, 10)
    assert [row.id for row in rows] == ["running", "new", "old"]
    assert [row.status for row in rows] == [None, Status.HEALED, Status.NEEDS_HUMAN]
    assert rows[1].models == ("Claude", "OpenAI Codex")
    assert (rows[1].attempts, round(rows[1].cost_usd, 4)) == (3, 0.09)
    assert len(queries.history(database, 2)) == 2
    table = run_history(database, 10, as_json=False).splitlines()
    assert table[0].split()[:4] == ["ID", "WHEN", "REPOSITORY", "STATUS"]
    assert "not ended" in table[1]
    assert "site" in table[2]
    assert "TS2339" in table[2]


def test_show_tells_the_same_story_as_the_outcome(store: SqliteStore, database: Path) -> None:
    record(store, healed_by_codex())
    text = run_show(database, "1122", as_json=False)
    assert "## Attempt 3: OpenAI Codex, healed" in text
    assert run_diff(database, "1122") == healed_by_codex().fix.diff
    record(store, named(all_failed(), "red"))
    with pytest.raises(StoreError, match="no fix that made the checks pass"):
        run_diff(database, "red")


def test_deleting_a_task_deletes_what_belongs_to_it(store: SqliteStore, database: Path) -> None:
    record(store, all_failed())
    store.for_task(TASK.id).opened(LADDER.rungs[0], 1, 1, 1, spent().cost_usd)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM tasks")
    for table in ("fix_attempts", "verifications", "diagnostics", "provider_calls", "events"):
        assert ask(database, f"SELECT COUNT(*) FROM {table}") == [(0,)]


def test_the_time_of_a_small_heal_is_small(database: Path) -> None:
    """Four times the CPU that the design allows, so that a busy machine does not fail it."""
    code = (
        "import sys, time; from pathlib import Path; sys.path.insert(0, sys.argv[2]); from report_samples import *\n"
        "from prunella.store.sqlite import SqliteStore\n"
        "outcome = healed_at_once(); start = time.process_time(); store = SqliteStore(Path(sys.argv[1]))\n"
        "store.task_started(TASK, 'r'); store.verification(TASK, failing()); calls = store.for_task(TASK.id)\n"
        "calls.closed(calls.opened(CLAUDE, 1, 100, 50, 0.5), spent().usage, 0.03, '', 'r')\n"
        "store.verification(TASK, green(1)); store.attempt(TASK, outcome.attempts[0]); store.task_ended(outcome)\n"
        "store.close(); print(time.process_time() - start)\n"
    )
    with python(code, str(database), str(Path(__file__).parents[1])) as process:
        out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert float(out) < 0.060


def test_the_newest_task_of_a_checkout_is_found(store: SqliteStore, database: Path) -> None:
    assert queries.newest(database.with_name("none.db"), TASK.root) == ""
    assert queries.newest(database, TASK.root) == ""
    odd = "/home/ada/caf\udce9"
    roots = [(TASK.root, "1"), (TASK.root, "2"), (odd, "3"), ("/elsewhere", "4")]
    for at, (root, task_id) in enumerate(roots):
        store.task_started(replace(TASK, id=task_id, root=root, created_at=100.0 + at), root)
    assert queries.newest(database, TASK.root) == "2"
    assert queries.newest(database, odd) == "3"


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_the_history_fits_the_terminal(store: SqliteStore, database: Path, width: int) -> None:
    for event in (all_failed(), healed_by_codex()):
        task = replace(event.task, id=f"1122-{event.status.value}", root="/home/ada/a-site-with-a-long-name")
        record(store, replace(event, task=task))
    lines = run_history(database, 20, as_json=False, width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(line.startswith(("ID", "1122-")) for line in lines)
    assert "STATUS" in lines[0]
    assert "COST" in lines[0]
    assert max(map(len, run_history(database, 20, as_json=False, width=0).splitlines())) > 140
