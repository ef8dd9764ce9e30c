"""A process that does what a task does and is killed at a chosen moment: run as ``python killed.py ROOT``.

Each line on its input is ``SCENARIO NUMBER``; it forks, the child runs the scenario and kills itself at its NUMBERth
effect on the system (starting a program, renaming, removing, making a folder, locking); the answer is how it ended:
``killed``, or ``ended COUNT`` with the number of effects there were.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from prunella.workspace import aftermath, undo  # noqa: F401 - loaded before the counting begins
from prunella.workspace.checkout import open_checkout
from prunella.workspace.recovery import recover
from worktrees import edit, fix_of, put, task

EFFECTS = {
    "subprocess.Popen",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "os.symlink",
    "fcntl.flock",
    "os.chmod",
}


def heal(root: Path) -> None:
    """A first attempt that fails, a second that is committed, with a check that makes a mess in between."""
    checkout = open_checkout(root)
    with checkout.protected(task()):
        checkout.apply((edit(checkout, "a.txt", b"wrong\n"),))
        mess(root)
        checkout.reset(())
        fix = fix_of(edit(checkout, "a.txt", b"fixed\n"), edit(checkout, "new/file.txt", b"new\n"))
        checkout.apply(fix.changes)
        with checkout.as_committed(fix):
            put(root, "made-by-check", b"x\n")
        assert checkout.commit(fix, "Fix\n", "").id
        checkout.keep()


def fail(root: Path) -> None:
    """An attempt that fails."""
    checkout = open_checkout(root)
    with checkout.protected(task()):
        checkout.apply((edit(checkout, "a.txt", b"wrong\n"),))
        mess(root)


def die(root: Path) -> None:
    """A run that is killed with a mess in the tree."""
    with open_checkout(root).protected(task()):
        mess(root)
        os.kill(os.getpid(), signal.SIGKILL)


def mess(root: Path) -> None:
    put(root, "src/b.txt", b"changed\n")
    put(root, "made/here.txt", b"x\n")
    (root / "untracked").unlink(missing_ok=True)
    (root / "link").unlink(missing_ok=True)
    put(root, "link/inside", b"x\n")


def take_back(root: Path) -> None:
    open_checkout(root).undo()


def put_back(root: Path) -> None:
    recover(root)


SCENARIOS = {
    "heal": heal,
    "fail": fail,
    "die": die,
    "recover": put_back,
    "undo": take_back,
}


def serve(root: Path) -> None:
    for line in sys.stdin:
        name, number = line.split()
        child = os.fork()
        if not child:
            run(name, int(number), root)
        _, status = os.waitpid(child, 0)
        ending = f"ended {counted(root)}" if os.WIFEXITED(status) and not os.WEXITSTATUS(status) else "killed"
        sys.stdout.write(f"{'failed' if os.WIFEXITED(status) and os.WEXITSTATUS(status) else ending}\n")
        sys.stdout.flush()


def counted(root: Path) -> str:
    return root.with_suffix(".count").read_text()


def run(name: str, number: int, root: Path) -> None:
    count = 0

    def count_effect(event: str, _arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in EFFECTS:
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count_effect)
    try:
        SCENARIOS[name](root)
        root.with_suffix(".count").write_text(str(count))
    except BaseException:  # noqa: BLE001 - whatever it is, it is shown, and only this child ends
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
