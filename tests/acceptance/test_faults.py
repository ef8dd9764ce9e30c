"""Whatever a vendor or the way to it does, a task ends rightly, in time, with every bill written down.

The cases are data in ``fault_cases``; ``python -m benchmarks.faults`` runs all of them at every call of a task.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkouts import Program, make
from fault_cases import CASES, SOME, Case
from fault_rig import Bench, Trial, complaints
from prunella.conversation import Stop
from prunella.testing import ScriptedServer, fault, say
from prunella.testing.plays import Turn

TLS = {"self-signed", "expired", "mismatch"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with pytest.MonkeyPatch.context() as patch:
        for who in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{who}_NAME", "Ada Tester")
            patch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")
        made = Bench(tmp_path_factory.mktemp("bench"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _keys(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-test")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    if shutil.which("openssl"):
        monkeypatch.setenv("SSL_CERT_FILE", str(bench.trusted))


def marked(case: Case, *values: object) -> object:
    words = "-".join((case.name, *map(str, values))).replace(" ", "_")
    return pytest.param(case, *values, marks=pytest.mark.needs("openssl") if case.address in TLS else (), id=words)


FIRST = [marked(case, vendor) for case in CASES for vendor in case.vendors if vendor != "openai-compatible"]
SAMPLE = [case for case in CASES if case.name in SOME]
LATER = [marked(case, vendor) for case in SAMPLE for vendor in case.vendors if vendor != "openai-compatible"]
COMPATIBLE = [marked(case) for case in SAMPLE if "openai-compatible" in case.vendors]


def holds(bench: Bench, *trials: Trial) -> None:
    wrong = [words for trial in trials for words in complaints(trial, bench.run(trial))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("case", "vendor"), FIRST)
def test_another_vendor_takes_over_from_the_first_call_on(bench: Bench, case: Case, vendor: str) -> None:
    holds(bench, Trial(case, vendor, lasting=True))


@pytest.mark.parametrize(("case", "vendor"), LATER)
def test_what_fails_once_or_later_is_got_over(bench: Bench, case: Case, vendor: str) -> None:
    holds(bench, Trial(case, vendor), Trial(case, vendor, "middle", lasting=True), Trial(case, vendor, "last"))


@pytest.mark.parametrize("case", COMPATIBLE)
def test_another_server_with_the_same_api_may_fail_too(bench: Bench, case: Case) -> None:
    holds(bench, Trial(case, "openai-compatible", lasting=True))


@pytest.mark.parametrize("case", [marked(case) for case in SAMPLE])
def test_without_another_vendor_it_ends_as_what_it_is(bench: Bench, case: Case) -> None:
    holds(bench, Trial(case, case.vendors[0], lasting=True, alone=True))


def test_the_sample_is_of_cases_that_exist() -> None:
    assert {case.name for case in CASES} >= SOME
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("claude", "gpt", "code"),
    [
        (say("No.", stop=Stop.REFUSED), fault(401), 3),
        (fault(401), say("No.", stop=Stop.REFUSED), 3),
        (say("No.", stop=Stop.REFUSED), say("No.", stop=Stop.REFUSED), 1),
    ],
)
def test_only_when_all_refuse_is_it_a_person_s(tmp_path: Path, claude: Turn, gpt: Turn, code: int) -> None:
    with ScriptedServer({"anthropic": [claude], "openai": [gpt]}) as server:
        ran = Program(server).heal(make(tmp_path / "repo"))
    assert ran.code == code, ran.err
