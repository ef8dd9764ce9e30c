"""Logs in which nothing is wrong, although they have places and words of errors in them."""

from __future__ import annotations

import pytest

from prunella.diagnostics.reading import read_text

PASSING_GO = """=== RUN   TestA
    a_test.go:5: error: as wanted
=== RUN   TestA/x
    a_test.go:7: b.go:3: nested
--- PASS: TestA (0.00s)
    --- PASS: TestA/x (0.00s)
PASS
ok  \texample.test/a\t0.002s
"""
SEARCHED = """src/app.js:12:  const error = require('./error');
lib/x.c:100:\tint failed = run(1);
"""
SERVED = """172.17.0.1 - - [21/Nov/2026:10:12:13 +0000] "GET /error.html:12 HTTP/1.1" 200 612 "-" "curl/7.88.1"
2026/11/21 10:12:13 [notice] 1#1: start worker process 29
INFO:     127.0.0.1:53212 - "GET /items/3 HTTP/1.1" 200 OK
12:30:45.123 app/main.py:30 DEBUG cache miss for key a:1
"""
STARTED = """{"level":"info","ts":"2026-11-21T10:00:00Z","caller":"server/main.go:42","msg":"listening","addr":":8080"}
{"level":"debug","caller":"db/pool.go:17","msg":"connected","host":"db:5432","error":null}
"""
CONTROLLED = """I1121 10:00:00.000321       1 reflector.go:351] Caches populated from cache/reflector.go:229
Waiting for deployment "web" rollout to finish: 1 of 3 updated replicas are available...
deployment "web" successfully rolled out
"""
BUILT = """#5 [2/4] RUN apt-get update
#5 0.312 Get:1 http://deb.debian.test/debian bookworm InRelease [151 kB]
#5 2.001 debconf: delaying package configuration, since apt-utils is not installed
#5 DONE 3.1s
"""


@pytest.mark.parametrize(
    "log",
    [PASSING_GO, SEARCHED, SERVED, STARTED, CONTROLLED, BUILT],
    ids=["go test -v", "grep -n", "web servers", "JSON", "kubernetes", "BuildKit"],
)
def test_nothing_is_invented(log: str) -> None:
    assert not read_text(log).diagnostics


def test_steps_of_buildkit_that_ran_side_by_side_are_read_one_by_one() -> None:
    log = """#7 [api 3/4] RUN cargo build
#8 [web 3/4] RUN gcc -c a.c
#7 0.301 error[E0425]: cannot find value `x` in this scope
#8 0.302 a.c: In function 'main':
#7 0.303  --> src/main.rs:2:5
#8 0.304 a.c:1:20: error: 'y' undeclared (first use in this function)
#7 0.305   |
#7 0.306 2 |     x
#7 0.307   |     ^ not found in this scope
#7 0.308 error: could not compile `api` (bin "api") due to 1 previous error
#7 ERROR: process "/bin/sh -c cargo build" did not complete successfully: exit code: 101
"""
    places = {(one.file, one.line, one.column, one.code, one.read_from) for one in read_text(log).diagnostics}
    assert {("src/main.rs", 2, 5, "E0425", 3), ("a.c", 1, 20, "", 4)} <= places
