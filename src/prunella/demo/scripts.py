"""What the scripted models answer in the demo, attempt by attempt: the specification's three versions of ``getHero``.

Each turn's edits fit the files as the turn before left them: the untyped version makes two errors of one and is undone,
the one after it leaves another single error and is kept, so the second opinion mends that one.
"""

from __future__ import annotations

from dataclasses import dataclass

from prunella.changes import Edit, Replace

SERVICE = "src/heroService.ts"


@dataclass(frozen=True, slots=True)
class Turn:
    """One attempt's answer. ``provider`` is who is asked (``anthropic`` or ``openai``)."""

    provider: str
    text: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Play:
    """A ladder from its first attempt to its end. ``heals_on`` is the attempt that makes the build pass, 0 = none."""

    name: str
    title: str
    turns: tuple[Turn, ...]
    heals_on: int


_UNTYPED = "  getHero() {\n    return {};\n  }\n"
_WRONG_STORAGE = "  async getHero(): Promise<Hero> {\n    return this.storage.read('hero');\n  }\n"
_RIGHT = (
    "  async getHero(): Promise<Hero | null> {\n    const data = await getData<Hero>('hero');\n    return data;\n  }\n"
)
_WRONG_TYPE = _RIGHT.replace("getData<Hero>", "getData")
_END_OF_SAVE = "    await this.storage.save('hero', hero);\n  }\n"


def _add(method: str) -> Replace:
    return Replace(SERVICE, _END_OF_SAVE, f"{_END_OF_SAVE}\n{method}")


# Whole lines, since an OpenAI patch has no smaller unit.
_IMPORT = Replace(
    SERVICE,
    "import { RecordStore } from './storage.js';\n",
    "import { getData, RecordStore } from './storage.js';\n",
)
_PATTERN = "TeamService shows the pattern: services read with getData, which gives null when there is no record."

_FIRST = Turn("anthropic", "main.ts calls getHero, which HeroService does not have. I add it.", (_add(_UNTYPED),))
_SECOND = Turn("anthropic", "It needs its type; it reads the hero from the storage.", (_add(_WRONG_STORAGE),))
_THIRD = Turn("openai", _PATTERN, (_IMPORT, Replace(SERVICE, _WRONG_STORAGE, _RIGHT)))
_THIRD_WRONG = Turn("openai", _PATTERN, (_IMPORT, Replace(SERVICE, _WRONG_STORAGE, _WRONG_TYPE)))


@dataclass(frozen=True, slots=True)
class Change:
    """A commit that is made on the project: its message, and the lines it changes."""

    message: str
    edits: tuple[Replace, ...]


UNSCRIPTED = (
    Change("Let a hero be read", (_IMPORT, _add(_RIGHT))),
    Change(
        "Call it what it does: getData is readRecord",
        (
            Replace("src/storage.ts", "async function getData<T>", "async function readRecord<T>"),
            Replace("src/teamService.ts", "import type { Team } from './hero.js';\n", ""),
            Replace("src/main.ts", "import { describe } from './hero.js';\n", ""),
        ),
    ),
)
"""The first makes the project green; the second breaks it as it is broken every day: a rename that forgot its users,
and imports that were tidied away. Nobody is asked how to mend that."""

PLAYS = (
    Play("first-attempt", "Healed on attempt 1", (Turn("anthropic", _PATTERN, (_IMPORT, _add(_RIGHT))),), 1),
    Play("escalation", "Claude fails twice, OpenAI heals it on attempt 3", (_FIRST, _SECOND, _THIRD), 3),
    Play("dossier", "All three attempts fail: the dossier", (_FIRST, _SECOND, _THIRD_WRONG), 0),
)
