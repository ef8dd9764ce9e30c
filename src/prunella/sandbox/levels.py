"""Which level of containment this machine allows, found out by really running something in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from prunella.errors import ConfigError
from prunella.sandbox import scratch
from prunella.sandbox.bubblewrap import Place, wrapped

PROBE_S = 10.0
INSTALL = "Install bubblewrap (apt install bubblewrap, dnf install bubblewrap, pacman -S bubblewrap)."
ABOUT = {
    "strict": "bubblewrap: no home, no network, nothing but the repository can be written to",
    "env": "environment by allow-list, limits; the user's files and the network are in reach",
    "none": "as the user, without Prunella's own keys",
}


class Chosen(NamedTuple):
    """The level in use. ``lack`` says why it is not a better one ("" = it is the best), ``remedy`` how to get it."""

    level: str
    lack: str = ""
    remedy: str = ""

    @property
    def words(self) -> str:
        """One line for a person; "" when there is nothing to say."""
        if not self.lack:
            return ""
        return f"what the repository runs is contained at level {self.level} only ({self.lack}). {self.remedy}"


def choose(wanted: str, place: Place) -> Chosen:
    """The level that ``wanted`` comes to here.

    Raises:
        ConfigError: strict is asked for and cannot be had.
    """
    if wanted in {"none", "env"}:
        return Chosen(wanted)
    lack, remedy = lacking(place)
    if not lack:
        return Chosen("strict")
    if wanted == "strict":
        raise ConfigError(f"The sandbox cannot be strict here: {lack}.", remedy=f"{remedy} Or use --sandbox env.")
    return Chosen("env", lack, remedy)


def find(environ: Mapping[str, str]) -> str:
    """bubblewrap's full path; "" when it is not installed."""
    found = shutil.which("bwrap", path=environ.get("PATH", os.defpath)) or ""
    return found if found.startswith("/") else ""


def lacking(place: Place) -> tuple[str, str]:
    """Why strict cannot be had, and what to do; ("", "") when it can. What worked is remembered until the next boot."""
    if not place.program:
        return "bubblewrap is not installed", INSTALL
    misplaced = _misplaced(place)
    if misplaced:
        return misplaced
    known, state = Path(place.home) / "cache" / "sandbox", _state(place)
    with suppress(OSError):
        if known.read_text("utf-8") == state:
            return "", ""
    said = _try(place)
    if said:
        return f"bubblewrap does not work: {said}", _remedy(said)
    with suppress(OSError):
        known.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        known.write_text(state, "utf-8")
    return "", ""


def _misplaced(place: Place) -> tuple[str, str] | None:
    """What of the places makes walls impossible or worthless, and the remedy."""
    root = Path(place.root).resolve()
    for folder, words in ((place.user_home, "your home folder"), (place.home, "Prunella's own folder")):
        if root == Path("/") or (folder != "/" and Path(folder).resolve().is_relative_to(root) and words[0] == "y"):
            return f"the repository holds {words}", "Move it into a folder of its own."
    if Path(place.program).resolve().is_relative_to(root):
        return "the only bubblewrap in PATH is the repository's own", INSTALL
    if Path(place.root, ".git").is_symlink():
        said = 'Make it a file instead: `t=$(realpath .git) && rm .git && echo "gitdir: $t" > .git`.'
        return "the repository's .git is a symlink, which a check could turn elsewhere", said
    if root.is_relative_to(Path(place.home).resolve()):
        return "the repository is inside Prunella's own folder", "Set PRUNELLA_HOME to another folder."
    return None


def _state(place: Place) -> str:
    """What has to be the same for an earlier trial to count."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {os.getuid()} {place.program} {Path(place.program).stat().st_mtime_ns} {_namespace()}"
    except OSError:
        return f"unknown {os.getpid()}"


def _namespace() -> str:
    """A container has the machine's boot and not its rights."""
    return str(Path("/proc/self/ns/user").readlink()) + str(Path("/proc/self/ns/mnt").readlink())


def _try(place: Place) -> str:
    """What bubblewrap says when it cannot build the walls; "" when it can."""
    try:
        with scratch.scratch(Path(place.home)) as own:
            argv = wrapped(["/bin/sh", "-c", "exit 0"], "/", {"PATH": os.defpath}, place, own, network=False)
            done = subprocess.run(
                argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_S, check=False, env={}
            )
    except subprocess.TimeoutExpired:
        return "it did not end"
    except OSError as error:
        return error.strerror or str(error)
    lines = done.stderr.decode("utf-8", "replace").strip().split("\n")
    return "" if done.returncode == 0 else (lines[0].removeprefix("bwrap: ") or f"exit code {done.returncode}")[:200]


def _remedy(said: str) -> str:
    if _number("kernel/apparmor_restrict_unprivileged_userns") == 1:
        return (
            "AppArmor lets only known programs make user namespaces (Ubuntu 23.10 and later). Give bwrap a profile "
            "that has `userns,`, or: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        )
    if _number("kernel/unprivileged_userns_clone") == 0:
        return "User namespaces are switched off: sudo sysctl -w kernel.unprivileged_userns_clone=1"
    if _number("user/max_user_namespaces") == 0:
        return "User namespaces are switched off: sudo sysctl -w user.max_user_namespaces=15000"
    if any(Path(file).exists() for file in ("/.dockerenv", "/run/.containerenv")):
        return (
            "This is a container without the right to make another one; it contains checks itself. To have both: "
            "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN"
        )
    if "nknown option" in said:
        return "This bubblewrap is too old: 0.4 or later is needed."
    return "Try `bwrap --unshare-all --ro-bind / / true`, which says more."


def _number(name: str) -> int | None:
    try:
        return int(Path("/proc/sys", name).read_text("ascii"))
    except (OSError, ValueError):
        return None
