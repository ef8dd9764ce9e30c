"""Prices: ours against those of the package they come from."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from genai_prices import Usage as TheirUsage
from genai_prices import calc_price
from hypothesis import given
from hypothesis import strategies as st

from prunella.conversation import Usage
from prunella.errors import ConfigError
from prunella.providers.prices import Prices, Rates

NOW = datetime(2026, 11, 22, tzinfo=UTC).timestamp()
MODELS = [
    ("anthropic", "claude-opus-5-5"),
    ("anthropic", "claude-sonnet-5-5"),
    ("anthropic", "claude-haiku-5-5"),
    ("anthropic", "claude-fable-5-2"),
    ("anthropic", "claude-opus-4-6"),
    ("anthropic", "claude-sonnet-4-20250514"),
    ("openai", "gpt-6.1-sol"),
    ("openai", "gpt-6-luna"),
    ("openai", "gpt-5.6-sol"),
    ("openai", "gpt-5.2-codex"),
    ("openai", "gpt-5-mini"),
    ("openai", "o3"),
]


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    """Usages as vendors report them: the parts fit into the whole."""
    whole = draw(
        st.integers(0, 3_000) | st.integers(0, 1_000_000) | st.sampled_from([100_000, 100_001, 272_000, 272_001])
    )
    cached = draw(st.integers(0, whole))
    written = draw(st.integers(0, whole - cached))
    output = draw(st.integers(0, 128_000))
    return Usage(whole, cached, written, draw(st.integers(0, written)), output, draw(st.integers(0, output)))


moments = st.floats(datetime(2025, 6, 1, tzinfo=UTC).timestamp(), datetime(2027, 1, 1, tzinfo=UTC).timestamp())


def theirs(provider: str, model: str, usage: Usage, at: float) -> float:
    told = TheirUsage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cached_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cache_write_1h_tokens=usage.cache_write_1h_tokens,
        output_tokens=usage.output_tokens,
    )
    when = datetime.fromtimestamp(at, tz=UTC)
    return float(calc_price(told, model, provider_id=provider, genai_request_timestamp=when).total_price)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that knows all the models above."""
    folder = tmp_path_factory.mktemp("cache")
    prices = Prices(folder)
    for provider, model in MODELS:
        assert prices.price(provider, model, Usage(1), at=NOW) is not None
    return folder


@pytest.fixture(scope="module")
def cached(folder: Path) -> Prices:
    """Prices that came from the cache alone: the package's data were out of reach."""
    prices = Prices(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("prunella.providers.rate_cards.look_up", lambda *_: pytest.fail("looked up again"))
        for provider, model in MODELS:
            prices.rates(provider, model, at=NOW)
    return prices


direct = Prices()


@pytest.mark.parametrize(("provider", "model"), MODELS)
@given(usage=usages(), at=moments)
def test_cached_and_direct_prices_equal_the_packages_own(
    cached: Prices, provider: str, model: str, usage: Usage, at: float
) -> None:
    expected = theirs(provider, model, usage, at)
    assert cached.price(provider, model, usage, at=at) == pytest.approx(expected, rel=1e-15)
    assert direct.price(provider, model, usage, at=at) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(("provider", "model"), MODELS)
@given(usage=usages(), spare=st.integers(0, 500_000), at=moments)
def test_no_usage_within_the_bounds_costs_more_than_the_ceiling(
    provider: str, model: str, usage: Usage, spare: int, at: float
) -> None:
    usage = Usage(usage.input_tokens, usage.cached_tokens, usage.cache_write_tokens, 0, usage.output_tokens)
    ceiling = direct.ceiling(provider, model, usage.input_tokens + spare, at=at)
    cost = direct.price(provider, model, usage, at=at)
    assert ceiling is not None
    assert cost is not None
    assert cost <= ceiling.input_usd + usage.output_tokens * ceiling.output_usd + 1e-12


def test_a_long_input_moves_all_tokens_to_the_dearer_tier() -> None:
    below = direct.price("anthropic", "claude-haiku-5-5", Usage(100_000), at=NOW)
    above = direct.price("anthropic", "claude-haiku-5-5", Usage(100_001), at=NOW)
    assert below == pytest.approx(0.01)
    assert above == pytest.approx(0.0500005)


def test_both_vendors_conventions_give_the_same_meaning() -> None:
    # 1,000 in, of which 800 came from the cache; Anthropic would tell 200 + 800, OpenAI 1,000 of which 800.
    assert direct.price("anthropic", "claude-opus-5-5", Usage(1_000, 800), at=NOW) == pytest.approx(0.00096)
    assert direct.price("openai", "gpt-6.1-sol", Usage(1_000, 800), at=NOW) == pytest.approx(0.00048)


@given(*[st.integers(0, 10_000)] * 5)
def test_parts_greater_than_the_whole_are_no_crash_and_no_discount(
    whole: int, a: int, b: int, c: int, out: int
) -> None:
    cost = direct.price("anthropic", "claude-opus-5-5", Usage(whole, a, b, c, out), at=NOW)
    assert cost is not None
    assert cost >= 0


def test_a_model_that_is_not_known_has_no_price() -> None:
    assert direct.price("openai", "gpt-6.2-sol", Usage(1), at=NOW) is None
    assert direct.ceiling("openai", "gpt-6.2-sol", 1, at=NOW) is None
    assert direct.price("openai-compatible", "qwen", Usage(1), at=NOW) is None


def test_the_users_rates_win() -> None:
    prices = Prices(overrides={"gpt-6.2-sol": Rates(2, 10, 0.1, 2.5), "claude-opus-5-5": Rates(1, 1)})
    usage = Usage(1_000_000, 500_000, 250_000, 250_000, 1_000_000)
    assert prices.price("openai", "gpt-6.2-sol", usage, at=NOW) == pytest.approx(0.5 + 0.05 + 0.625 + 10)
    assert prices.price("anthropic", "claude-opus-5-5", usage, at=NOW) == pytest.approx(2.0)


@pytest.mark.parametrize("rates", [(-1.0, 1.0), (1.0, float("nan")), (float("inf"), 1.0)])
def test_rates_that_are_no_prices_are_refused(rates: tuple[float, float]) -> None:
    with pytest.raises(ConfigError):
        Rates(*rates)


def test_a_run_with_a_cache_imports_nothing_dear(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from prunella.conversation import Usage\n"
        "from prunella.providers.prices import Prices\n"
        f"assert Prices(Path({str(folder)!r})).price('anthropic', 'claude-opus-5-5', Usage(1), at={NOW}) == 4e-06\n"
        "print([name for name in ('genai_prices', 'pydantic', 'importlib.metadata') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\xff",
        b"[]",
        b"[1]",
        b'{"anthropic/claude-opus-5-5": 3}',
        b'{"anthropic/claude-opus-5-5": [{"since": "", "rates": {"input_mtok": [-5, []]}}]}',
        b"[" * 100_000,
    ],
)
def test_a_spoilt_cache_is_looked_up_again_and_mended(tmp_path: Path, junk: bytes) -> None:
    Prices(tmp_path).price("anthropic", "claude-opus-5-5", Usage(1), at=NOW)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(junk)
    assert Prices(tmp_path).price("anthropic", "claude-opus-5-5", Usage(1), at=NOW) == 4e-06
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Prices(tmp_path / "file" / "cache").price("anthropic", "claude-opus-5-5", Usage(1), at=NOW) == 4e-06
