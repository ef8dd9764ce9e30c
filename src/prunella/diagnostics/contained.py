"""Failures behind the walls of a strict sandbox that the walls are the reason of: each says which option opens them.

Only for commands that ran behind walls: elsewhere the same words are the code's, or the machine's.
"""

from __future__ import annotations

import re

from prunella.diagnostics.signs import Sign
from prunella.domain import Ending, Walls

NETWORK = 'If the check needs the network, say so: network = true in its [[check]] (or sandbox.network = "always").'
WRITE = "If it may write there, name the folder in sandbox.write of your own configuration; or use --sandbox env."
READ = "If it may see it, name the folder in sandbox.read of your own configuration; or use --sandbox env."

OFFLINE = Sign(
    (
        "EAI_AGAIN",
        "name resolution",
        "nreachable",
        "ENETUNREACH",
        "resolve host",
        "no such host",
        "dial tcp",
        "resolve",
    ),
    r"(?i)\bEAI_AGAIN\b|temporary failure in name resolution|network is unreachable|\bENETUNREACH\b"
    r"|could(?: not|n't) resolve host|dial tcp: lookup |could not resolve hostname|UnknownHostException"
    r"|failed to lookup address information|unable to resolve host address",
    "the check asks for the network, which the sandbox (strict) does not give it",
    NETWORK,
)
_SERVICES = (
    r"(?:\b(?:1433|1521|2181|2375|3306|3307|4222|4566|5432|5433|5672|6379|6380|8123|9042|9092|9200|11211|26257|27017)\b"
    r"|postgres|psycopg|mysql|mariadb|redis|mongo|amqp|rabbitmq|kafka|elasticsearch|memcached|docker)"
)
"""Ports and names of what people run beside a build. A refusal at any other port may be by the code's own server, which
is then for the ladder."""
_REFUSED = r"(?:\bECONNREFUSED\b|\brefused\b|Connect call failed)"
SERVICE = Sign(
    ("efused", "ECONNREFUSED", "Connect call failed"),
    rf"(?i){_REFUSED}.{{0,120}}?{_SERVICES}|{_SERVICES}.{{0,120}}?{_REFUSED}",
    "the check asks for a service of this machine, which the sandbox (strict) keeps out of its reach",
    NETWORK,
)
_PATH = r"[^\s'\"`:()\[\],;]{1,300}"
READ_ONLY = re.compile(
    rf"(?i)(?P<a>/{_PATH})?[^/\n]{{0,80}}(?:read-only file system|\bEROFS\b)(?:[^/\n]{{0,40}}(?P<b>/{_PATH}))?"
)
MISSING = re.compile(
    rf"(?i)(?P<a>/{_PATH})['\"`]?: (?:no such file|not found|permission denied)"
    rf"|(?:ENOENT|EACCES)[^/\n]{{0,60}}(?P<b>/{_PATH})"
)

ENDED = {
    Ending.MEMORY_LIMIT: ("it used more memory than it may", "raise sandbox.memory_mb"),
    Ending.PROCESS_LIMIT: ("it ran more processes than it may", "raise sandbox.processes"),
    Ending.DISK_LIMIT: ("it filled more of the disk than it may", "raise sandbox.disk_mb, or make room"),
}
"""What a limit's end is called, and what raises the limit."""


def signs(walls: Walls, lines: list[str]) -> list[Sign]:
    """What may have failed because of these walls, as signs to be looked for like any other."""
    found = [] if walls.network else [OFFLINE, SERVICE]
    found += [_behind(link) for link in walls.links]
    for line in reversed(lines):
        written, missed = READ_ONLY.search(line), MISSING.search(line)
        if written:
            place = _outside(written["b"] or written["a"] or "", walls)
            what = f"the check writes to {place}" if place else "the check writes where it may not"
            if place or not (written["a"] or written["b"]):
                found.append(
                    Sign(("ead-only", "EROFS"), re.escape(line.strip()), f"{what}: the sandbox (strict)", WRITE)
                )
                break
        place = _home_file(missed["a"] or missed["b"] or "", walls) if missed else ""
        if place:
            what = f"{place} is not there in the sandbox (strict), which has no home folder"
            found.append(Sign((place,), re.escape(line.strip()), what, READ))
            break
    return [sign._replace(cause=sign.cause.replace("{", "{{").replace("}", "}}")) for sign in found]


def _behind(link: str) -> Sign:
    """Something installed is not found, and the folder that it is in is a link to where the walls show nothing."""
    return Sign(
        ("ot found", "annot find", "o such file", "ENOENT", "o module named", "esolve"),
        r"(?i)\bnot found\b|cannot find (?:module|package|type)|no such file|\bENOENT\b|no module named"
        r"|could(?: not|n't) resolve",
        f"{link} is a link that leads out of the repository, where the sandbox (strict) shows nothing",
        READ,
        certain=True,
    )


def _outside(path: str, walls: Walls) -> str:
    """A path when it leads out of the repository, or into its git folder."""
    inside = path.startswith(f"{walls.root}/") and not path.startswith(f"{walls.root}/.git")
    return "" if inside else path


def _home_file(path: str, walls: Walls) -> str:
    """A path below somebody's home folder, when it is none of the repository's."""
    return path if path.startswith(("/home/", "/root/", "/Users/")) and not path.startswith(walls.root) else ""
