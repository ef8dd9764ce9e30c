from __future__ import annotations

import json
from pathlib import Path

from prunella.demo import PLAYS, copy_project
from prunella.testing.edit_forms import claude_call, patch_operation


def test_the_copy_is_whole_and_hides_what_the_build_makes(tmp_path: Path) -> None:
    copy_project(tmp_path / "new" / "hero")
    made = {
        str(path.relative_to(tmp_path / "new" / "hero")) for path in (tmp_path / "new").rglob("*") if path.is_file()
    }
    assert made == {
        ".gitignore",
        "README.md",
        "package.json",
        "tsconfig.json",
        "src/hero.ts",
        "src/heroService.ts",
        "src/main.ts",
        "src/storage.ts",
        "src/teamService.ts",
    }
    assert json.loads((tmp_path / "new/hero/package.json").read_text())["scripts"]["build"] == "tsc"


def test_a_second_copy_puts_the_break_back(tmp_path: Path) -> None:
    copy_project(tmp_path)
    service = tmp_path / "src/heroService.ts"
    broken = service.read_text()
    service.write_text("healed")
    copy_project(tmp_path)
    assert service.read_text() == broken
    assert "getHero" not in broken
    assert "heroService.getHero()" in (tmp_path / "src/main.ts").read_text()


def test_every_turn_can_be_told_by_the_vendor_that_is_asked() -> None:
    for play in PLAYS:
        for turn in play.turns:
            for edit in turn.edits:
                assert claude_call(edit) if turn.provider == "anthropic" else patch_operation(edit)


def test_the_plays_follow_the_default_ladder() -> None:
    assert [play.heals_on for play in PLAYS] == [1, 3, 0]
    for play in PLAYS:
        assert [turn.provider for turn in play.turns] == ["anthropic", "anthropic", "openai"][: len(play.turns)]
