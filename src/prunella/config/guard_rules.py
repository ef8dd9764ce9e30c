"""What ``[guard]`` may say: names of rules that exist, and from a file of the repository nothing that lets through what
the guard has to stop there: a repository must not be able to switch off what protects its user from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from prunella.changes import Judgement, Tuning
from prunella.config.layers import Layer
from prunella.config.values import nearest, shown

LISTS = {
    "guard.reject": Judgement.REJECT,
    "guard.suspect": Judgement.SUSPICIOUS,
    "guard.allow": Judgement.ALLOW,
}


def problems(user: Layer, repository: Layer, user_file: str) -> Iterator[str]:
    """What is wrong with the lists of rules, in words. The rules are looked up only when some are named."""
    for layer in (user, repository):
        for option, judgement in LISTS.items():
            for name in _names(layer, option):
                wrong = _wrong(name, judgement, user_file if layer is repository else "")
                if wrong:
                    yield f"{layer.values[option].origin}: {option} {wrong}"


def joined(table: Mapping[str, Any], user: Layer, repository: Layer) -> Tuning:
    """The settings of the guard. Lists of rules hold together with those of the other file, so that the repository's
    takes back nothing that the user wants rejected; where a rule is in more than one, the strictest counts."""
    lists = {
        option.removeprefix("guard."): tuple(dict.fromkeys((*_names(user, option), *_names(repository, option))))
        for option in LISTS
    }
    return Tuning(**{**table, **lists})


def _names(layer: Layer, option: str) -> tuple[str, ...]:
    given = layer.values.get(option)
    return cast("tuple[str, ...]", given.value) if given else ()


def _wrong(name: str, judgement: Judgement, user_file: str) -> str:
    """Why a list may not name this rule; ``user_file`` is where it could, "" = it stands there already."""
    from prunella.guard.catalog import BY_NAME
    from prunella.guard.tuning import NEVER, STRICTEST

    info = BY_NAME.get(name)
    if info is None:
        known = nearest(name, BY_NAME) or "; `prunella guard --rules` lists them all"
        return f"names {shown(name)}, which is no rule of the guard{known}."
    if STRICTEST.index(judgement) <= STRICTEST.index(info.judgement):
        return ""
    if name in NEVER:
        return (
            f'names "{name}", which nothing switches off: a fix stays inside the repository. Take it out of the list.'
        )
    if info.floor and user_file:
        return (
            f'names "{name}", which a file of the repository may not weaken: it protects you from the repository '
            f"(`prunella guard --rules` lists such rules as floor). Set it in {user_file}."
        )
    return ""
