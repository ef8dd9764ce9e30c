"""What runners of several programs and CI systems put in front of lines; and what only looks like it."""

from __future__ import annotations

from io import BytesIO

import pytest

from prunella.diagnostics.clean import clean, cleaned
from prunella.diagnostics.reading import read

ERROR = "src/a.ts(3,5): error TS2322: Type 'x' is not assignable to type 'y'."
WHY = "  Types of property 'z' are incompatible."


@pytest.mark.parametrize(
    "prefix",
    [
        "web:build: ",
        "@scope/web:build: ",
        "[0] ",
        "[web] ",
        "[@scope/web]: ",
        "web-1  | ",
        "web_1  | ",
        "[build/test]   | ",
        "12:30:01 web.1  | ",
        "2026-02-05T15:30:12.1234567Z ",
        "2026-02-05T15:30:12.123456Z 00O ",
        "[2026-02-05T15:30:12.123Z] ",
        "build\tRun tests\t2026-02-05T15:30:12.1234567Z ",
        "#12 3.456 ",
        "12:30:01  ",
        "[12:30:01] ",
        "[build:L12:3s] ",
        "2026-02-05T15:30:12.1234567Z #12 3.456 ",
        "2026-02-05T15:30:12.1234567Z web:build: ",
        "\x1b_bk;t=1700000000000\x07",
    ],
)
def test_a_prefix_of_every_line_is_taken_off(prefix: str) -> None:
    log = "".join(f"{prefix}{line}\n" for line in ("start", ERROR, WHY, "end"))
    (found,) = read(BytesIO(log.encode())).diagnostics
    assert (found.file, found.line, found.column, found.read_from) == ("src/a.ts", 3, 5, 2)
    assert found.message == f"Type 'x' is not assignable to type 'y'.\n{WHY}"


def test_pnpm_is_known_by_the_command_that_it_shows() -> None:
    log = f"packages/a build$ tsc\npackages/a build: {ERROR}\npackages/a build: {WHY}\npackages/a build: Failed\n"
    (found,) = read(BytesIO(log.encode())).diagnostics
    assert found.message.endswith(WHY)


def test_programs_that_wrote_at_the_same_time_are_read_one_after_the_other() -> None:
    lines = ["web:build: start", "api:build: start", f"web:build: {ERROR}", "api:build: x", f"web:build: {WHY}"]
    log = "\n".join([*lines, f"api:build: {ERROR.replace('a.ts', 'b.ts')}", "api:build: end"])
    first, second = read(BytesIO(log.encode())).diagnostics
    assert first.message.endswith(WHY)
    assert (first.read_from, first.read_to) == (3, 5)
    assert (second.file, second.read_from) == ("src/b.ts", 6)


@pytest.mark.parametrize(
    "text",
    [
        "[INFO] a\n[ERROR] b\n[INFO] c\n[ERROR] d\n",
        "[warn] src/a.ts\n[warn] src/b.ts\n[warn] Code style issues\n",
        "a.c:12: b\na.c:13: c\n",
        "main.go:build: x\nmain.go:build: y\n",
        "error:foo: x\nerror:foo: y\n",
        "make: *** [all] Error 1\nmake: done\n",
        "  12 | int x;\n  13 | int y;\n",
        "clang: error: a\nclang: error: b\n",
        "12:30:01 started\n12:30:02 ended\n",
    ],
)
def test_what_only_looks_like_a_prefix_stays(text: str) -> None:
    assert clean(text) == text


def test_lines_keep_their_numbers_when_nothing_was_moved() -> None:
    assert cleaned("a\nb\n").numbers == ()
