"""From settings to the ladder that can really be climbed, and what a person should know about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from prunella.config.settings import RungSettings, Settings, masked
from prunella.domain import History, Ladder, Rung
from prunella.errors import ConfigError

DISPLAYS = {"anthropic": "Claude", "openai": "OpenAI Codex"}
NAMES = {"anthropic": "claude", "openai": "openai", "openai-compatible": "local"}
KEYS = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
DEFAULT_LADDER = {"max_attempts": "MAX_FIX_ATTEMPTS", "escalate_at": "ESCALATE_AT"}

NO_KEYS = (
    "Set ANTHROPIC_API_KEY, OPENAI_API_KEY or both, in the environment or in .env in the repository's root (`prunella "
    "init` writes an example). Or use a local model: in ~/.config/prunella/config.toml, a [[ladder]] with provider = "
    '"openai-compatible", model = "qwen3-coder:30b", base_url = "http://127.0.0.1:11434/v1".'
)


class Access(NamedTuple):
    """How a rung's server is reached. ``base_url`` "" = the vendor's own address; ``key`` "" = none is sent."""

    base_url: str
    key: str

    def __repr__(self) -> str:
        return masked(self)


class Candidate(NamedTuple):
    """A rung that is wanted, at its place in the ladder, and what was said about its history and key."""

    number: int
    rung: Rung
    history: str = ""
    key_env: str = ""
    has_key: bool = False


def build(settings: Settings, model_warning: Callable[[str], str] | None = None) -> tuple[Ladder, tuple[str, ...]]:
    """The ladder, and notices about what was left out or is out of date.

    Args:
        model_warning: what is to be said of a vendor's model id (it has ended, nobody knows it), "" for nothing;
            the catalogue of models is another room's.

    Raises:
        ConfigError: no rung can run.
    """
    notices: list[str] = []
    if settings.ladder:
        wanted = _configured(settings)
        notices += _without_effect(settings)
    else:
        wanted = _default(settings)
    usable = [item for item in wanted if item.has_key or item.rung.provider not in KEYS]
    notices += _left_out(wanted)
    if not usable and not settings.ladder:
        usable = _last_resort(settings, notices)
    if not usable:
        missing = sorted({_variable(item) for item in wanted})
        is_not = "is" if len(missing) == 1 else "are"
        raise ConfigError(f"No attempt can be made: {' and '.join(missing)} {is_not} not set.", remedy=NO_KEYS)
    rungs = _with_history(usable)
    if model_warning:
        notices += _of_models(settings, rungs, model_warning)
    return Ladder(rungs), tuple(notices)


def access(settings: Settings, rung: Rung) -> Access:
    """Address and key for a rung of ``build``'s ladder."""
    named = zip(_configured(settings), settings.ladder, strict=True)
    own = next((item for candidate, item in named if candidate.rung.name == rung.name), None)
    address = {"anthropic": settings.anthropic_base_url, "openai": settings.openai_base_url}.get(rung.provider, "")
    return Access(rung.base_url or address, own.key if own and own.key_env else _key(settings, rung.provider))


def _key(settings: Settings, provider: str) -> str:
    return {"anthropic": settings.anthropic_api_key, "openai": settings.openai_api_key}.get(provider, "")


def _model(settings: Settings, provider: str) -> str:
    return {"anthropic": settings.anthropic_model, "openai": settings.openai_model}.get(provider, "")


def _default(settings: Settings) -> list[Candidate]:
    """Claude up to ``escalate_at``, OpenAI from there."""
    return [
        _candidate(settings, "anthropic" if number < settings.escalate_at else "openai", number)
        for number in range(1, settings.max_attempts + 1)
    ]


def _candidate(settings: Settings, provider: str, number: int) -> Candidate:
    rung = Rung(
        name=f"{NAMES[provider]}-{number}",
        provider=provider,
        model=_model(settings, provider),
        display=DISPLAYS[provider],
        budget_usd=settings.budget_attempt_usd,
    )
    return Candidate(number, rung, has_key=bool(_key(settings, provider)))


def _last_resort(settings: Settings, notices: list[str]) -> list[Candidate]:
    """The only vendor with a key has no attempt in the default ladder: it gets one."""
    for provider in KEYS:
        if _key(settings, provider):
            reason = f"ESCALATE_AT = {settings.escalate_at} leaves {DISPLAYS[provider]} no attempt"
            notices.append(f"{reason}; it gets one, as the only one with a key")
            return [_candidate(settings, provider, 1)]
    return []


def _configured(settings: Settings) -> list[Candidate]:
    """The ``[[ladder]]`` tables, each with a name of its own."""
    taken = {item.name for item in settings.ladder}
    candidates = []
    for number, item in enumerate(settings.ladder, 1):
        name = item.name or f"{NAMES[item.provider]}-{number}"
        while not item.name and name in taken:
            name += "+"
        taken.add(name)
        key = item.key if item.key_env else _key(settings, item.provider)
        rung = _rung(settings, item, name)
        candidates.append(Candidate(number, rung, item.history, item.key_env, bool(key)))
    return candidates


def _rung(settings: Settings, item: RungSettings, name: str) -> Rung:
    return Rung(
        name=name,
        provider=item.provider,
        model=item.model or _model(settings, item.provider),
        display=item.display or DISPLAYS.get(item.provider, item.model),
        effort=item.effort,
        thinking=item.thinking,
        max_output_tokens=item.max_output_tokens,
        max_turns=item.max_turns,
        budget_usd=settings.budget_attempt_usd if item.budget_usd is None else item.budget_usd,
        edit_form=item.edit_form,
        base_url=item.base_url,
        stream=item.stream,
    )


def _with_history(usable: Sequence[Candidate]) -> tuple[Rung, ...]:
    """In a row of rungs of one provider, all but the first go on with the conversation, unless it is said otherwise."""
    rungs: list[Rung] = []
    for item in usable:
        last = rungs[-1] if rungs else None
        same = last is not None and (last.provider, last.base_url) == (item.rung.provider, item.rung.base_url)
        history = History(item.history) if item.history else History.CONTINUE if same else History.FRESH
        rungs.append(replace(item.rung, history=history))
    return tuple(rungs)


def _without_effect(settings: Settings) -> list[str]:
    given = {label: settings.origins[name] for name, label in DEFAULT_LADDER.items()}
    return [
        f"{label} ({origin}) has no effect: the [[ladder]] at {settings.origins['ladder']} lists the attempts"
        for label, origin in given.items()
        if origin != "default"
    ]


def _variable(item: Candidate) -> str:
    return item.key_env or KEYS[item.rung.provider]


def _left_out(wanted: Sequence[Candidate]) -> list[str]:
    """One notice per variable that is missing."""
    without: dict[str, list[Candidate]] = {}
    for item in wanted:
        if not item.has_key and (item.rung.provider in KEYS or item.key_env):
            without.setdefault(_variable(item), []).append(item)
    return [f"{variable} is not set: {_who(items)}" for variable, items in without.items()]


def _who(items: Sequence[Candidate]) -> str:
    displays = " and ".join(dict.fromkeys(item.rung.display for item in items))
    *first, last = [str(item.number) for item in items]
    attempts = f"attempts {', '.join(first)} and {last}" if first else f"attempt {last}"
    if items[0].rung.provider not in KEYS:
        return f"{attempts} ({displays}) {'go' if first else 'goes'} without a key"
    return f"{attempts} ({displays}) {'are' if first else 'is'} left out"


def _of_models(settings: Settings, rungs: Sequence[Rung], model_warning: Callable[[str], str]) -> list[str]:
    """What the catalogue says of the vendors' models; a gateway may know others. They are asked all the same."""
    notices = []
    own = [rung for rung in rungs if rung.provider in KEYS and not access(settings, rung).base_url]
    for model, provider in {rung.model: rung.provider for rung in own}.items():
        warning = model_warning(model)
        if warning:
            origin = settings.origins["ladder"] if settings.ladder else settings.origins[f"{provider}.model"]
            notices.append(f"{warning} ({_called(provider, settings)}: {origin})")
    return notices


def _called(provider: str, settings: Settings) -> str:
    return "[[ladder]]" if settings.ladder else f"{provider.upper()}_MODEL"
