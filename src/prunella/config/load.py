"""From the sources to :class:`~prunella.config.settings.Settings`.

Flag > environment > ``.env`` in the repository's root > the repository's file (``prunella.toml``, or
``[tool.prunella]`` in ``pyproject.toml``) > the user's file > default. The repository is not trusted with everything:
see ``options.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from prunella.config import envfile, guard_rules
from prunella.config.bounds import bounded, bounded_layers
from prunella.config.database import record
from prunella.config.files import read_text, read_toml
from prunella.config.gitfacts import tracked
from prunella.config.home import default_home, short, user_file
from prunella.config.layers import Given, Layer, TomlFile, from_flags, from_toml, from_variables
from prunella.config.options import BY_NAME, OPTIONS
from prunella.config.settings import (
    Price,
    RungSettings,
    SandboxSettings,
    SecretsSettings,
    Settings,
)
from prunella.config.tables import Row
from prunella.domain import Check
from prunella.errors import ConfigError

FILE = "prunella.toml"
ENV_FILE = ".env"


def load(root: Path, flags: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """The effective settings for the repository at ``root``.

    Raises:
        ConfigError: something in a source is wrong; every problem is named, with file, line and what is allowed.
    """
    sources = _read(root, flags, environ)
    problems = [problem for layer in sources.weakest_first() for problem in layer.problems]
    problems += _of_tracked_env(root, sources)
    problems += guard_rules.problems(sources.user, sources.repository, short(user_file(environ), environ))
    if not problems:
        chosen = _choose(sources, bounded_layers(root, sources.repository, sources.env_file))
        database = record(chosen.path("home", default_home(environ)), chosen.given["database_url"], problems)
    if problems:
        raise ConfigError("\n".join(problems))
    return _settings(root, sources, chosen, database, environ)


class Sources(NamedTuple):
    """All layers. ``variables``: the environment over ``.env``, for keys that a rung names itself."""

    user: Layer
    repository: Layer
    env_file: Layer
    environment: Layer
    flags: Layer
    variables: Mapping[str, str]
    notices: list[str]

    def weakest_first(self) -> tuple[Layer, ...]:
        return self.user, self.repository, self.env_file, self.environment, self.flags


def _read(root: Path, flags: Mapping[str, object], environ: Mapping[str, str]) -> Sources:
    notices: list[str] = []
    own = user_file(environ)
    own_name = short(own, environ)
    user, repository = Layer(), Layer()
    read = read_toml(own, own_name)
    if read:
        user = from_toml(TomlFile(own_name, *read, prefix=(), trusted=True, user_file=own_name), environ)
    found = _repository_file(root, own_name, notices)
    if found:
        repository = from_toml(found, environ)
    env = envfile.read(root / ENV_FILE, ENV_FILE) or envfile.EnvFile({}, {})
    notices += env.notices
    return Sources(
        user,
        repository,
        from_variables(env.values, environ, lambda name: f"{ENV_FILE}:{env.lines[name]}", of_repository=True),
        from_variables(environ, environ, lambda _: "environment", of_repository=False),
        from_flags(flags, environ),
        {**env.values, **environ},
        notices,
    )


def _repository_file(root: Path, user_file_name: str, notices: list[str]) -> TomlFile | None:
    project = "pyproject.toml"
    read = read_toml(root / FILE, FILE)
    if read:
        if "[tool.prunella" in (_text_or_nothing(root / project) or ""):
            notices.append(f"[tool.prunella] in {project} is not read, because there is a {FILE}")
        return TomlFile(FILE, *read, prefix=(), trusted=False, user_file=user_file_name)
    read = read_toml(root / project, project, "prunella") if _text_or_nothing(root / project) else None
    if read:
        prefix = ("tool", "prunella")
        return TomlFile(project, *read, prefix=prefix, trusted=False, user_file=user_file_name)
    return None


def _text_or_nothing(path: Path) -> str | None:
    """A file that is not Prunella's own may be in any state: it may be what has to be healed."""
    try:
        return read_text(path, path.name)
    except ConfigError:
        return None


def _of_tracked_env(root: Path, sources: Sources) -> list[str]:
    """A ``.env`` that git has is a file of the repository, so it may not send keys and records anywhere either."""
    given = {
        name: value
        for name, value in sources.env_file.values.items()
        if BY_NAME[name].guarded and not BY_NAME[name].secret
    }
    if not given or not tracked(root, ENV_FILE):
        return []
    return [
        f"{value.origin}: {BY_NAME[name].variables[0]} decides where keys, code or records go, and this {ENV_FILE} is "
        f"tracked by git, so whoever wrote the repository set it. Set it in your environment instead, or take "
        f"{ENV_FILE} out of git (`git rm --cached {ENV_FILE}`)."
        for name, value in given.items()
    ]


class Chosen:
    """The winning value of each option."""

    def __init__(self, given: Mapping[str, Given]) -> None:
        self.given = given

    def text(self, name: str) -> str:
        return cast("str", self.given[name].value)

    def whole(self, name: str) -> int:
        return cast("int", self.given[name].value)

    def amount(self, name: str) -> float:
        return cast("float", self.given[name].value)

    def table(self, name: str) -> dict[str, Any]:
        """All options of a table, by their names in it."""
        start = f"{name}."
        return {key[len(start) :]: given.value for key, given in self.given.items() if key.startswith(start)}

    def path(self, name: str, otherwise: Path) -> Path:
        value = self.given[name].value
        return value if isinstance(value, Path) else otherwise


def _choose(sources: Sources, of_others: Sequence[Layer]) -> Chosen:
    given = {option.name: Given(option.default, "default") for option in OPTIONS}
    said: list[tuple[str, Given, str]] = []
    for layer in sources.weakest_first():
        for name, value in layer.values.items():
            option = BY_NAME[name]
            if option.secret and _placeholder(cast("str", value.value)):
                sources.notices.append(f"{value.origin}: {option.variables[0]} is still a placeholder, not a key")
                continue
            if option.bounded and any(layer is other for other in of_others):
                given[name], words = bounded(option, value, given[name])
                said.append((name, given[name], words))
            else:
                given[name] = value
    sources.notices.extend(words for name, value, words in said if words and given[name] is value)
    _addresses(given, sources.notices)
    _retired(given, sources.notices)
    return Chosen(given)


def _retired(given: dict[str, Given], notices: list[str]) -> None:
    """What an old name says becomes what the new one means, unless the new one is set as well."""
    old, new = given.pop("context.chars", None), given["context.tokens"]
    if old is None:
        return
    tokens = max(1_000, cast("int", old.value) // 4)
    if new.origin == "default":
        given["context.tokens"] = Given(tokens, old.origin)
    notices.append(f"{old.origin}: context.chars is now called context.tokens; write context.tokens = {tokens}")


def _placeholder(key: str) -> bool:
    return key.endswith(("...", "…")) or key.startswith("<")


def _addresses(given: Mapping[str, Given], notices: list[str]) -> None:
    for vendor in ("anthropic", "openai"):
        address, key = given[f"{vendor}.base_url"], given[f"{vendor}.api_key"]
        url = cast("str", address.value)
        if address.origin.startswith(f"{ENV_FILE}:"):
            variable = BY_NAME[f"{vendor}.base_url"].variables[0]
            notices.append(f"{variable} from {address.origin}: your code and your key go to {url}")
        if url.startswith("http://") and key.value and not _loopback(url):
            notices.append(f"{vendor}.base_url is not encrypted (http): your key can be read on the way to {url}")


def _loopback(url: str) -> bool:
    from urllib.parse import urlsplit

    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _settings(root: Path, sources: Sources, chosen: Chosen, database: Path, environ: Mapping[str, str]) -> Settings:
    home = chosen.path("home", default_home(environ))
    checks, ladder = _last(sources, "checks"), _last(sources, "ladder")
    rows = {str(row.values["model"]): row for row in (*sources.repository.prices, *sources.user.prices)}
    origins = {name: given.origin for name, given in chosen.given.items()}
    origins["check"] = checks[0].origin if checks else "default"
    origins |= {f"check.{row.values['name']}": row.origin for row in checks}
    origins["ladder"] = ladder[0].origin if ladder else "default"
    origins |= {f"prices.{model}": row.origin for model, row in rows.items()}
    timeout = chosen.amount("timeout")
    return Settings(
        root=root,
        checks=tuple(_check(row, timeout) for row in checks),
        ladder=tuple(_rung(row, sources.variables) for row in ladder),
        prices={model: _price(row) for model, row in rows.items()},
        max_attempts=chosen.whole("max_attempts"),
        escalate_at=chosen.whole("escalate_at"),
        timeout=timeout,
        commit=bool(chosen.given["commit"].value),
        guard=guard_rules.joined(chosen.table("guard"), sources.user, sources.repository),
        sandbox=SandboxSettings(**chosen.table("sandbox")),
        secrets=_secrets(chosen, sources),
        budget_repository_day_usd=cast("float | None", chosen.given["budget.repository_day_usd"].value),
        budget_organisation_day_usd=cast("float | None", chosen.given["budget.organisation_day_usd"].value),
        toolchain=bool(chosen.given["toolchain"].value),
        flaky_rerun=bool(chosen.given["flaky.rerun"].value),
        baseline=chosen.text("baseline"),
        branch=chosen.text("branch"),
        budget_task_usd=chosen.amount("budget.task_usd"),
        budget_attempt_usd=cast("float | None", chosen.given["budget.attempt_usd"].value),
        context_tokens=chosen.whole("context.tokens"),
        anthropic_model=chosen.text("anthropic.model"),
        openai_model=chosen.text("openai.model"),
        anthropic_api_key=chosen.text("anthropic.api_key"),
        openai_api_key=chosen.text("openai.api_key"),
        anthropic_base_url=chosen.text("anthropic.base_url"),
        openai_base_url=chosen.text("openai.base_url"),
        home=home,
        log_file=chosen.path("log_file", home / "prunella.log"),
        database=database,
        origins=origins,
        notices=tuple(sources.notices),
    )


def _secrets(chosen: Chosen, sources: Sources) -> SecretsSettings:
    """The globs of both files hold: what its user keeps from models, a repository does not give away."""
    stated = (layer.values.get("secrets.deny") for layer in (sources.user, sources.repository))
    globs = (glob for given in stated if given for glob in cast("tuple[str, ...]", given.value))
    return SecretsSettings(**{**chosen.table("secrets"), "deny": tuple(dict.fromkeys(globs))})


def _last(sources: Sources, table: str) -> Sequence[Row]:
    """A table of the repository's file replaces the user's whole."""
    for layer in (sources.repository, sources.user):
        found = cast("tuple[Row, ...] | None", getattr(layer, table))
        if found:
            return found
    return ()


def _check(row: Row, timeout: float) -> Check:
    values = cast("dict[str, str]", row.values)
    own = cast("float", row.values.get("timeout", timeout))
    return Check(
        values["name"], values["command"], own, values.get("folder", ""), network=bool(row.values.get("network"))
    )


def _rung(row: Row, variables: Mapping[str, str]) -> RungSettings:
    key_env = cast("str", row.values.get("key_env", ""))
    key = variables.get(key_env, "").strip() if key_env else ""
    return RungSettings(**row.values, key=key)  # type: ignore[arg-type]


def _price(row: Row) -> Price:
    rates = {name: value for name, value in row.values.items() if name != "model"}
    return Price(**rates, trusted=row.trusted)  # type: ignore[arg-type]
