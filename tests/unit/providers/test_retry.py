"""The retry policy, decision by decision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.errors import Fault, ProviderError
from prunella.providers.retry import Bounds, GiveUp, Wait, decide


def error(fault: Fault, retry_after_s: float | None = None) -> ProviderError:
    return ProviderError("no", fault, retry_after_s=retry_after_s)


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT, Fault.TRANSIENT])
def test_what_may_pass_is_sent_again_with_doubling_waits(fault: Fault) -> None:
    assert [decide(error(fault), tries, 0.0, 0.0) for tries in (1, 2, 3)] == [Wait(0.5), Wait(1.0), Wait(2.0)]


def test_waits_stop_doubling_at_eight_seconds() -> None:
    assert decide(error(Fault.TRANSIENT), 7, 0.0, 0.0, Bounds(sends=10)) == Wait(8.0)


def test_jitter_shortens_a_wait_by_up_to_a_quarter() -> None:
    assert decide(error(Fault.TRANSIENT), 2, 0.0, 1.0) == Wait(0.75)


def test_four_sends_are_the_most() -> None:
    assert decide(error(Fault.TRANSIENT), 4, 0.0, 0.0) == GiveUp("asked 4 times")


def test_the_vendors_own_delay_is_taken_as_it_is() -> None:
    assert decide(error(Fault.RATE_LIMIT, 11.054), 1, 0.0, 1.0) == Wait(11.054)


def test_a_delay_of_more_than_a_minute_is_not_waited_for() -> None:
    decision = decide(error(Fault.RATE_LIMIT, 61.0), 1, 0.0, 0.0)
    assert isinstance(decision, GiveUp)
    assert "61 s" in decision.reason
    assert decide(error(Fault.RATE_LIMIT, 61.0), 1, 0.0, 0.0, Bounds(retry_after_s=90)) == Wait(61.0)


def test_two_minutes_are_waited_in_all() -> None:
    assert decide(error(Fault.RATE_LIMIT, 60.0), 2, 60.0, 0.0) == Wait(60.0)
    assert isinstance(decide(error(Fault.RATE_LIMIT, 60.0), 3, 60.5, 0.0), GiveUp)


def test_an_unreadable_answer_is_asked_for_once_more() -> None:
    assert decide(error(Fault.MALFORMED), 1, 0.0, 0.0) == Wait(0.5)
    assert decide(error(Fault.MALFORMED), 2, 0.0, 0.0) == GiveUp("asked twice")


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.RATE_LIMIT, Fault.TRANSIENT, Fault.MALFORMED}))
def test_nothing_else_is_ever_sent_again(fault: Fault) -> None:
    assert decide(error(fault, 0.1), 1, 0.0, 0.0) == GiveUp("")


@given(
    st.sampled_from(sorted(Fault)),
    st.lists(st.none() | st.floats(-5, 1e9), min_size=200, max_size=200),
    st.floats(0, 1),
)
def test_patience_always_ends_within_its_bounds(fault: Fault, delays: list[float | None], jitter: float) -> None:
    waited, tries = 0.0, 0
    for delay in delays:
        tries += 1
        decision = decide(error(fault, delay), tries, waited, jitter)
        if isinstance(decision, GiveUp):
            break
        assert decision.delay_s >= 0
        waited += decision.delay_s
    assert tries <= 4
    assert waited <= 120
