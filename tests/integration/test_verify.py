"""Verification with real processes and real tools."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from prunella.domain import Check, Ending, ErrorClass, Verification
from prunella.events import Event
from prunella.sandbox.local import LocalSandbox
from prunella.verify import verify

TSC = Path(__file__).parents[1] / "tools" / "node_modules" / ".bin" / "tsc"


class Quiet:
    def emit(self, event: Event) -> None:
        """Nobody listens."""


def verified(root: Path, *checks: Check) -> Verification:
    sandbox = LocalSandbox(root, environment=os.environ, grace_s=0.5)
    return verify(checks, sandbox, 0, root / ".logs", Quiet())


def test_a_python_error_is_found_where_it_is_and_goes_when_it_is_mended(tmp_path: Path) -> None:
    (tmp_path / "hero.py").write_text("def power():\n    return undefined_name\n")
    (tmp_path / "test_hero.py").write_text("from hero import power\n\n\ndef test_power():\n    assert power() == 3\n")
    check = Check("test", f"{sys.executable} -B -m pytest -q -p no:cacheprovider")
    broken = verified(tmp_path, check)
    (diagnostic,) = broken.diagnostics
    assert (diagnostic.file, diagnostic.line, diagnostic.code) == ("hero.py", 2, "NameError")
    assert [(place.file, place.line) for place in diagnostic.related] == [("test_hero.py", 5)]
    assert broken.summary == "test_power: NameError: name 'undefined_name' is not defined (hero.py:2)"
    (tmp_path / "hero.py").write_text("\n\ndef power():\n    return undefined_name\n")
    assert verified(tmp_path, check).fingerprints == broken.fingerprints
    (tmp_path / "hero.py").write_text("def power():\n    return 3\n")
    assert verified(tmp_path, check).passed


@pytest.mark.skipif(not TSC.exists(), reason="needs the TypeScript compiler (make test installs it)")
def test_a_type_error_is_found_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "api.ts").write_text("export const client = { getUser: (id: number) => id };\n")
    (tmp_path / "page.ts").write_text('import { client } from "./api";\n\nexport const hero = client.getHero(1);\n')
    broken = verified(tmp_path, Check("types", f"{TSC} --noEmit --strict --pretty page.ts"))
    (diagnostic,) = broken.diagnostics
    assert (diagnostic.file, diagnostic.line, diagnostic.column) == ("page.ts", 3, 28)
    assert diagnostic.code == "TS2339"
    assert broken.error_class is ErrorClass.MISSING_MEMBER
    assert broken.summary.startswith("Property 'getHero' does not exist on type")
    assert broken.summary.endswith("(page.ts:3)")


def test_a_root_reached_through_a_link_is_recognised_under_both_names(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    link = tmp_path / "link"
    link.symlink_to(real)
    command = f'echo "{real}/a.c:1:1: error: one"; echo "{link}/b.c:1:1: error: two"; exit 1'
    assert [found.file for found in verified(link, Check("build", command)).diagnostics] == ["a.c", "b.c"]


def test_a_timeout_is_told(tmp_path: Path) -> None:
    verification = verified(tmp_path, Check("test", "echo working; sleep 1000", 0.3))
    assert verification.results[0].result.ending is Ending.TIMED_OUT
    assert verification.summary == "check 'test' timed out after 0.3 s"
    assert verification.results[0].tail == "working"


def test_a_missing_tool_is_the_environments_fault(tmp_path: Path) -> None:
    verification = verified(tmp_path, Check("types", "no-such-compiler --check"))
    assert verification.error_class is ErrorClass.ENVIRONMENT


def test_reading_costs_little_time_and_no_slow_import(tmp_path: Path) -> None:
    code = (
        "import sys, prunella.verify\n"
        "slow = {'asyncio', 'httpx2', 'rich', 'dotenv', 'genai_prices', 'logging', 'subprocess'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert output.stdout.strip() == "[]"
