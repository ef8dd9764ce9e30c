"""``prunella context`` in a real repository, from a log and from a check that is run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from prunella.cli.main import run as run_command
from prunella.store.outlines import OutlineCache
from prunella.workspace.checkout import open_checkout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "price.py").write_text("def price(count):\n    return count * 2\n")
    (root / "use.py").write_text("from price import prize\n\nprint(prize(2))\n")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All"]):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root


def run(repository: Path, *words: str) -> int:
    return run_command(["context", "--repo", str(repository), *words])


def test_a_log_is_shown_as_a_model_would_see_it_with_reasons_and_the_total(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    log.write_text('use.py:1: error: Module "price" has no attribute "prize"; maybe "price"?  [attr-defined]\n')

    assert run(repository, "--log", str(log)) == 0

    out = capsys.readouterr().out
    assert "/repo/use.py (has errors)\n1\tfrom price import prize" in out
    assert "1\tdef price(count):" in out
    assert out.rstrip().splitlines()[-1].startswith("── total: ")


def test_the_checks_are_run_and_json_holds_the_same_as_data(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(repository, "--json", "--tokens", "4000", "--", "python3", "use.py") == 0

    document = json.loads(capsys.readouterr().out)
    assert document["budget"] == 4_000
    assert document["tokens"] == sum(part["tokens"] for part in document["sections"])
    assert {"use.py", "price.py"} <= {part["title"] for part in document["sections"]}


def test_green_checks_show_nothing_and_a_missing_log_is_said(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(repository, "--", "true") == 0
    assert "The checks pass" in capsys.readouterr().out
    assert run(repository, "--log", "nowhere.log") == 2
    assert "nowhere.log" in capsys.readouterr().err


def test_lines_with_any_of_several_names_are_found_at_one_go(repository: Path) -> None:
    hits = open_checkout(repository).files.search_any(("prize", "count"), words=True)

    assert [(hit.path, hit.line) for hit in hits] == [("price.py", 1), ("price.py", 2), ("use.py", 1), ("use.py", 3)]


def test_the_cache_keeps_what_was_put_and_forgives_a_broken_file(tmp_path: Path) -> None:
    with OutlineCache(tmp_path / "symbols.db") as cache:
        cache.put("key", b"value")
    with OutlineCache(tmp_path / "symbols.db") as cache:
        assert cache.get("key") == b"value"
        assert cache.get("other") is None
    (tmp_path / "broken.db").write_bytes(b"no database" * 100)
    with OutlineCache(tmp_path / "broken.db") as cache:
        cache.put("key", b"value")
        assert cache.get("key") == b"value"
