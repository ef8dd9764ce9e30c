"""Which of the user's environment variables a contained check sees: those of the usual tools, by name."""

# A list would take a line for each word.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase

NAMES = frozenset(
    (
        "PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TERM COLORTERM COLUMNS LINES NO_COLOR FORCE_COLOR CLICOLOR "
        "CLICOLOR_FORCE TMPDIR TMP TEMP HOSTNAME CI CONTINUOUS_INTEGRATION BUILD_NUMBER GITHUB_ACTIONS GITLAB_CI "
        "RUNNER_OS RUNNER_ARCH RUNNER_TOOL_CACHE SOURCE_DATE_EPOCH DEBUG VERBOSE "
        "XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_DATA_DIRS "
        "VIRTUAL_ENV VIRTUAL_ENV_PROMPT CONDA_PREFIX CONDA_DEFAULT_ENV "
        "CC CXX CPP AR AS LD NM RANLIB STRIP OBJCOPY FC CFLAGS CXXFLAGS CPPFLAGS LDFLAGS FFLAGS MAKEFLAGS MAKE "
        "LD_LIBRARY_PATH LIBRARY_PATH CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH ACLOCAL_PATH "
        "JAVA_HOME JDK_HOME JAVA_OPTS JAVA_TOOL_OPTIONS _JAVA_OPTIONS M2_HOME MAVEN_HOME MAVEN_OPTS MAVEN_ARGS "
        "SBT_OPTS SCALA_HOME KOTLIN_HOME ANDROID_HOME ANDROID_SDK_ROOT ANDROID_NDK_HOME "
        "GOPATH GOROOT GOBIN GOCACHE GOMODCACHE GOTMPDIR GOENV GOWORK GOFLAGS GOPROXY GONOPROXY GOSUMDB GONOSUMDB "
        "GOPRIVATE GOOS GOARCH GOARM GOAMD64 GOTOOLCHAIN GOEXPERIMENT GODEBUG GOMAXPROCS GO111MODULE GOTELEMETRY "
        "PNPM_HOME BUN_INSTALL DENO_DIR GEM_HOME GEM_PATH RUBYLIB RUBYOPT RACK_ENV RAILS_ENV "
        "PHP_INI_SCAN_DIR COMPOSER_HOME COMPOSER_CACHE_DIR MSBUILDDISABLENODEREUSE "
        "SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NIX_SSL_CERT_FILE "
        "GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_CONFIG_NOSYSTEM"
    ).split()
)
PREFIXES = tuple(
    (
        "LC_ NODE_ NPM_CONFIG_ npm_config_ YARN_ COREPACK_ NVM_ FNM_ VOLTA_ ASDF_ JEST_ VITEST_ PLAYWRIGHT_ PUPPETEER_ "
        "PYTHON PYENV_ PIP_ PIPENV_ POETRY_ UV_ TOX_ NOX_ PYTEST_ COVERAGE_ MYPY_ RUFF_ "
        "CARGO_ RUSTUP_ RUST CGO_ GRADLE_ DOTNET_ NUGET_ BUNDLE_ RBENV_ PKG_CONFIG CMAKE_ CTEST_ CCACHE_ SCCACHE_ "
        "NIX_ GUIX_"
    ).split()
)
PROXIES = frozenset(
    name
    for proxy in ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
    for name in (proxy, proxy.upper())
)
_SECRET = re.compile(r"(?i)auth|token|secret|passw|passphrase|credential|api_?key|(?:^|_)(?:key|pass|pat)(?:$|_)|_pw$")
_LOGIN = re.compile(r"://[^/@\s]+:[^/@\s]+@")


def allowed(
    environ: Mapping[str, str], also: Collection[str] = (), *, network: bool = False, own: Collection[str] = ()
) -> dict[str, str]:
    """The variables of ``environ`` that a contained check sees.

    A name that speaks of a secret stays out even where its tool is known (``NPM_CONFIG__AUTH``), and so does a value
    that is an address with a password in it.

    Args:
        also: names the user wants to be seen; ``*`` stands for any characters, but only a full name lets a secret pass.
        network: with the variables that name proxies, whose passwords then are seen.
        own: names that are Prunella's own; only a full name in ``also`` lets them pass.
    """
    return {
        name: value
        for name, value in environ.items()
        if name in also or (name not in own and _usual(name, value, also, network=network))
    }


def _usual(name: str, value: str, also: Collection[str], *, network: bool) -> bool:
    if name in PROXIES:
        return network
    known = name in NAMES or name.startswith(PREFIXES) or any(fnmatchcase(name, pattern) for pattern in also)
    return known and not _SECRET.search(name) and not _LOGIN.search(value)
