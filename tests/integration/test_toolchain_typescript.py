"""Rung 0 on TypeScript: the project's own compiler tries each repair in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import TOOLS
from menders import Project
from prunella.toolchain.typescript import TypeScriptMender

pytestmark = [pytest.mark.needs("node"), pytest.mark.needs("typescript")]

SHAPES = """\
export interface Shape {
  readonly width: number;
  readonly height: number;
}

export function surfaceOf(shape: Shape): number {
  return shape.width * shape.height;
}

export function doubled(value: number): number {
  return value * 2;
}
"""
STORE = """\
import type { Shape } from './shapes';

export class Store {
  private readonly shapes: Shape[] = [];

  async load(name: string): Promise<Shape> {
    const found = await this.find(name);
    return found;
  }

  private async find(name: string): Promise<Shape> {
    return this.shapes[name.length] as Shape;
  }
}
"""
MAIN = """\
import { Store } from './store';
import { doubled, surfaceOf } from './shapes';

export async function total(store: Store): Promise<number> {
  const shape = await store.load('square');
  return doubled(surfaceOf(shape));
}
"""
OPTIONS = {"strict": True, "noEmit": True, "target": "ES2017", "lib": ["ES2017"], "types": [], "module": "commonjs"}
FILES = {
    "src/shapes.ts": SHAPES,
    "src/store.ts": STORE,
    "src/main.ts": MAIN,
    "tsconfig.json": json.dumps({"compilerOptions": OPTIONS, "include": ["src"]}),
    ".gitignore": "node_modules\n",
}
TSC = "node node_modules/typescript/lib/tsc.js -p ."


@pytest.fixture
def mender() -> Iterator[TypeScriptMender]:
    one = TypeScriptMender()
    yield one
    one.close()


def project(tmp_path: Path, files: dict[str, str] = FILES) -> Project:
    made = Project(tmp_path / "small", files, TSC)
    (made.root / "node_modules").symlink_to(TOOLS)
    return made


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("src/main.ts", "import { doubled, surfaceOf } from './shapes';\n", ""),
        ("src/main.ts", "'./shapes'", "'./lib/shapes'"),
        ("src/main.ts", "doubled(surfaceOf", "doubled(surfaecOf"),
        ("src/main.ts", "await store", "store"),
        ("src/main.ts", "'square');", "'square';"),
        ("src/main.ts", "async function", "function"),
        ("src/shapes.ts", "export function doubled", "function doubled"),
        ("src/shapes.ts", "\n}\n\nexport function surfaceOf", "\n\nexport function surfaceOf"),
        ("src/store.ts", "import type { Shape } from './shapes';\n", ""),
        ("src/store.ts", "this.find(name)", "find(name)"),
    ],
)
def test_what_is_broken_becomes_what_it_was(
    tmp_path: Path, mender: TypeScriptMender, path: str, old: str, new: str
) -> None:
    assert old in FILES[path]
    small = project(tmp_path)
    small.change({path: FILES[path].replace(old, new, 1)})
    healed = small.heal(mender)
    assert healed.passed, healed.mended
    assert healed.texts == {path: FILES[path]}
    assert healed.mended.all_gone
    assert healed.mended.steps


def test_users_follow_a_rename_that_git_shows(tmp_path: Path, mender: TypeScriptMender) -> None:
    small = project(tmp_path)
    small.change({"src/shapes.ts": SHAPES.replace("surfaceOf", "areaOf").replace("height", "tall")})
    healed = small.heal(mender)
    assert healed.passed, healed.mended
    assert healed.texts == {"src/main.ts": MAIN.replace("surfaceOf", "areaOf")}


def test_users_and_the_file_itself_follow_a_move(tmp_path: Path, mender: TypeScriptMender) -> None:
    small = project(tmp_path)
    small.change({"src/store.ts": None, "src/data/store.ts": STORE}, commit=False)
    healed = small.heal(mender)
    assert healed.passed, healed.mended
    assert healed.texts == {
        "src/main.ts": MAIN.replace("./store", "./data/store"),
        "src/data/store.ts": STORE.replace("./shapes", "../shapes"),
    }


def test_a_deleted_file_comes_back_for_many_and_is_offered_for_one(tmp_path: Path, mender: TypeScriptMender) -> None:
    small = project(tmp_path)
    small.change({"src/shapes.ts": None})
    assert small.heal(mender).texts == {"src/shapes.ts": SHAPES}
    small = project(tmp_path / "other")
    small.change({"src/store.ts": None})
    mended = small.heal(mender).mended
    assert mended.changes == ()
    assert any("src/store.ts" in candidate.text for candidate in mended.candidates)


def test_another_file_of_a_deleted_ones_name_is_not_taken_for_it(tmp_path: Path, mender: TypeScriptMender) -> None:
    small = project(tmp_path, {**FILES, "src/mini/store.ts": STORE.replace("./shapes", "../shapes")})
    small.change({"src/store.ts": None})
    mended = small.heal(mender).mended
    assert mended.changes == ()
    assert any("./mini/store" in candidate.text for candidate in mended.candidates)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("src/main.ts", "surfaceOf(shape)", "surfaceOf(shape, 2)"),
        ("src/main.ts", "surfaceOf(shape)", "surfaceOf()"),
        ("src/main.ts", "return doubled", "return String(doubled)"),
        ("src/shapes.ts", "  readonly height: number;\n", ""),
        ("src/main.ts", "store.load('square')", "store.loadAllOf('square', shapes)"),
    ],
)
def test_what_takes_a_guess_is_left_alone(
    tmp_path: Path, mender: TypeScriptMender, path: str, old: str, new: str
) -> None:
    assert old in FILES[path]
    small = project(tmp_path)
    small.change({path: FILES[path].replace(old, new, 1)})
    assert small.heal(mender).mended.changes == ()


def test_two_that_may_be_meant_are_both_offered(tmp_path: Path, mender: TypeScriptMender) -> None:
    files = {
        **FILES,
        "src/one.ts": "export function pick(value: number): number {\n  return value;\n}\n",
        "src/two.ts": "export function pick(value: number): number {\n  return -value;\n}\n",
    }
    small = project(tmp_path, files)
    small.change({"src/user.ts": "export const picked: number = pick(1);\n"})
    mended = small.heal(mender).mended
    assert mended.changes == ()
    told = " ".join(candidate.text for candidate in mended.candidates)
    assert "./one" in told
    assert "./two" in told


def test_bytes_that_nobody_touches_stay(tmp_path: Path, mender: TypeScriptMender) -> None:
    marked = "\ufeff" + MAIN.replace("\n", "\r\n")
    small = project(tmp_path)
    (small.root / "src/main.ts").write_bytes(marked.encode())
    small.change({})
    (small.root / "src/main.ts").write_bytes(marked.replace("surfaceOf(shape)", "surfaecOf(shape)").encode())
    healed = small.heal(mender)
    assert healed.passed
    assert healed.mended.changes[0].after == marked.encode()


def test_the_configuration_that_the_check_names_is_the_one(tmp_path: Path, mender: TypeScriptMender) -> None:
    files = {
        name.replace("src/", "packages/app/src/").replace("tsconfig", "packages/app/tsconfig.build"): text
        for name, text in FILES.items()
    }
    small = project(tmp_path, files)
    small.command = "node node_modules/typescript/lib/tsc.js -p packages/app/tsconfig.build.json"
    small.change({"packages/app/src/main.ts": MAIN.replace("await store", "store")})
    assert small.heal(mender).passed


def test_without_a_compiler_there_is_nothing_to_offer(tmp_path: Path, mender: TypeScriptMender) -> None:
    small = project(tmp_path)
    (small.root / "node_modules").unlink()
    small.command = f"node {TOOLS}/typescript/lib/tsc.js -p ."
    small.change({"src/main.ts": MAIN.replace("await store", "store")})
    mended = small.heal(mender).mended
    assert mended.changes == ()


@pytest.mark.parametrize("name", ["doubled2", "undoubled"])
def test_a_name_that_is_another_things_is_not_taken_for_a_slip(
    tmp_path: Path, mender: TypeScriptMender, name: str
) -> None:
    broken = {**FILES, "src/main.ts": MAIN.replace("doubled", name)}
    assert project(tmp_path, broken).heal(mender).mended.changes == ()


@pytest.mark.parametrize(
    "said",
    [
        '{"done": {"changes": {"src/main.ts": ["x", 5]}, "steps": 3}}',
        '{"done": {"changes": {}, "steps": [], "offers": [{"file": 1}], "all_gone": 1}}',
        '{"ask": "judge", "changes": {"src/main.ts": 7}}',
        '{"ask": "judge", "changes": [1]}',
        "garbage",
        "[" * 200_000,
    ],
    ids=["changes", "offers", "text", "list", "no JSON", "deep"],
)
def test_a_compiler_that_writes_into_the_answers_is_no_use(tmp_path: Path, mender: TypeScriptMender, said: str) -> None:
    least = {"tsconfig.json": "{}", "src/main.ts": MAIN, ".gitignore": ""}
    fake = f"process.stdout.write({said!r} + '\\n'); module.exports = {{ createLanguageService() {{ return 1; }} }};\n"
    files = {**least, "node_modules/typescript/lib/typescript.js": fake}
    error = "src/main.ts(1,10): error TS2304: Cannot find name 'x'."
    broken = Project(tmp_path / "small", files, f'echo "{error}"; exit 1')
    assert broken.heal(mender).mended.changes == ()
