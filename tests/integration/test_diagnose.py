"""`prunella diagnose` as it is run: on a file or behind a pipe, in any folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).parents[1] / "fixtures" / "diagnostics"
LOG = (
    "src/api.ts(3,5): error TS2305: Module '\"./x\"' has no exported member 'y'.\n"
    "\x1b[31msrc/b.ts\x1b[0m(7,1): error TS2305: Module '\"./x\"' has no exported member 'y'.\n"
    "/elsewhere/c.c:4:2: warning: unused variable ‘v’ [-Wunused-variable]\n"
)


def diagnose(folder: Path, *arguments: str, log: str | bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    data = log.encode() if isinstance(log, str) else log
    command = [sys.executable, "-m", "prunella", "diagnose", *arguments]
    return subprocess.run(command, cwd=folder, input=data, capture_output=True, check=False)


def rows(ran: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    assert list(document) == ["diagnostics"]
    return list(document["diagnostics"])


def test_a_log_behind_a_pipe_outside_of_any_repository_is_told_as_json(tmp_path: Path) -> None:
    first, second, third = rows(diagnose(tmp_path, "--json", log=LOG))
    assert list(first) == [
        *("file", "line", "column", "end_line", "end_column", "severity", "code", "message", "source"),
        *("error_class", "fingerprint", "root", "related"),
    ]
    assert (first["file"], first["line"], first["column"], first["end_line"]) == ("src/api.ts", 3, 5, None)
    assert (first["severity"], first["code"], first["source"]) == ("error", "TS2305", "tsc")
    assert (first["message"], first["related"]) == ("Module '\"./x\"' has no exported member 'y'.", [])
    assert (first["error_class"], first["root"], second["root"]) == ("missing_export", True, False)
    assert (third["file"], third["severity"], third["code"]) == ("/elsewhere/c.c", "warning", "-Wunused-variable")


def test_paths_are_relative_to_the_root_that_is_said(tmp_path: Path) -> None:
    log = tmp_path / "build.log"
    log.write_text(f"{tmp_path}/pkg/a.ts(1,2): error TS2339: x\n/other/b.ts(1,2): error TS2339: x\n")
    files = [row["file"] for row in rows(diagnose(Path("/"), str(log), "--json", "--root", str(tmp_path / "pkg")))]
    assert files == ["a.ts", "/other/b.ts"]


def test_the_table_groups_what_follows_from_one_cause(tmp_path: Path) -> None:
    ran = diagnose(tmp_path, log=LOG)
    text = ran.stdout.decode()
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert text.startswith("error src/api.ts:3:5  missing_export  TS2305 tsc\n")
    assert "1 more from the same cause" in text
    assert "unused variable" not in text
    assert text.rstrip().endswith("2 errors, 1 warning, 2 root causes; --all shows the rest")
    assert "\x1b" not in text
    assert "unused variable" in diagnose(tmp_path, "-", "--all", log=LOG).stdout.decode()


def test_a_log_that_no_tool_is_known_by_is_shown_as_it_ends(tmp_path: Path) -> None:
    ran = diagnose(tmp_path, log="step one\nit went\x1b[31m bang\x1b[0m\n")
    assert ran.returncode == 0
    assert ran.stdout.decode().split("\n")[1:3] == ["  step one", "  it went bang"]
    assert rows(diagnose(tmp_path, "--json", log="step one")) == []
    assert diagnose(tmp_path, log="").stdout == b"The log is empty.\n"


def test_a_log_that_is_not_there_is_a_mistake_in_use(tmp_path: Path) -> None:
    ran = diagnose(tmp_path, "gone.log")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert b"gone.log cannot be read: No such file" in ran.stderr
    assert diagnose(tmp_path, str(tmp_path)).returncode == 2


def test_bytes_of_any_kind_do_no_harm(tmp_path: Path) -> None:
    ran = diagnose(tmp_path, log=bytes(range(256)) * 40 + b"\na.ts(1,2): error TS2339: \xff\xfe\xed\xa0\x80\n")
    assert ran.returncode == 0
    assert diagnose(tmp_path, "--sarif", log=b"a\xed\xa0\x80.ts(1,2): error TS2339: \xed\xb0\x80\n").returncode == 0


@pytest.mark.parametrize("log", ["typescript/types-pretty-colour", "pytest/long", "mypy/plain"])
def test_sarif_has_the_shape_that_its_standard_asks_for(tmp_path: Path, log: str) -> None:
    document = json.loads(diagnose(tmp_path, str(FIXTURES / f"{log}.log"), "--sarif").stdout)
    assert document["version"] == "2.1.0"
    assert set(document) == {"$schema", "version", "runs"}
    results = 0
    for run in document["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"]
        assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
        for result in run["results"]:
            results += 1
            assert result["level"] in {"none", "note", "warning", "error"}
            assert result["message"]["text"]
            if "ruleId" in result:
                assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
            for place in result.get("locations", []) + result.get("relatedLocations", []):
                artifact = place["physicalLocation"]["artifactLocation"]
                assert artifact["uri"]
                assert " " not in artifact["uri"]
                assert artifact.get("uriBaseId", "ROOT") in run["originalUriBaseIds"]
                region = place["physicalLocation"].get("region", {"startLine": 1})
                assert all(number >= 1 for number in region.values())
    assert results == len(json.loads((FIXTURES / f"{log}.json").read_text()))


def test_a_log_without_errors_is_sarif_too(tmp_path: Path) -> None:
    (run,) = json.loads(diagnose(tmp_path, "--sarif", log="all well\n").stdout)["runs"]
    assert run["results"] == []
