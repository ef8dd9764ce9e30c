"""Which variables a contained check sees."""

from __future__ import annotations

import pytest

from prunella.sandbox.allowed import allowed

USUAL = (
    "PATH",
    "HOME",
    "LC_ALL",
    "NODE_OPTIONS",
    "NPM_CONFIG_CACHE",
    "CARGO_HOME",
    "GOFLAGS",
    "CFLAGS",
    "PYTHONPATH",
    "CI",
)
SECRET = (
    *("NODE_AUTH_TOKEN", "NPM_CONFIG__AUTH", "CARGO_REGISTRY_TOKEN", "UV_INDEX_X_PASSWORD", "POETRY_PYPI_TOKEN_X"),
    *("AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "DATABASE_URL", "SSH_AUTH_SOCK", "DOCKER_HOST"),
)


def test_the_usual_tools_variables_are_seen_and_others_are_not() -> None:
    assert set(allowed(dict.fromkeys((*USUAL, *SECRET), "x"))) == set(USUAL)


def test_a_password_in_an_address_stays_out() -> None:
    assert allowed({"PIP_INDEX_URL": "https://me:secret@example.org/simple"}) == {}
    assert allowed({"PIP_INDEX_URL": "https://example.org/simple"}) != {}


@pytest.mark.parametrize("also", [("DATABASE_URL", "MYAPP_*")])
def test_what_the_user_names_is_seen_a_secret_only_by_its_full_name(also: tuple[str, ...]) -> None:
    environ = dict.fromkeys(("DATABASE_URL", "MYAPP_MODE", "MYAPP_TOKEN", "OTHER"), "x")
    assert set(allowed(environ, also)) == {"DATABASE_URL", "MYAPP_MODE"}
    assert set(allowed(environ, ("MYAPP_TOKEN",))) == {"MYAPP_TOKEN"}


def test_prunellas_own_are_seen_only_by_their_full_name() -> None:
    environ = {"OPENAI_MODEL": "x"}
    assert allowed(environ, ("OPENAI_*",), own=environ) == {}
    assert allowed(environ, ("OPENAI_MODEL",), own=environ) == environ


def test_proxies_belong_to_the_network() -> None:
    environ = {"https_proxy": "http://me:pw@proxy:8080"}
    assert allowed(environ) == {}
    assert allowed(environ, network=True) == environ
