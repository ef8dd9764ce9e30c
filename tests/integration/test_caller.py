"""Asking a model: what is sent again, what is charged, and what a person is told, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, cast

import pytest

from prunella.changes import Replace
from prunella.conversation import Answer, Conversation, EditCall, Prompt, Stop, Usage
from prunella.domain import Rung
from prunella.errors import BudgetSpent, ConfigError, Fault, ProviderError
from prunella.events import Waiting
from prunella.providers import anthropic, compatible, openai
from prunella.providers.caller import HIDDEN_TOKENS, HttpProvider
from prunella.providers.http import Endpoint, Wire
from prunella.providers.ledger import TaskLedger
from prunella.providers.limits import Budget
from prunella.providers.prices import Prices, Rates
from prunella.providers.transport import Limits, Transport
from prunella.testing import Delivery, MemoryStore, Play, ScriptedServer, SilentReporter, fault, say
from prunella.testing.plays import Script, Turn

PRICES = Prices(
    overrides={"claude-opus-5-5": Rates(4, 20, 0.2, 5), "gpt-6.1-sol": Rates(2, 10, 0.1, 2.5), "tiny": Rates(1, 1)}
)
RUNG = Rung("one", "anthropic", "claude-opus-5-5", "Claude")
GPT = Rung("two", "openai", "gpt-6.1-sol", "OpenAI Codex")
EDIT = Replace("a.ts", "one", "two")
USAGE = Usage(1_000, output_tokens=100)
COST = 0.004 + 0.002
JSON = {"content-type": "application/json"}


@dataclass
class Desk:
    """A provider with everything around it, and what it did."""

    server: ScriptedServer
    rung: Rung
    provider: HttpProvider
    store: MemoryStore
    reporter: SilentReporter
    money: TaskLedger
    waits: list[float] = field(default_factory=list)

    def ask(self, conversation: Conversation | None = None) -> tuple[Answer, Conversation]:
        prompt = Prompt("You mend builds.", "The repository.", "It fails.")
        return self.provider.ask(self.rung, conversation or self.provider.begin(self.rung, prompt))

    def fail(self, kind: Fault) -> ProviderError:
        with pytest.raises(ProviderError) as caught:
            self.ask()
        assert caught.value.fault is kind
        return caught.value

    @property
    def sent(self) -> int:
        return len([request for request in self.server.requests if request.endpoint not in {"count", "models"}])


Open = Callable[..., Desk]


@pytest.fixture
def desk() -> Iterator[Open]:
    """Opens a desk over a script; closed with the test."""
    servers: list[ScriptedServer] = []
    transport = Transport(Limits(read_s=5.0))

    def open_desk(
        script: Script, *, wire: ModuleType = anthropic, rung: Rung = RUNG, budget: float | None = 10.0, slash: str = ""
    ) -> Desk:
        server = ScriptedServer(script)
        servers.append(server.__enter__())
        base_url = (server.anthropic_url if wire is anthropic else server.openai_url) + slash
        store, reporter, waits = MemoryStore(), SilentReporter(), list[float]()
        money = TaskLedger(store, PRICES, Budget(budget))
        endpoint = Endpoint(base_url, "k")
        typed = cast("Wire", wire)
        provider = HttpProvider(typed, transport, money, reporter, endpoint, wait=waits.append, jitter=lambda: 0.0)
        return Desk(server, rung, provider, store, reporter, money, waits)

    yield open_desk
    for server in servers:
        server.__exit__()
    transport.close()


def test_an_answer_is_reserved_sent_read_settled_and_appended(desk: Open) -> None:
    d = desk([say("Done.", edits=[EDIT], usage=USAGE)])
    answer, conversation = d.ask()
    assert (answer.text, answer.stop, answer.usage) == ("Done.", Stop.CALLS, USAGE)
    assert answer.cost_usd == pytest.approx(COST)
    (call,) = answer.calls
    assert isinstance(call, EditCall)
    assert call.edits == (EDIT,)
    assert conversation.pending == answer.calls
    (row,) = d.store.calls
    assert row.input_tokens == len(d.server.requests[0].body) + HIDDEN_TOKENS
    assert row.reserved_usd == pytest.approx(row.input_tokens * 5e-6 + 16_000 * 20e-6)
    assert (row.closed, row.usage, row.request_id) == (True, USAGE, "req_0001")
    assert d.money.spent_usd == pytest.approx(COST)
    assert d.waits == []


@pytest.mark.parametrize(
    ("wire", "rung"),
    [
        (anthropic, RUNG),
        (openai, GPT),
        (openai, replace(GPT, edit_form="custom")),
        (compatible, Rung("three", "openai-compatible", "tiny", "Local")),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_a_conversation_goes_on_with_every_vendor(desk: Open, wire: ModuleType, rung: Rung, stream: bool) -> None:
    script = [say("First.", edits=[EDIT], thinking="hm", usage=USAGE), say("Second.", usage=USAGE)]
    d = desk(script, wire=wire, rung=replace(rung, stream=stream))
    answer, conversation = d.ask()
    (call,) = answer.calls
    assert isinstance(call, EditCall)
    assert [(edit.path, type(edit).__name__) for edit in call.edits] in (
        [("a.ts", "Replace")],
        [("a.ts", "PatchLines")],
    )
    answer, _ = d.ask(d.provider.resume(conversation, (), "It still fails."))
    assert answer.text == "Second."
    assert d.server.refused == []


@pytest.mark.parametrize(("wire", "rung"), [(anthropic, RUNG), (openai, GPT)])
@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_of_thinking_alone_does_not_spoil_the_conversation(
    desk: Open, wire: ModuleType, rung: Rung, stream: bool
) -> None:
    d = desk([say("", thinking="hm"), say("Second.")], wire=wire, rung=replace(rung, stream=stream))
    _, conversation = d.ask()
    answer, _ = d.ask(d.provider.resume(conversation, (), "It still fails."))
    assert (answer.text, d.server.refused) == ("Second.", [])


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("wire", "rung"), [(anthropic, RUNG), (openai, GPT)])
def test_base_urls_with_and_without_a_slash(desk: Open, wire: ModuleType, rung: Rung, slash: str) -> None:
    d = desk([say("ok")], wire=wire, rung=rung, slash=slash)
    assert d.ask()[0].text == "ok"


# What is sent again ----------------------------------------------------------------------------------------------


def test_an_overload_is_waited_out_and_told(desk: Open) -> None:
    d = desk([fault(529), fault(503), say("ok", usage=USAGE)])
    answer, _ = d.ask()
    assert answer.text == "ok"
    assert answer.cost_usd == pytest.approx(COST)
    assert d.waits == [0.5, 1.0]
    waiting = [event for event in d.reporter.events if isinstance(event, Waiting)]
    assert [(event.provider, event.delay_s) for event in waiting] == [("Claude", 0.5), ("Claude", 1.0)]
    assert "Overloaded" in waiting[0].reason
    assert [(row.cost_usd, bool(row.error)) for row in d.store.calls] == [
        (0.0, True),
        (0.0, True),
        (answer.cost_usd, False),
    ]


def test_after_four_requests_it_is_given_up(desk: Open) -> None:
    d = desk([fault(529)] * 9)
    error = d.fail(Fault.TRANSIENT)
    assert "asked 4 times" in error.message
    assert (d.sent, d.waits) == (4, [0.5, 1.0, 2.0])
    assert d.money.spent_usd == 0.0


def test_retry_after_is_honoured(desk: Open) -> None:
    d = desk([fault(429, retry_after=7), say("ok")])
    d.ask()
    assert d.waits == [7.0]


@pytest.mark.parametrize("delay", [61, 86_400, "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_a_retry_after_that_is_too_long_is_not_waited_for(desk: Open, delay: float | str) -> None:
    d = desk([fault(429, retry_after=delay), say("never asked for")])
    error = d.fail(Fault.RATE_LIMIT)
    assert (d.sent, d.waits) == (1, [])
    assert "60 s is the most" in error.message


def test_no_more_than_two_minutes_are_waited_in_all(desk: Open) -> None:
    d = desk([fault(429, retry_after=59)] * 9)
    d.fail(Fault.RATE_LIMIT)
    assert sum(d.waits) == 118


def test_a_spent_quota_is_not_asked_again(desk: Open) -> None:
    quota = fault(429, "insufficient_quota", "You exceeded your current quota.", retry_after=1)
    d = desk([quota, say("never asked for")], wire=openai, rung=GPT)
    d.fail(Fault.QUOTA)
    assert (d.sent, d.waits) == (1, [])


@pytest.mark.parametrize(
    ("problem", "kind"), [(fault(401), Fault.AUTH), (fault(413), Fault.TOO_LARGE), (fault(400), Fault.BAD_REQUEST)]
)
def test_what_cannot_pass_is_not_asked_again(desk: Open, problem: Turn, kind: Fault) -> None:
    d = desk([problem, say("never asked for")])
    d.fail(kind)
    assert (d.sent, d.waits, d.money.spent_usd) == (1, [], 0.0)


def test_nobody_listening_costs_nothing_and_names_the_variable(desk: Open) -> None:
    d = desk([])
    d.server.__exit__()
    error = d.fail(Fault.TRANSIENT)
    assert "ANTHROPIC_BASE_URL" in error.remedy
    assert d.money.spent_usd == 0.0
    assert len(d.waits) == 3


# What is charged --------------------------------------------------------------------------------------------------


def test_a_stream_that_breaks_off_is_charged_in_full_and_asked_for_again(desk: Open) -> None:
    d = desk([say("a long answer" * 50, delivery=Delivery(cut_after=900)), say("ok", usage=USAGE)])
    answer, _ = d.ask()
    cut, whole = d.store.calls
    assert (cut.usage, cut.error, cut.cost_usd) == (None, "", cut.reserved_usd)
    assert whole.usage == USAGE
    assert answer.usage == USAGE
    assert answer.cost_usd == pytest.approx((cut.reserved_usd or 0) + COST)
    assert d.money.spent_usd == pytest.approx(answer.cost_usd)


def test_a_stream_that_ends_politely_before_its_end_is_no_answer(desk: Open) -> None:
    d = desk([say("x" * 500, delivery=Delivery(cut_after=900, politely=True)), say("ok")])
    assert d.ask()[0].text == "ok"
    assert d.store.calls[0].cost_usd == d.store.calls[0].reserved_usd


def test_an_overload_within_a_stream_is_asked_again(desk: Open) -> None:
    d = desk([say("half", breaks=fault(529)), say("ok", usage=USAGE)])
    assert d.ask()[0].text == "ok"
    assert d.waits == [0.5]


@pytest.mark.parametrize(
    "body",
    [b"<!doctype html><title>Sign in</title>", b"", b"{}", b"[1]", b'{"content": 5}', b"\x00\xff", b'{"content": ['],
)
def test_junk_is_charged_and_asked_for_at_most_four_times(desk: Open, body: bytes) -> None:
    d = desk([Play(200, JSON, body)] * 9)
    with pytest.raises(ProviderError) as caught:
        d.ask()
    assert caught.value.fault in {Fault.MALFORMED, Fault.TRANSIENT}
    assert d.sent == (2 if caught.value.fault is Fault.MALFORMED else 4)
    assert all(row.cost_usd == row.reserved_usd and row.closed for row in d.store.calls)
    assert d.money.spent_usd == pytest.approx(sum(row.reserved_usd or 0 for row in d.store.calls))


def test_a_web_page_then_an_answer(desk: Open) -> None:
    d = desk([Play(200, {"content-type": "text/html"}, b"<html><title>Login</title></html>"), say("ok")])
    assert d.ask()[0].text == "ok"


def test_an_answer_whose_usage_is_not_told_costs_what_was_reserved(desk: Open) -> None:
    d = desk([say("ok", usage=Usage())])
    answer, _ = d.ask()
    assert answer.cost_usd == d.store.calls[0].reserved_usd
    assert answer.usage == Usage()


def test_a_connection_that_hangs_up_may_have_been_charged(desk: Open) -> None:
    d = desk([say("", delivery=Delivery(hang_up=True)), say("ok", usage=USAGE)])
    d.ask()
    assert d.store.calls[0].cost_usd == d.store.calls[0].reserved_usd


def test_an_interrupt_on_the_way_leaves_the_reservation_standing(desk: Open) -> None:
    def interrupt(count: int) -> None:
        raise KeyboardInterrupt

    d = desk([say("ok")])
    d.provider = replace(d.provider, on_bytes=interrupt)
    with pytest.raises(KeyboardInterrupt):
        d.ask()
    assert d.money.spent_usd == pytest.approx(d.store.calls[0].reserved_usd)


def test_progress_is_told_in_bytes(desk: Open) -> None:
    seen: list[int] = []
    d = desk([say("x" * 5_000)])
    d.provider = replace(d.provider, on_bytes=seen.append)
    d.ask()
    assert seen[-1] > 5_000


# Answers that are none --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wire", "rung"), [(anthropic, RUNG), (openai, GPT)])
def test_a_cut_answer_is_asked_for_once_more_with_twice_the_room(desk: Open, wire: ModuleType, rung: Rung) -> None:
    d = desk([say("part", stop=Stop.TRUNCATED, usage=USAGE), say("whole", usage=USAGE)], wire=wire, rung=rung)
    answer, conversation = d.ask()
    assert answer.text == "whole"
    assert answer.usage == USAGE + USAGE
    assert answer.cost_usd == pytest.approx(sum(row.cost_usd or 0 for row in d.store.calls))
    assert [row.max_output_tokens for row in d.store.calls] == [16_000, 32_000]
    assert d.waits == []
    assert "part" not in str(conversation.items)


def test_an_answer_that_is_cut_twice_is_given_up(desk: Open) -> None:
    d = desk([say("part", stop=Stop.TRUNCATED, usage=USAGE)] * 3)
    error = d.fail(Fault.TRUNCATED)
    assert "32,000 output tokens" in error.message
    assert "max_output_tokens" in error.remedy
    assert d.sent == 2
    assert d.money.spent_usd == pytest.approx(2 * COST)


def test_the_models_own_limit_bounds_the_room(desk: Open) -> None:
    part = say("part", stop=Stop.TRUNCATED, usage=USAGE)
    d = desk([part, part], rung=replace(RUNG, max_output_tokens=100_000))
    d.fail(Fault.TRUNCATED)
    assert [row.max_output_tokens for row in d.store.calls] == [100_000, 128_000]
    d = desk([part, part], rung=replace(RUNG, max_output_tokens=128_000))
    assert "the model allows no more" in d.fail(Fault.TRUNCATED).message
    assert d.sent == 1


def test_the_budget_bounds_the_room(desk: Open) -> None:
    d = desk([say("part", stop=Stop.TRUNCATED, usage=Usage(9_000, output_tokens=16_000))] * 2, budget=0.4)
    assert "the budget allows no more" in d.fail(Fault.TRUNCATED).message
    assert d.sent == 1


def test_a_paused_answer_is_sent_back_as_it_is(desk: Open) -> None:
    d = desk([say("Searching.", stop=Stop.PAUSED, usage=USAGE), say("Found.", usage=USAGE)])
    answer, conversation = d.ask()
    assert answer.text == "Found."
    assert answer.usage == USAGE + USAGE
    assert answer.cost_usd == pytest.approx(2 * COST)
    first, second = d.server.requests
    assert second.json["messages"][:-1] == first.json["messages"]
    assert second.json["messages"][-1]["content"][-1]["type"] == "server_tool_use"
    assert conversation.items[-1]["content"][0]["text"] == "Found."


def test_an_answer_that_pauses_for_ever_is_given_up(desk: Open) -> None:
    d = desk([say("…", stop=Stop.PAUSED)] * 9)
    d.fail(Fault.TRANSIENT)
    assert d.sent == 4


def test_a_refusal_is_an_error_that_was_paid_for(desk: Open) -> None:
    d = desk([say(stop=Stop.REFUSED, detail="cyber: Looks like an attack", usage=USAGE), say("never asked for")])
    error = d.fail(Fault.REFUSAL)
    assert "cyber: Looks like an attack" in error.message
    assert d.sent == 1
    assert d.money.spent_usd == pytest.approx(COST)


def test_a_full_context_is_an_error(desk: Open) -> None:
    d = desk([say("x", stop=Stop.CONTEXT, usage=USAGE)])
    d.fail(Fault.CONTEXT)
    assert d.money.spent_usd == pytest.approx(COST)


# Money ------------------------------------------------------------------------------------------------------------


def test_nothing_is_sent_that_the_budget_does_not_allow(desk: Open) -> None:
    d = desk([say("never asked for")], budget=0.01)
    with pytest.raises(BudgetSpent, match="--budget"):
        d.ask()
    assert (d.sent, d.store.calls) == (0, [])


def test_a_budget_that_ends_between_two_requests_says_what_the_first_has_cost(desk: Open) -> None:
    paused = say("…", stop=Stop.PAUSED, usage=Usage(1_000, output_tokens=11_000))
    d = desk([paused, say("never asked for")], budget=0.25)
    with pytest.raises(BudgetSpent) as caught:
        d.ask()
    error = caught.value
    assert error.cost_usd == pytest.approx(0.004 + 0.22)
    assert (d.sent, error.requests, error.usage) == (1, 1, Usage(1_000, output_tokens=11_000))


def test_a_failure_says_what_the_requests_before_it_have_come_to(desk: Open) -> None:
    d = desk([fault(529), say("…", stop=Stop.PAUSED, usage=USAGE), fault(400)])
    error = d.fail(Fault.BAD_REQUEST)
    assert error.cost_usd == pytest.approx(COST)
    assert (error.requests, error.usage) == (3, USAGE)


LONG = Prompt("You mend builds.", "The repository. " * 1_500, "It fails.")
"""24,000 bytes, so 24,000 tokens at the very most; really some 5,000."""


def test_when_the_bound_by_bytes_does_not_fit_the_vendor_counts(desk: Open) -> None:
    counted = Play(200, JSON, b'{"input_tokens": 5000}')
    d = desk({"anthropic": [say("ok", usage=USAGE)], "count": [counted]}, budget=0.4)
    d.ask(d.provider.begin(RUNG, LONG))
    assert [request.endpoint for request in d.server.requests] == ["count", "anthropic"]
    assert d.store.calls[0].input_tokens == 5_000 + 100 + HIDDEN_TOKENS
    assert d.store.calls[0].max_output_tokens == 16_000


def test_when_the_vendor_does_not_count_the_bound_stands(desk: Open) -> None:
    d = desk({"anthropic": [say("ok", usage=USAGE)], "count": [fault(529)]}, budget=0.4)
    d.ask(d.provider.begin(RUNG, LONG))
    (row,) = d.store.calls
    assert row.input_tokens > 24_000
    assert row.max_output_tokens < 16_000
    assert d.server.requests[-1].json["max_tokens"] == row.max_output_tokens


def test_a_retry_that_the_budget_does_not_allow_is_not_sent(desk: Open) -> None:
    d = desk([say("x", delivery=Delivery(hang_up=True)), say("never asked for")], budget=0.36)
    with pytest.raises(BudgetSpent):
        d.ask()
    assert d.sent == 1


def test_a_model_without_a_price_names_the_lines_to_add(desk: Open) -> None:
    d = desk([say("never asked for")], rung=replace(RUNG, model="new-model"))
    with pytest.raises(ConfigError, match=r'\[prices\."new-model"\]'):
        d.ask()
    assert d.sent == 0


def test_a_script_of_faults_never_overruns_the_budget(desk: Open) -> None:
    turns: Sequence[Any] = [
        fault(529),
        say("x" * 400, delivery=Delivery(cut_after=300)),
        say("part", stop=Stop.TRUNCATED),
        Play(200, JSON, b"junk"),
        say("ok", usage=USAGE),
    ] * 4
    d = desk(turns, budget=1.5)
    for _ in range(6):
        try:
            d.ask()
        except (ProviderError, BudgetSpent):
            continue
    assert d.money.spent_usd <= 1.5
    assert sum(row.cost_usd or 0 for row in d.store.calls) == pytest.approx(d.money.spent_usd)
