"""A name that is nowhere defined is a slip only where it cannot as well be another thing's name."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import prunella.toolchain
from prunella.toolchain.slip import is_slip

SLIPS = """widht width|totalPirce totalPrice|tostring toString|raduis radius|items item|get_usr get_user|
getitems get_items|
lenght length|HTTPError HttpError|apped append|resolv_path resolve_path|foo_bra foo_bar|gte get|err er"""
NAMES = """x2 x1|user_id2 user_id|set_count get_count|encodeBody decodeBody|maxLen minLen|isInvalid isValid|
is_not_valid is_valid|unmount mount|findFirst findLast|toLower toUpper|row col|async sync"""


def pairs(text: str) -> list[tuple[str, str]]:
    return [(one, other) for one, other in (pair.split() for pair in text.replace("\n", "").split("|"))]


@pytest.mark.parametrize(("written", "meant"), pairs(SLIPS))
def test_a_slip_of_the_finger(written: str, meant: str) -> None:
    assert is_slip(written, meant)


@pytest.mark.parametrize(("written", "meant"), pairs(NAMES))
def test_a_name_of_its_own(written: str, meant: str) -> None:
    assert not is_slip(written, meant)
    assert not is_slip(meant, written)


@pytest.mark.needs("node")
def test_the_same_in_the_part_that_node_runs() -> None:
    node = shutil.which("node") or "node"
    module = Path(prunella.toolchain.__file__).parent / "node" / "slip.mjs"
    told = [*pairs(SLIPS), *pairs(NAMES)]
    asked = ", ".join(f"isSlip('{one}', '{other}')" for one, other in told)
    program = f"const {{ isSlip }} = await import('{module.as_uri()}'); console.log([{asked}].join())"
    done = subprocess.run([node, "--input-type=module", "-e", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ",".join(str(is_slip(one, other)).lower() for one, other in told)
