"""What a check sees of the user's environment."""

from __future__ import annotations

from collections.abc import Collection, Mapping

SECRET_NAMES = frozenset({"GITHUB_TOKEN"})
SECRET_PREFIXES = ("ANTHROPIC_", "OPENAI_", "JIRA_", "PRUNELLA_")


def check_environment(environ: Mapping[str, str], also: Collection[str] = ()) -> dict[str, str]:
    """The environment of a check: the user's, without what is Prunella's own and without the variables ``also``.

    A check runs code that a model wrote, so the keys that pay for models and the tokens that speak for the user stay
    out of its reach. Everything else is kept, because a build that passes in the user's shell must pass here.
    """
    return {
        name: value
        for name, value in environ.items()
        if name not in SECRET_NAMES and name not in also and not name.startswith(SECRET_PREFIXES)
    }
