"""A task as the program runs it, against a scripted vendor that fails at a chosen call.

Everything is real but the models, the waiting (which is counted, not waited for) and the limits of time and size of the
transport, which are short.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from checkouts import ALSO_WRONG, RIGHT, WRONG, make
from fault_cases import BODY_LIMIT, LOOK, READ_S, TIMED, TOTAL_S, Bill, Case, Kind
from prunella.app import open_kit, prepare, wire_of
from prunella.changes import Replace
from prunella.domain import History, Ladder, Rung, Task
from prunella.heal import heal
from prunella.kit import Kit
from prunella.outcome import Outcome, Status
from prunella.ports import Provider
from prunella.providers.caller import HttpProvider, Purse
from prunella.providers.http import Endpoint
from prunella.providers.transport import Limits, Transport
from prunella.testing import ScriptedServer, SilentReporter, say
from prunella.testing.answers import unscripted
from prunella.testing.plays import Received, Turn

MODELS = {"anthropic": "claude-opus-5-5", "openai": "gpt-6.1-sol", "openai-compatible": "qwen"}
ENDPOINTS = {"anthropic": "anthropic", "openai": "openai", "compatible": "openai-compatible"}
OTHER = {"anthropic": "openai", "openai": "anthropic", "openai-compatible": "openai"}
CALLS = ("first", "middle", "last")
BROKEN = "    return a - b\n"
LONGEST_S = 30.0
"""What a task may really take here; the waits that it would have made are counted apart."""
LONGEST_WAIT_S = 120.0
"""What the retry policy allows for one question."""


@dataclass
class Trial:
    """One task with one fault.

    Attributes:
        lasting: the vendor goes on failing; otherwise it fails once.
        alone: there is no other vendor.
    """

    case: Case
    vendor: str
    call: str = "first"
    lasting: bool = False
    alone: bool = False

    @property
    def name(self) -> str:
        how = "lasting" if self.lasting else "once"
        return f"{self.case.name}, {self.vendor}, {self.call} call, {how}{', alone' * self.alone}"


@dataclass
class Told:
    """What came of it. ``calls``: rows of the record (vendor, input tokens, error, cost, reserved, closed)."""

    outcome: Outcome
    requests: list[Received]
    waits: list[float]
    took_s: float
    calls: list[tuple[str, int | None, str, float | None, float | None, float | None]]
    attempts: list[tuple[int, float]]
    failed: int = 0


@dataclass
class Vendors:
    """The script: look something up, a wrong fix, the right fix; and the fault at the chosen call."""

    trial: Trial
    good: int = 0
    failed: int = 0
    endpoint: Endpoint | None = None
    address: str = ""
    own: str = ""
    last: bytes = field(default=b"", repr=False)
    faulty: bool = False

    @property
    def due(self) -> bool:
        """Whether the next call of the vendor fails."""
        return self.good >= CALLS.index(self.trial.call) and (self.trial.lasting or not self.failed)

    def __call__(self, request: Received) -> Turn:
        if request.endpoint in {"count", "models"}:
            return unscripted(request)
        if ENDPOINTS[request.endpoint] != self.trial.vendor:
            return say("The other vendor's.", edits=[Replace("calc.py", BROKEN, RIGHT)])
        if self.faulty and request.body != self.last and self.trial.case.kind in {Kind.HARMLESS, Kind.CUT}:
            self.good += 1  # what was sent was good enough: this is not the same question again
        self.last, self.faulty = request.body, self.due
        good = say("Let me see.", lookups=LOOK) if self.good == 0 else say("So.", edits=[self.edit()])
        if self.due and not self.address:
            self.failed += 1
            return self.trial.case.turn(good)
        self.good += 1
        self.redirect()
        return good

    def edit(self) -> Replace:
        return Replace("calc.py", BROKEN, (WRONG, RIGHT, ALSO_WRONG)[min(self.good - 1, 2)])

    def redirect(self) -> None:
        """Faults of the connection: the vendor's address leads somewhere else while the fault is due."""
        if self.address and self.endpoint:
            self.endpoint.base_url = self.address if self.due else self.own

    def waited(self) -> None:
        """The question is asked again: what failed once has passed."""
        if self.address and not self.trial.lasting:
            self.failed += 1
            self.redirect()


class Bench:
    """What trials have in common: a template of the checkout and, for TLS, a certificate authority."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = make(folder / "template")
        self.count = 0
        self.tls = folder / "tls"
        self._stack = ExitStack()
        self._addresses: dict[str, str] = {}

    def close(self) -> None:
        self._stack.close()

    @property
    def trusted(self) -> Path:
        """The authority's certificate, for SSL_CERT_FILE."""
        if not self.tls.exists():
            _certificates(self.tls)
        return self.tls / "ca.pem"

    def address(self, case: Case, vendor: str) -> str:
        """Where the case's address really is; "" = the vendor's own."""
        if not case.address or case.address.startswith("http"):
            return case.address
        if case.address not in self._addresses:
            self._addresses[case.address] = "http://127.0.0.1:9" if case.address == "refused" else self._https(case)
        return self._addresses[case.address] + ("" if vendor == "anthropic" else "/v1")

    def _https(self, case: Case) -> str:
        assert self.trusted
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.tls / f"{case.address}.pem", self.tls / f"{case.address}.key")
        return self._stack.enter_context(ScriptedServer(tls=context)).url

    def run(self, trial: Trial) -> Told:
        self.count += 1
        root = self.folder / f"repo{self.count}"
        shutil.copytree(self.template, root, symlinks=True)
        script = Vendors(trial, address=self.address(trial.case, trial.vendor))
        reporter, waits = SilentReporter(), list[float]()
        began = time.monotonic()
        with (
            ScriptedServer(script) as server,
            _kit(root, trial, server, script, waits, reporter) as (task, ladder, kit),
        ):
            outcome = heal(task, ladder, kit)
            requests = [request for request in server.requests if request.endpoint in ENDPOINTS]
        took = time.monotonic() - began
        with closing(sqlite3.connect(_database())) as connection:
            calls = connection.execute(
                "SELECT provider, input_tokens, error, cost_usd, reserved_usd, closed_at FROM provider_calls"
                " WHERE task_id = ? ORDER BY id",
                (task.id,),
            ).fetchall()
            attempts = connection.execute(
                "SELECT number, cost_usd FROM fix_attempts WHERE task_id = ? ORDER BY number", (task.id,)
            ).fetchall()
        shutil.rmtree(root)
        failed = script.failed + (script.address != "" and trial.lasting)
        return Told(outcome, requests, waits, took, calls, attempts, failed)


@contextmanager
def _kit(
    root: Path, trial: Trial, server: ScriptedServer, script: Vendors, waits: list[float], reporter: SilentReporter
) -> Iterator[tuple[Task, Ladder, Kit]]:
    """The program's own kit, with providers whose time is short and whose waits are only counted."""
    ladder = _ladder(trial, server)
    job = replace(prepare(root, ("grep -q 'a + b' calc.py",), {}), ladder=ladder, no_rung=None)
    short = (READ_S, TOTAL_S) if trial.case.name in TIMED else (30.0, 60.0)
    transport = Transport(Limits(BODY_LIMIT, 5.0, *short))

    def wait(seconds: float) -> None:
        waits.append(seconds)
        script.waited()

    with open_kit(job, reporter) as kit:
        providers: dict[str, Provider] = {}
        doors: dict[str, Endpoint] = {}
        for rung in ladder.rungs:
            own = server.anthropic_url if rung.provider == "anthropic" else server.openai_url
            door = doors.setdefault(rung.provider, Endpoint(own, "key"))
            purse = cast("Purse", kit.ledger)
            made = HttpProvider(wire_of(rung.provider), transport, purse, reporter, door, wait=wait, jitter=lambda: 0.0)
            providers[rung.name] = made
        script.endpoint = doors[trial.vendor]
        script.own = script.endpoint.base_url
        script.redirect()
        yield job.task, ladder, replace(kit, providers=providers, toolchain=None, rerun=False, base=None)
    transport.close()


def _ladder(trial: Trial, server: ScriptedServer) -> Ladder:
    def rung(number: int, provider: str, history: History) -> Rung:
        url = server.openai_url if provider == "openai-compatible" else ""
        return Rung(f"{provider}-{number}", provider, MODELS[provider], provider, history=history, base_url=url)

    last = trial.vendor if trial.alone else OTHER[trial.vendor]
    mine = (rung(1, trial.vendor, History.FRESH), rung(2, trial.vendor, History.CONTINUE))
    return Ladder((*mine, rung(3, last, History.FRESH)))


def _database() -> Path:
    return Path(os.environ["PRUNELLA_HOME"]) / "prunella.db"


def complaints(trial: Trial, told: Told) -> list[str]:
    """Everything that is not as it must be; [] = all is well."""
    wrong = [*_ending(trial, told), *_bills(trial, told)]
    if told.took_s > LONGEST_S:
        wrong.append(f"took {told.took_s:.1f} s")
    if any(wait < 0 or wait > LONGEST_WAIT_S for wait in told.waits) or sum(told.waits) > 3 * LONGEST_WAIT_S:
        wrong.append(f"would have waited {told.waits}")
    return [f"{trial.name}: {words} ({told.outcome.status}: {told.outcome.reason[:200]})" for words in wrong]


def _ending(trial: Trial, told: Told) -> Iterator[str]:
    case, outcome = trial.case, told.outcome
    wanted = (
        case.alone if trial.alone and trial.lasting and case.kind not in {Kind.HARMLESS, Kind.CUT} else Status.HEALED
    )
    if case.kind is Kind.CUT and trial.alone and trial.lasting:
        wanted = outcome.status if outcome.status in {Status.HEALED, Status.PROVIDER_DOWN} else Status.PROVIDER_DOWN
    if outcome.status is not wanted:
        yield f"ended as {outcome.status}, not {wanted}"
        return
    burnt = [a for a in outcome.attempts if a.after is None and a.spent.requests + len(a.faults) > 0]
    answered = [a for a in burnt if a.number in {number for number, _ in told.attempts}]
    if case.kind is not Kind.QUESTION and outcome.status is Status.HEALED and answered:
        yield f"attempt {answered[0].number} was burnt: {answered[0].rejection}"
    if outcome.status is Status.HEALED:
        by = outcome.attempts[-1].rung.provider
        stays = case.kind in {Kind.PASSES, Kind.HARMLESS} and not trial.lasting
        if stays and by != trial.vendor:
            yield f"{by} healed it, although the fault had passed"
        if trial.lasting and case.kind in {Kind.PASSES, Kind.LASTS} and by == trial.vendor:
            yield "the vendor that failed healed it"


def _bills(trial: Trial, told: Told) -> Iterator[str]:
    failed = [row for row in told.calls if row[0] == trial.vendor]
    good = [row for row in told.calls if row[1] is not None]
    if any(row[5] is None for row in told.calls):
        yield "a request was left open in the record"
    told_of = len([row for row in failed if row[1] is not None])
    nothing = len([row for row in failed if row[1] is None and row[2]])
    held = len([row for row in failed if row[1] is None and not row[2]])
    wanted = {Bill.NOTHING: nothing, Bill.HELD: held, Bill.TOLD: told_of, Bill.ANY: nothing + held + told_of}[
        trial.case.bill
    ]
    if not wanted and trial.case.kind is not Kind.CUT:
        yield f"billed as {nothing} x nothing, {held} x held, {told_of} x told, but {trial.case.bill} was due"
    if (trial.case.bill is Bill.NOTHING and held) or (trial.case.bill is Bill.HELD and nothing):
        yield f"billed as {nothing} x nothing, {held} x held, but {trial.case.bill} was due"
    if any(row[1] is None and not row[2] and row[3] != row[4] for row in told.calls):
        yield "an unknown bill is not what was reserved"
    if any(row[1] is None and row[2] and row[3] for row in told.calls):
        yield "a failure was charged"
    if not good and not held and told.outcome.status is Status.HEALED:
        yield "no request was billed although a model healed it"
    counted = sum(row[3] or 0.0 for row in told.calls)
    spent = told.outcome.spent.cost_usd
    if abs(counted - spent) > 1e-9:
        yield f"the record has ${counted:.6f}, the outcome ${spent:.6f}"


def _certificates(folder: Path) -> None:
    """An authority, a certificate of nobody's, one that has ended and one of another host."""
    folder.mkdir()

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes")
    san = ("-addext", "subjectAltName=DNS:localhost")
    openssl(*new, "-x509", "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(
        *new, "-x509", "-days", "2", "-subj", "/CN=x", *san, "-keyout", "self-signed.key", "-out", "self-signed.pem"
    )
    for name, host, days in (("expired", "localhost", "-1"), ("mismatch", "elsewhere.example", "2")):
        openssl(*new, "-subj", "/CN=y", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (folder / f"{name}.ext").write_text(f"subjectAltName=DNS:{host}\n")
        signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", f"{name}.ext", "-days", days)
        openssl("x509", "-req", "-in", f"{name}.csr", *signed, "-out", f"{name}.pem")
