"""What checks wrote into tracked files, judged: layout, lockfiles and code are theirs, tests and settings are not."""

from __future__ import annotations

import pytest

from builders import error, failed, task
from byte_files import ByteFiles
from prunella.changes import FileChange, Fix, Judgement, Tuning
from prunella.edits.diff import unified
from prunella.guard.rewritten import by_checks

CASE = "import { b, a } from './a'\n\nit('a', () => {\n  expect(a(1, 2)).toBe(3)\n  expect(b()).toEqual({ x: 1 })\n})\n"


class Files(ByteFiles):
    """Of a checkout in which nothing is installed."""

    def installed(self, path: str) -> bytes | None:
        return None


def said(path: str, before: str | None, after: str | None, tuning: Tuning | None = None) -> list[tuple[str, Judgement]]:
    sides = [None if side is None else side.encode() for side in (before, after)]
    changes = (FileChange(path, sides[0], sides[1]),)
    files = Files({} if after is None else {path: after})
    fix = Fix(changes, unified(changes))
    found = by_checks(fix, files, task(), failed(error()), tuning or Tuning())
    assert all("the check itself rewrote this file" in finding.reason for finding in found)
    return [(finding.rule, finding.judgement) for finding in found]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.test.ts", CASE, CASE.replace("'", '"').replace("(1, 2)", "(\n    1,\n    2,\n  )")),
        ("a.test.ts", CASE, CASE.replace("{ b, a }", "{ a, b }").replace("\n  expect", ";\n    expect")),
        ("a.test.ts", CASE, CASE.replace("\n", "\r\n")),
        ("package-lock.json", '{"a": 1}\n', '{"a": 2}\n'),
        ("src/version.ts", "export const v = 1\n", "export const v = 2\n"),
        ("src/gen.ts", "export {}\n", "export const all = 1\n" * 3_000),
        ("tsconfig.json", '{"strict": true}\n', '{\n  "strict": true\n}\n'),
        ("tsconfig.json", '{"strict": false}\n', '{"strict": true}\n'),
    ],
)
def test_what_tools_write_on_their_own_account_is_fine(path: str, before: str, after: str) -> None:
    assert said(path, before, after) == []


@pytest.mark.parametrize(
    ("path", "before", "after", "rule"),
    [
        ("__snapshots__/a.snap", "exports[`a`] = `1`;\n", "exports[`a`] = `2`;\n", "snapshot"),
        ("a.test.ts", CASE, CASE.replace("  expect(b()).toEqual({ x: 1 })\n", ""), "assertion-removed"),
        ("a.test.ts", CASE, None, "test-deleted"),
        ("tsconfig.json", '{"strict": true}\n', '{"strict": false}\n', "strictness-lowered"),
        (".github/workflows/ci.yml", "on: push\n", "on: []\n", "ci"),
    ],
)
def test_what_would_be_suspicious_or_rejected_in_a_fix_is_suspicious(
    path: str, before: str, after: str | None, rule: str
) -> None:
    assert (rule, Judgement.SUSPICIOUS) in said(path, before, after)
    assert {judgement for _, judgement in said(path, before, after)} == {Judgement.SUSPICIOUS}


def test_what_is_allowed_to_a_fix_is_allowed_to_a_check() -> None:
    assert (
        said("__snapshots__/a.snap", "exports[`a`] = `1`;\n", "exports[`a`] = `2`;\n", Tuning(allow=("snapshot",)))
        == []
    )
