"""Logs of any size, from any stream: nothing in them is skipped, memory is bounded, lines keep their numbers."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from prunella.diagnostics.limits import MOST_KEPT
from prunella.diagnostics.reading import TAIL, WHOLE, read, read_file
from prunella.domain import Diagnostic, Severity

FIXTURES = Path(__file__).parents[2] / "fixtures" / "diagnostics"
LOGS = sorted(FIXTURES.glob("*/*.log"))
NOISE = b"".join(
    b"[progress] %d%% of modules, written chunk-%x.js to dist\n" % (n % 100, n * 7919) for n in range(25_000)
)
ERROR = b"src/a.ts(3,5): error TS2339: no x\n"


def test_a_log_that_vanished_is_as_if_empty(tmp_path: Path) -> None:
    assert read_file(tmp_path / "gone") == read(BytesIO(b""))


@pytest.mark.parametrize("log", LOGS, ids=lambda log: f"{log.parent.name}/{log.stem}")
def test_in_a_sea_of_noise_a_log_is_read_as_if_it_were_alone(log: Path) -> None:
    data = log.read_bytes().rstrip(b"\n") + b"\n"
    few = b"\n".join(NOISE.split(b"\n")[:100]) + b"\n"
    near = read(BytesIO(few + data + few)).diagnostics
    far = read(BytesIO(NOISE + data + NOISE)).diagnostics
    assert {told(found) for found in far} == {told(found) for found in near}
    assert {found.read_from - 25_000 for found in far if found.read_from} == {
        found.read_from - 100 for found in near if found.read_from
    }


def told(found: Diagnostic) -> tuple[object, ...]:
    """Without the rest of the message: where nothing ends it, the noise below is taken for a part of it."""
    place = (found.file, found.line, found.column, found.severity, found.code, found.source)
    return (*place, found.message.partition("\n")[0])


def test_an_error_anywhere_in_a_long_log_is_found_with_the_number_of_its_line() -> None:
    for before in (0, 1, 20_000):
        noise = NOISE.split(b"\n")
        noise.insert(before, ERROR.rstrip())
        (found,) = read(BytesIO(b"\n".join(noise))).diagnostics
        assert (found.line, found.read_from, found.read_to) == (3, before + 1, before + 1)


def test_what_is_said_again_and_again_is_one_diagnostic() -> None:
    assert len(read(BytesIO((NOISE + ERROR) * 3)).diagnostics) == 1


def test_errors_behind_a_flood_of_warnings_are_found() -> None:
    flood = b"".join(
        b"src/f%d.c:%d:1: warning: unused variable 'v%d' [-Wunused]\n" % (n % 90, n, n) for n in range(60_000)
    )
    reading = read(BytesIO(flood + b"src/g.c:7:1: error: 'x' undeclared\n" + flood))
    assert (reading.diagnostics[0].file, reading.diagnostics[0].severity) == ("src/g.c", Severity.ERROR)
    assert 1_000 <= len(reading.diagnostics) <= MOST_KEPT


def test_the_tail_is_the_end_of_the_log() -> None:
    assert read(BytesIO(NOISE + b"last words\n")).tail.endswith("last words\n")
    assert len(read(BytesIO(NOISE)).tail) <= TAIL
    assert read(BytesIO(b"one\ntwo")).tail == "one\ntwo"


def test_one_endless_line_is_shortened() -> None:
    reading = read(BytesIO("ü".encode() * 10_000_000 + b"\n" + ERROR))
    assert len(reading.diagnostics) == 1
    assert reading.lines == 2


def test_countless_empty_lines_are_no_burden() -> None:
    assert read(BytesIO(b"first\n" + b"\n" * 5_000_000 + ERROR)).diagnostics[0].read_from == 5_000_002


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("size", [1, 12_000])
def test_logs_of_powershell_are_read(encoding: str, size: int) -> None:
    text = "übersetzt: eine Datei nach der anderen\r\n" * size + "src/a.ts(3,5): error TS2339: kein „x“\r\n"
    data = text.encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    (found,) = read(BytesIO(data)).diagnostics
    assert (found.file, found.message, found.read_from) == ("src/a.ts", "kein „x“", size + 1)


def test_bytes_of_an_old_code_page_are_its_letters() -> None:
    assert read(BytesIO("a.ts(3,5): error TS2339: größe\n".encode("cp1252"))).diagnostics[0].message == "größe"


def test_a_stream_that_gives_a_little_at_a_time_is_read_to_its_end() -> None:
    class Trickle(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 1, 7_001))

    assert len(read(Trickle(NOISE + ERROR)).diagnostics) == 1
    assert len(NOISE) > WHOLE
