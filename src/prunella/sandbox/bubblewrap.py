"""The walls of the strict sandbox: a command line for bubblewrap, put together place by place."""

# Paths are plain strings here, as the command line has them.
# ruff: noqa: PTH110, PTH112, PTH113, PTH114, PTH120
from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from prunella.sandbox import places
from prunella.sandbox.places import View

NAMESPACES = (
    # No cgroup namespace: /sys shows the machine's cgroups, and Java does not start well when the two do not match.
    *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"),
    *("--hostname", "sandbox", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
)
RESOLVERS = ("/etc/resolv.conf", "/etc/hosts")
_KEY_LINE = re.compile(rb"^\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=")


class Place(NamedTuple):
    """What the walls are built around.

    Attributes:
        program: bubblewrap, by full path.
        root: the repository. ``home``: Prunella's own folder. ``hidden``: more files and folders that are not shown.
        user_home: the user's home folder, which the sandbox has an empty one for.
        caches: kept between the checks of this repository.
        read, write: what the user lets be seen and written, besides.
        own: names of variables that are Prunella's, which an ``.env`` file is shown without.
    """

    program: str
    root: str
    home: str
    user_home: str
    caches: str
    hidden: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


def wrapped(argv: list[str], folder: str, environment: Mapping[str, str], place: Place, scratch: Path, *, network: bool
) -> list[str]:  # fmt: skip
    """The command line that runs ``argv`` in ``folder`` behind the walls.

    Args:
        scratch: an empty folder for this command: its temporary folder and its home are in it.
        network: with the machine's own network.

    Raises:
        OSError: a folder that it needs cannot be made.
    """
    words = [place.program, *NAMESPACES, *(() if network else ("--unshare-net",))]
    words += ["--proc", "/proc", "--dev", "/dev"]
    shown = _views(environment, place, scratch, network=network)
    for view in shown:
        words += ["--bind" if view.writable else "--ro-bind", view.source, view.place]
    return [*words, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", folder, "--", *argv]


def _views(environment: Mapping[str, str], place: Place, scratch: Path, *, network: bool) -> list[View]:
    """Folders before what is in them, so that the nearer word counts; of two for one place, the later."""
    views: dict[str, View] = {}

    def show(more: Iterable[View]) -> None:
        views.update((view.place, view) for view in more)

    show(_system(scratch, network=network))
    show(_private(environment, place, scratch, network=network))
    show(places.tools(place.root, _homes(place), environment, (place.root, place.home, *place.hidden)))
    show(View(path, path) for path in place.read if os.path.exists(path))
    root = os.path.realpath(place.root)
    show([View(root, root, writable=True)])
    if root != place.root:
        show([View(place.root, root, writable=True)])
    show(places.git_folders(root))
    show(places.own_code(root))
    show(_env_files(place, scratch))
    show(View(path, path, writable=True) for path in place.write if os.path.exists(path))
    shown: list[View] = []
    for view in sorted(views.values(), key=lambda view: view.place.count("/")):
        around = _nearest(view.place, shown)
        if around is None or around.source != around.place:
            shown.append(view)
        elif os.path.exists(view.place) and (view.source != view.place or view.writable != around.writable):
            shown.append(view)  # where what is around is shown as it is, nothing can be put that is not there
    return [view for view in [*shown, *_hidden(shown, place, scratch)] if not _diverted(view, shown)]


def _diverted(view: View, shown: list[View]) -> bool:
    """Whether the way to a place leads over a symlink in what commands may write to. bubblewrap would follow it when
    it makes the place, even out of the sandbox."""
    around = _nearest(os.path.dirname(view.place), shown)
    if around is None or not around.writable:
        return False
    way = os.path.realpath(around.source)
    for part in view.place[len(around.place) :].strip("/").split("/"):
        way = f"{way}/{part}"
        if os.path.islink(way):
            return True
    return False


def _as_it_is(path: str, shown: list[View]) -> bool:
    """Whether the nearest of the places around ``path`` shows what is really there."""
    nearest = _nearest(path, shown)
    return nearest is not None and nearest.source == nearest.place


def _nearest(path: str, shown: list[View]) -> View | None:
    around = [view for view in shown if _inside(path, view.place)]
    return max(around, key=lambda view: len(view.place), default=None)


def _homes(place: Place) -> list[str]:
    """The home folder as the environment has it and, if it is another, as the system has it."""
    import pwd

    try:
        return [place.user_home, pwd.getpwuid(os.getuid()).pw_dir.rstrip("/")]
    except KeyError:
        return [place.user_home]


def _system(scratch: Path, *, network: bool) -> Iterable[View]:
    for path in places.SYSTEM:
        if os.path.isdir(path):
            yield View(path, path)
    for path in ("/tmp", "/var/tmp", "/run", "/dev/shm"):  # noqa: S108 - names inside; on disk, so that limits hold
        yield View(path, _folder(scratch / path.strip("/").replace("/", "-"), 0o1777), writable=True)
    for path in RESOLVERS if network else ():
        real = os.path.realpath(path)
        if real.startswith("/run/") and os.path.isfile(real):
            yield View(real, real)


def _private(environment: Mapping[str, str], place: Place, scratch: Path, *, network: bool) -> Iterable[View]:
    """An empty home with caches of its own, and the dependencies that were downloaded."""
    kept = Path(place.caches)
    if place.user_home != "/":
        yield View(place.user_home, _folder(scratch / "home"), writable=True)
        for name in places.KEPT:
            yield View(f"{place.user_home}/{name}", _folder(kept / name.strip(".").replace("/", "-")), writable=True)
    for variable in places.CACHE_VARIABLES:
        named = os.path.normpath(environment.get(variable, "") or ".")
        if named.startswith("/") and named.count("/") > 1 and not _inside(named, os.path.realpath(place.root)):
            yield View(named, _folder(kept / f"variable-{variable}"), writable=True)
    for store in places.stores(place.user_home, environment, place.root):
        if network and not store.place.endswith(("/bin", ".toml")):
            yield View(store.place, _folder(kept / store.place.strip("/").replace("/", "-")), writable=True)
        else:
            yield store


def _env_files(place: Place, scratch: Path) -> Iterable[View]:
    """``.env`` without the lines that are Prunella's: the keys of models are often there."""
    file = Path(place.root, ".env")
    if file.is_symlink() or not file.is_file():
        return
    try:
        lines = file.read_bytes().splitlines(keepends=True)
    except OSError:
        return
    kept = [line for line in lines if not _is_own(line, place.own)]
    if len(kept) < len(lines):
        copy = scratch / "env"
        copy.write_bytes(b"".join(kept))
        yield View(str(file), str(copy))


def _is_own(line: bytes, own: tuple[str, ...]) -> bool:
    match = _KEY_LINE.match(line)
    name = match["name"].decode("ascii") if match else ""
    return name in own or name.startswith(("ANTHROPIC_", "OPENAI_", "JIRA_", "PRUNELLA_"))


def _hidden(shown: list[View], place: Place, scratch: Path) -> Iterable[View]:
    """Empty covers over what would be seen and must not be: secrets of the system, and Prunella's own things."""
    paths = [path for path in places.HIDDEN if os.path.exists(path) and os.access(path, os.R_OK)]
    own = [os.path.realpath(path) for path in (place.home, *place.hidden) if os.path.exists(path)]
    root = os.path.realpath(place.root)
    covered: list[str] = []
    for path in sorted({*paths, *own}):  # a folder before what is in it, which is covered with it
        if any(_inside(path, cover) for cover in covered) or not _as_it_is(path, shown) or _inside(root, path):
            continue
        covered.append(path)
        yield View(path, _folder(scratch / "nothing") if os.path.isdir(path) else "/dev/null")


def _inside(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith(f"{outer.rstrip('/')}/")


def _folder(path: Path, mode: int = 0o700) -> str:
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    return str(path)
