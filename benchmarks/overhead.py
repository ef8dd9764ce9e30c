"""What the loop itself costs, next to its peers: `python benchmarks/overhead.py [--runs N] [--only NAME …]`.

Every contender mends the same two projects (one error, one edit) with the real `npm run build`, answered by a local
server at once and with the same edit in the form it speaks. What is printed is the process tree's CPU without the
builds, the wall time over the two builds, the peak memory of the contender's own process, and what it sent. Contenders
take turns, the first round is thrown away, figures are medians. Peers are installed into `benchmarks/.work`; while they
run, the only network is loopback (a network namespace where the kernel allows one).
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
from collections import defaultdict
from statistics import median

import figures
from contenders import PRUNELLA, Sample, sample
from peers import ALL, Peer
from projects import LARGE, SMALL, install_typescript

INSIDE = "PRUNELLA_BENCH_INSIDE"
LONG_BUILD_S = 3.0


def main() -> int:
    options = _options()
    chosen = [peer for peer in ALL if not options.only or any(word in peer.name for word in options.only)]
    if INSIDE not in os.environ:
        return _outside(chosen, options.peers)
    if os.environ[INSIDE] == "alone":
        _loopback_up()
    installed = json.loads(os.environ["PRUNELLA_BENCH_INSTALLED"])
    contenders = [PRUNELLA, *(peer for peer in chosen if peer.name in installed)]
    samples: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    first: dict[str, Sample] = {}
    for size in (SMALL, LARGE):
        for turn in range(options.runs + 1):
            for contender in contenders:
                taken = sample(contender, size, at_least_s=LONG_BUILD_S if size is LARGE else 0.0, fresh=turn == 0)
                print(f"{size.name:10} {turn}/{options.runs} {contender.name:20} {taken}", file=sys.stderr, flush=True)
                if turn:
                    samples[contender.name, size.name].append(taken)
                elif size is SMALL:
                    first[contender.name] = taken
    report = figures.Report(
        {key: _middle(taken) for key, taken in samples.items()},
        first[PRUNELLA.name],
        sample(PRUNELLA, SMALL, before=_GIGABYTE, timeout_s=900.0),
        figures.start_ratio(options.starts),
        installed,
    )
    print(figures.table(report))
    missed = figures.bars(report)
    return 1 if options.strict and missed else 0


_GIGABYTE = "yes 'src/generated.ts: compiled and written to dist, nothing to say about it' | head -c 1000000000"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="rounds that count (5)")
    parser.add_argument("--starts", type=int, default=40, help="starts of `prunella --version` (40)")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="peers whose name contains one of these")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="Prunella alone")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a bar is missed")
    return parser.parse_args()


def _outside(chosen: list[Peer], with_peers: bool) -> int:
    """Install what is needed, then run this program again where there is no network but loopback."""
    install_typescript()
    installed = {}
    for peer in chosen if with_peers else []:
        try:
            installed[peer.name] = peer.install()
        except (OSError, subprocess.CalledProcessError, StopIteration) as error:
            said = getattr(error, "stderr", b"") or b""
            installed_not = f"{error}: {said.decode('utf-8', 'replace')[-400:]}"
            print(f"{peer.name} is left out, it does not install here: {installed_not}", file=sys.stderr)
    alone = ["unshare", "--net", "--map-root-user"]
    try:
        can = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        can = False
    if not can:
        print("no network namespace here: only the proxy variables keep peers on loopback", file=sys.stderr)
    env = os.environ | {INSIDE: "alone" if can else "together", "PRUNELLA_BENCH_INSTALLED": json.dumps(installed)}
    return subprocess.run([*(alone if can else []), sys.executable, *sys.argv], env=env, check=False).returncode


def _loopback_up() -> None:
    set_flags, up_and_running = 0x8914, 0x41
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh", b"lo", up_and_running))


def _middle(samples: list[Sample]) -> Sample:
    """The medians, and whether every run healed."""
    return Sample(
        all(each.healed for each in samples),
        median(each.cpu_s for each in samples),
        median(each.wall_s for each in samples),
        median(each.peak_mb for each in samples),
        samples[-1].sent,
        median(each.build_s for each in samples),
    )


if __name__ == "__main__":
    sys.exit(main())
