"""What of the file system a command in a strict sandbox sees, and how. What is not named here is not there."""

# Paths are plain strings here, as the command line has them.
# ruff: noqa: PTH110, PTH112, PTH113, PTH118, PTH119, PTH120
from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/sys"),
    *("/nix", "/gnu", "/snap", "/home/linuxbrew/.linuxbrew", "/var/lib/gems", "/var/lib/dpkg", "/var/cache/fontconfig"),
)
HIDDEN = tuple(
    f"/etc/{name}"
    for name in (
        *("shadow", "shadow-", "gshadow", "gshadow-", "sudoers", "sudoers.d", "security/opasswd", "krb5.keytab"),
        *("ssh", "ssl/private", "pki/tls/private", "letsencrypt", "docker", "kubernetes", "rancher", "npmrc"),
        *("NetworkManager/system-connections", "wireguard", "openvpn", "ipsec.secrets", "ppp", "exports"),
    )
)
"""For root, who may read them."""

TOOLS = (
    *(".cargo/bin", ".cargo/env", ".cargo/config.toml", ".cargo/config", ".rustup"),
    *(".nvm", ".volta", ".fnm", ".local/share/fnm", ".bun/bin", ".deno/bin", ".local/share/pnpm", ".n"),
    *(".pyenv", ".local/bin", ".local/lib", ".local/pipx", ".local/share/pipx", ".local/share/uv", ".rye"),
    *(".virtualenvs", ".local/share/virtualenvs", ".cache/pypoetry/virtualenvs", "miniconda3", "anaconda3"),
    *("miniforge3", "mambaforge", "micromamba", ".pixi/bin"),
    *(".asdf", ".local/share/mise/installs", ".local/share/mise/shims", ".local/share/rtx/installs", ".sdkman"),
    *("go/bin", "sdk", ".jdks", ".rbenv", ".rvm", ".gem/ruby", ".local/share/gem", ".phpenv", ".dotnet", ".ghcup"),
    *(".opam", ".elan", ".juliaup", ".swiftly", "Android/Sdk", "bin"),
    *(".cache/ms-playwright", ".cache/puppeteer", ".cache/Cypress", ".cache/node", ".cache/electron"),
)
"""Below the home folder: programs and what they load. No file among them holds a credential."""

STORES = (".cargo/registry", ".cargo/git", "go/pkg/mod", ".m2/repository", ".nuget/packages", ".ivy2/cache")
"""Downloaded dependencies: read-only, or, with the network, private."""

KEPT = (".cache", ".npm", ".gradle", ".sbt", ".yarn", ".bun/install")
"""Private to the repository's checks, and kept between them. The user's own builds never see what is left there."""

MOST_NAMED = 20
TOOL_VARIABLES = (
    *("VIRTUAL_ENV", "CONDA_PREFIX", "RUSTUP_HOME", "GOROOT", "JAVA_HOME", "JDK_HOME", "M2_HOME", "MAVEN_HOME"),
    *("PYENV_ROOT", "NVM_DIR", "VOLTA_HOME", "PNPM_HOME", "ANDROID_HOME", "ANDROID_SDK_ROOT", "ANDROID_NDK_HOME"),
    *("DOTNET_ROOT", "GEM_HOME", "GOMODCACHE", "PLAYWRIGHT_BROWSERS_PATH", "PUPPETEER_CACHE_DIR", "SSL_CERT_DIR"),
    *("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "RBENV_ROOT", "NUGET_PACKAGES", "BUN_INSTALL"),
)
CACHE_VARIABLES = (
    *("XDG_CACHE_HOME", "GOCACHE", "PIP_CACHE_DIR", "UV_CACHE_DIR", "npm_config_cache", "NPM_CONFIG_CACHE"),
    *("CCACHE_DIR", "SCCACHE_DIR", "YARN_CACHE_FOLDER", "COMPOSER_CACHE_DIR", "DENO_DIR", "GRADLE_USER_HOME"),
)


class View(NamedTuple):
    """One place: where it is in the sandbox, what is shown there, and whether it may be written to."""

    place: str
    source: str
    writable: bool = False


def tools(root: str, homes: Iterable[str], environment: Mapping[str, str], secret: Iterable[str]) -> list[View]:
    """Programs outside of the system's folders: those of the home folders by name, and what the environment names.

    Args:
        root: of the repository, whose virtual environments show which Python they need.
        homes: home folders; the sandbox has its own at the first one's place.
        secret: places that nothing shown may contain.
    """
    found: dict[str, View] = {}
    homes = [home for home in dict.fromkeys(homes) if home and home != "/"]
    for home in homes:
        for name in TOOLS:
            _add(found, f"{home}/{name}")
    secret = [*secret, *homes]
    named = [environment.get(variable, "") for variable in TOOL_VARIABLES]
    for folder in environment.get("PATH", "").split(os.pathsep):
        parent, name = os.path.split(folder.rstrip("/"))
        whole = (
            name in {"bin", "sbin"} and not any(_within(folder, home) for home in homes) and not _is_checkout(parent)
        )
        named.append(parent if whole and _harmless(parent, secret) else folder)
    for place in [*named, *(base for venv in _environments(environment, root) for base in based_on(venv))]:
        if _harmless(place, secret) and not leads_out(place, root):
            _add(found, place)
    return [view for view in found.values() if not view.place.startswith(tuple(f"{place}/" for place in SYSTEM))]


def _add(found: dict[str, View], place: str) -> None:
    """A place, and what it is a link to: programs ask for either."""
    if os.path.exists(place):
        real = os.path.realpath(place)
        found[place] = View(place, real)
        found[real] = View(real, real)


def leads_out(place: str, root: str) -> bool:
    """Whether a place of the repository is really somewhere else, by a symlink that a check may have made to see what
    it leads to. A virtual environment may be elsewhere: what looks like one holds no secret."""
    real, top = os.path.realpath(place), os.path.realpath(root)
    inside = _within(os.path.normpath(place), root) or _within(os.path.normpath(place), top)
    return inside and not _within(real, top) and not based_on(real)


def _harmless(place: str, secret: Iterable[str]) -> bool:
    """Whether it is a full path, no top folder, and holds none of the secret places."""
    if not place.startswith("/") or ".." in place.split("/"):
        return False
    real = os.path.realpath(place)
    return real.count("/") > 1 and not any(_within(os.path.realpath(other), real) for other in secret)


def _is_checkout(place: str) -> bool:
    return os.path.exists(f"{place}/.git")


def _environments(environment: Mapping[str, str], root: str) -> list[str]:
    active = environment.get("VIRTUAL_ENV", "")
    return [*([active] if active.startswith("/") else []), *(f"{root}/{name}" for name in (".venv", "venv", "env"))]


def based_on(venv: str) -> list[str]:
    """The folder of the Python that a virtual environment was made from; [] when it is none. A repository may bring the
    file that says so, hence only what looks like a Python counts."""
    lines = _said(f"{venv}/pyvenv.cfg").split("\n")
    home = next((line.partition("=")[2].strip() for line in lines if line.partition("=")[0].strip() == "home"), "")
    base = os.path.dirname(home)
    found = home.startswith("/") and os.path.basename(home) == "bin" and os.access(f"{home}/python3", os.X_OK)
    return [base] if found and any(Path(base).glob("lib/python3*/os.py")) else []


def named(command: str) -> list[str]:
    """What a command needs of the programs that it names by full path: the program, and the whole of a virtual
    environment with the Python that it was made from. The repository may have a say in the command."""
    found: list[str] = []
    for word in re.findall(r"(?<![\w.~-])/[^\s'\"`;&|()<>=]+", command)[:MOST_NAMED]:
        place, venv = os.path.normpath(word), os.path.dirname(os.path.dirname(os.path.normpath(word)))
        if not os.path.isfile(place) or not os.access(place, os.X_OK):
            continue
        found += [place, os.path.realpath(place)]
        if os.path.isfile(f"{venv}/pyvenv.cfg"):
            found += [venv, *based_on(venv)]
    return list(dict.fromkeys(found))


def stores(home: str, environment: Mapping[str, str], root: str) -> list[View]:
    """Downloaded dependencies that are there, outside of the repository at ``root``."""
    cargo = environment.get("CARGO_HOME", "").rstrip("/") or f"{home}/.cargo"
    go = environment.get("GOPATH", "").partition(os.pathsep)[0].rstrip("/") or f"{home}/go"
    places = [f"{home}/{name}" for name in STORES]
    places += [f"{cargo}/{name}" for name in ("registry", "git", "bin", "config.toml")] + [f"{go}/pkg/mod", f"{go}/bin"]
    return [View(place, os.path.realpath(place)) for place in dict.fromkeys(places) if _stored(place, root)]


def _stored(place: str, root: str) -> bool:
    return os.path.exists(place) and not leads_out(place, root)


def git_folders(root: str) -> list[View]:
    """The repository's git folder, and the shared one of a linked worktree or a submodule, read-only."""
    here = f"{root}/.git"
    found = [View(os.path.realpath(here), os.path.realpath(here))] if os.path.exists(here) else []
    if os.path.isfile(here):
        own = os.path.normpath(os.path.join(root, _said(here).removeprefix("gitdir:").strip()))
        shared = os.path.normpath(os.path.join(own, _said(f"{own}/commondir") or "."))
        found += [View(place, place) for place in dict.fromkeys((own, shared)) if _is_git(place)]
    return found


def own_code(root: str) -> list[View]:
    """Prunella itself, where it is installed in the repository: it imports more of itself after the check."""
    import sys

    mine = [os.path.dirname(os.path.dirname(os.path.realpath(__file__)))]
    mine += [os.path.realpath(sys.prefix)] if sys.prefix != sys.base_prefix else []
    return [View(place, place) for place in mine if _within(place, root) and place != root]


def _is_git(place: str) -> bool:
    """The pointer is the repository's word, and may name any folder."""
    return os.path.isfile(f"{place}/HEAD") and (
        os.path.isdir(f"{place}/objects") or os.path.isfile(f"{place}/commondir")
    )


def _said(file: str) -> str:
    try:
        return Path(file).read_text("utf-8", "surrogateescape").strip()
    except OSError:
        return ""


def _within(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith(f"{outer.rstrip('/')}/")
