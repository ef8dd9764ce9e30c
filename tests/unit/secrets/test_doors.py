"""Every way out is found by the types: a field that is added to an event or a record is covered without a line here."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from builders import CLAUDE_1, attempt, passed, task
from planted import GITHUB
from prunella import events, ports, redacted
from prunella.changes import Fix
from prunella.conversation import BadCall, Conversation, Prompt, Reply
from prunella.domain import Check, CommandResult, Rung
from prunella.outcome import Progress
from prunella.secrets.redact import Redactor

NO_DOORS = {
    "Workspace": "writes files as they are; its commit's message is redacted in landing.py",
    "Toolchain": "reads and mends the real files",
    "Ledger": "takes numbers; the words of its record are redacted by SqliteStore",
    "Step": "calls what it is given",
    "Memory": "keeps outlines of what RedactedFiles has read",
}


def filled(hint: Any) -> Any:
    """A value of this type with a secret in every text."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return filled(next(part for part in parts if part is not type(None)))
    if origin is tuple:
        return (filled(parts[0]),) if len(parts) == 2 and parts[1] is ... else tuple(map(filled, parts))
    if origin is not None or hint in (Any, dict, object):
        return {"text": f"in {GITHUB} it"}
    if hint is str:
        return f"in {GITHUB} it"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if hint in (int, float, bool, bytes):
        return hint(1)
    assert isinstance(hint, type)
    if is_dataclass(hint) or hasattr(hint, "_fields"):
        hints = typing.get_type_hints(hint)
        return hint(
            **{name: filled(kind) for name, kind in hints.items() if name in inspect.signature(hint).parameters}
        )
    raise AssertionError(f"{hint} is a type that this test has no value for")


class Spy:
    """Stands outside of the door: whatever is called, it remembers what came."""

    def __init__(self) -> None:
        self.came: list[object] = []

    def __getattr__(self, name: str) -> Any:
        def call(*values: object, **named: object) -> None:
            self.came += [name, values, named]

        return call


def test_every_port_is_a_door_or_says_why_it_is_none() -> None:
    protocols = {
        name
        for name, found in vars(ports).items()
        if isinstance(found, type) and getattr(found, "_is_protocol", False) and found.__module__ == ports.__name__
    }
    doors = {name for name in protocols if hasattr(redacted, f"Redacted{name}")}
    assert protocols - doors == set(NO_DOORS)


@pytest.mark.parametrize("event", typing.get_args(events.Event), ids=lambda event: event.__name__)
def test_no_event_tells_a_secret(event: type) -> None:
    spy = Spy()
    told = filled(event)
    redacted.RedactedReporter(spy, Redactor()).emit(told)
    assert spy.came
    assert GITHUB not in repr(spy.came)
    assert (GITHUB in repr(told)) is ("<<secret:" in repr(spy.came))


@pytest.mark.parametrize("method", [name for name in vars(ports.Store) if not name.startswith("_")])
def test_no_record_holds_a_secret(method: str) -> None:
    spy, kept = Spy(), Spy()
    hints = typing.get_type_hints(getattr(ports.Store, method))
    values = [filled(hint) for name, hint in hints.items() if name != "return"]
    getattr(redacted.RedactedStore(spy, Redactor(), kept.keep), method)(*values)
    assert spy.came[0] == method
    assert GITHUB in repr(values)
    assert GITHUB not in repr(spy.came)


@pytest.mark.parametrize("text", [GITHUB, "<<secret:github-token:7>>"])
def test_a_fix_that_cannot_be_applied_from_the_record_is_kept_exactly(text: str) -> None:
    spy, kept = Spy(), Spy()
    diff = f"+text = '{text}'\n"
    healed = attempt(1, CLAUDE_1, passed(), fix=Fix((), diff), progress=Progress.HEALED)
    redacted.RedactedStore(spy, Redactor(), kept.keep).attempt(task(), healed)
    assert kept.came == ["keep", ("t1", diff), {}]


def test_nothing_said_to_a_model_holds_a_secret() -> None:
    spy = Spy()
    door = redacted.RedactedProvider(spy, Redactor())
    door.begin(Rung("r", "openai", "m", "M"), filled(Prompt))
    reply = Reply(BadCall("1", "it"), ok=False, text=GITHUB)
    door.resume(Conversation("openai", "m", ""), (reply,), GITHUB)
    assert GITHUB not in repr(spy.came)
    assert repr(spy.came).count("<<secret:") >= 5


def test_output_is_redacted_before_anybody_reads_it_also_when_the_check_is_cut_off(tmp_path: Path) -> None:
    class Cut:
        root = tmp_path

        def run(self, check: Check, log: Path) -> CommandResult:
            log.write_text(GITHUB)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        redacted.RedactedSandbox(Cut(), Redactor()).run(Check("c", "true"), tmp_path / "log")
    assert "<<secret:github-token" in (tmp_path / "log").read_text()


ALLOWED: Mapping[str, str] = {
    "app.py": "wraps it",
    "based.py": "its logs lie below the task's, which are redacted when the task ends",
    "cli/context.py": "wraps it",
    "cli/doctor_sandbox.py": "runs a command of its own",
    "contained.py": "makes it for those",
}


def test_no_sandbox_is_made_where_its_output_stays_as_it_is() -> None:
    source = Path(redacted.__file__).parent
    texts = {str(file.relative_to(source)): file.read_text("utf-8") for file in source.rglob("*.py")}
    made = {name for name, text in texts.items() if re.search(r"\.sandbox\(|LocalSandbox\(", text)}
    assert made == set(ALLOWED)
    assert all("RedactedSandbox(" in texts[name] for name, why in ALLOWED.items() if why == "wraps it")
