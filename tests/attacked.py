"""A hostile repository with everything it could want around it, and its attacks run at a level."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from prunella.config.load import load
from prunella.contained import contained
from prunella.domain import Check, CommandResult

HOSTILE = Path(__file__).parent / "fixtures" / "hostile"
LIMITED = {
    "memory": "memory_mb = 200",
    "processes": "processes = 40",
    "disk": "disk_mb = 60",
    "long_file": "file_mb = 50",
}
CANARY = "sk-canary-0123456789"


class Field(NamedTuple):
    """Where the attacks take place; ``marker`` is how long a daemon sleeps, by which it is known."""

    place: Path
    root: Path
    home: Path
    marker: str

    def untouched(self) -> bool:
        """Nothing was planted where the user would find it."""
        git = self.root / ".git"
        planted = [*self.place.glob("other/planted"), *git.glob("hooks/pre-commit")]
        changed = "planted" in (git / "config").read_text() + (self.home / ".bashrc").read_text()
        return not planted and not changed

    def daemons(self) -> list[int]:
        """Processes that were to outlive their check."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (folder / "cmdline").read_bytes() == b"sleep\0" + self.marker.encode() + b"\0":
                    found.append(int(folder.name))
        return found


@contextmanager
def field(place: Path) -> Iterator[Field]:
    """Lay it out; listeners answer for as long as the block lasts."""
    root, home = place / "repository", place / "home"
    shutil.copytree(HOSTILE, root)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for file, text in {
        "home/.ssh/id_ed25519": "canary", "home/.bashrc": "mine", "home/.local/share/prunella/prunella.db": "canary",
        "other/secret.txt": "canary", "other/.git/HEAD": "ref: refs/heads/main",
        "repository/.env": f"OPENAI_API_KEY={CANARY}\n",
    }.items():  # fmt: skip
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).write_text(text)
    marker = f"{3000 + os.getpid() % 997}.{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:  # noqa: SIM117
        with socket.socket(socket.AF_UNIX) as agent, socket.socket(socket.AF_UNIX) as bus:
            udp.bind(("127.0.0.1", 0))
            agent.bind(str(place / "a.sock"))
            bus.bind(f"\0prunella-{os.getpid()}")
            agent.listen()
            bus.listen()
            threading.Thread(target=_answer, args=(udp,), daemon=True).start()
            target = {
                "pid": os.getpid(), "home": str(home), "record": str(home / ".local/share/prunella/prunella.db"),
                "other": str(place / "other"), "port": tcp.getsockname()[1], "udp": udp.getsockname()[1],
                "socket": str(place / "a.sock"), "abstract": f"prunella-{os.getpid()}", "marker": marker, "patience": 3,
            }  # fmt: skip
            (root / "target.json").write_text(json.dumps(target))
            yield Field(place, root, home, marker)


def attack(around: Field, name: str, level: str, command: str = "python3 attacks.py {}") -> tuple[CommandResult, str]:
    """Run one attack at a level; how it ended, and what it printed."""
    own = around.home / ".local" / "share" / "prunella"
    environ = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(around.home),
        "PRUNELLA_HOME": str(own),
        "OPENAI_API_KEY": CANARY,
    }
    environ |= {"MY_SECRET": CANARY}
    if name in LIMITED:
        option, _, value = LIMITED[name].partition(" = ")
        environ[f"PRUNELLA_SANDBOX_{option.upper()}"] = value
    settings = load(around.root, {"sandbox": level}, environ)
    sandbox = contained(settings, around.root, environ).sandbox(around.root)
    log = around.place / "log"
    result = sandbox.run(Check("attack", command.format(name), 30.0), log)
    sandbox.close()
    return result, log.read_text("utf-8", "replace")


def _answer(udp: socket.socket) -> None:
    with suppress(OSError):
        while True:
            _, who = udp.recvfrom(10)
            udp.sendto(b"answer", who)
