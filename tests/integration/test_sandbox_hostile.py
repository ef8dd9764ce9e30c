"""A hostile repository at each level: what is contained, and what is not, as docs/sandbox.md says."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attacked import Field, attack, field
from prunella.domain import Ending

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bubblewrap and /proc are Linux's"),
    pytest.mark.needs("bwrap"),
]

THROUGH = {
    "environment": ("none",),
    "env_file": ("none", "env"),
    "parents_environment": ("none", "env") if os.getuid() == 0 else ("none",),
    "ssh_key": ("none", "env"),
    "record": ("none", "env"),
    "other_repository": ("none", "env"),
    "write_outside": ("none", "env"),
    "through_a_link": ("none", "env"),
    "write_home": ("none", "env", "strict"),
    "kill_parent": ("none", "env"),
    "tcp": ("none", "env"),
    "dns": ("none", "env"),
    "unix_socket": ("none", "env"),
    "abstract_socket": ("none", "env"),
    "git_hooks": ("none", "env"),
    "git_config": ("none", "env"),
    "long_file": ("none",),
}
"""Where the attack itself succeeds. In strict it writes a home of its own; in env the git folder is put back."""

KEPT = {
    "write_outside": ("strict",),
    "through_a_link": ("strict",),
    "write_home": ("strict",),
    "git_hooks": ("env", "strict"),
    "git_config": ("env", "strict"),
}
"""At which levels nothing of it is left afterwards where the user would find it."""


@pytest.fixture
def around(tmp_path: Path) -> Iterator[Field]:
    previous = signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    with field(tmp_path) as found:
        yield found
    signal.signal(signal.SIGUSR1, previous)


@pytest.mark.parametrize("level", ["none", "env", "strict"])
@pytest.mark.parametrize("name", THROUGH)
def test_an_attack_gets_through_at_the_levels_that_are_documented(around: Field, name: str, level: str) -> None:
    _, said = attack(around, name, level)
    assert ("GOT" in said) is (level in THROUGH[name]), said
    if name in KEPT:
        assert around.untouched() is (level in KEPT[name])


@pytest.mark.parametrize("level", ["env", "strict"])
@pytest.mark.parametrize(
    ("name", "ending"),
    [("memory", Ending.MEMORY_LIMIT), ("processes", Ending.PROCESS_LIMIT), ("disk", Ending.DISK_LIMIT)],
)
def test_a_limit_of_the_whole_tree_ends_the_check(around: Field, name: str, ending: Ending, level: str) -> None:
    result, said = attack(around, name, level)
    assert result.ending is ending, said
    assert "GOT" not in said


@pytest.mark.parametrize("level", ["env", "strict"])
def test_a_daemon_does_not_outlive_its_check(around: Field, level: str) -> None:
    result, said = attack(around, "daemon", level)
    assert result.passed
    assert "GOT" in said
    assert not around.daemons()


def test_a_daemon_outlives_its_check_without_a_sandbox(around: Field) -> None:
    attack(around, "daemon", "none")
    left = around.daemons()
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left


def test_the_parent_is_out_of_reach_in_strict(around: Field) -> None:
    for name in ("parents_environment", "trace_parent"):
        _, said = attack(around, name, "strict")
        assert "GOT" not in said


@pytest.mark.needs("make")
@pytest.mark.needs("npm")
@pytest.mark.parametrize("command", ["make ATTACK={}", "ATTACK={} npm install --offline", "ATTACK={} python3 hook.py"])
def test_the_ways_in_do_not_matter(around: Field, command: str) -> None:
    result, said = attack(around, "ssh_key", "strict", command)
    assert result.exit_code == 0, said
    assert "GOT" not in said
