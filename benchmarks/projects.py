"""The broken projects: one error, one edit mends it, and `npm run build` is the real tsc."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

WORK = Path(__file__).resolve().parent / ".work"
TYPESCRIPT = "5.9.3"

BROKEN = """\
import type { Hero } from './hero';
import { getData } from './storage';

export class HeroService {
  async getName(): Promise<string> {
    const hero = await getData<Hero>('hero');
    return hero?.name ?? 'nobody';
  }
}
"""
FILE = "src/heroService.ts"
OLD = "    return hero?.name ?? 'nobody';\n  }\n"
NEW = (
    "    return hero?.name ?? 'nobody';\n  }\n\n"
    "  async getHero(): Promise<Hero | null> {\n    return getData<Hero>('hero');\n  }\n"
)
AFTER_LINE = 8
MAIN = """\
import { HeroService } from './heroService';

const heroService = new HeroService();
const hero = await heroService.getHero();
export const greeting = `hello ${hero?.name}`;
"""


@dataclass(frozen=True)
class Size:
    """``files`` beside the two that matter."""

    name: str
    files: int


SMALL = Size("small", 0)
LARGE = Size("300 files", 298)


def install_typescript() -> Path:
    """The folder of node_modules with the compiler, shared by all copies of the projects."""
    folder = WORK / "typescript"
    if not (folder / "node_modules/.bin/tsc").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": {"typescript": TYPESCRIPT}}))
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=True)
    return folder / "node_modules"


def make(target: Path, size: Size) -> None:
    """A fresh git checkout of the broken project, its dependencies in place."""
    shutil.rmtree(target, ignore_errors=True)
    source = target / "src"
    source.mkdir(parents=True)
    for path, text in _files(size).items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text)
    (target / "node_modules").symlink_to(install_typescript())
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for command in ("init -q -b main", "config user.name Bench", "config user.email bench@example.com", "add -A"):
        subprocess.run(["git", *command.split()], cwd=target, check=True, env=environment)
    subprocess.run(["git", "commit", "-q", "-m", "A project"], cwd=target, check=True, env=environment)


def _files(size: Size) -> dict[str, str]:
    options = {"target": "ES2022", "module": "ESNext", "moduleResolution": "Bundler", "strict": True, "noEmit": True}
    files = {
        "package.json": json.dumps({"name": "heroes", "private": True, "scripts": {"build": "tsc"}}, indent=2) + "\n",
        "tsconfig.json": json.dumps({"compilerOptions": options, "include": ["src"]}, indent=2) + "\n",
        ".gitignore": "node_modules\n.aider*\n",
        FILE: BROKEN,
        "src/main.ts": MAIN,
        "src/hero.d.ts": "export interface Hero {\n  name: string;\n}\n",
        "src/storage.d.ts": "export declare function getData<T>(key: string): Promise<T | null>;\n",
    }
    for number in range(size.files):
        files[f"src/part{number // 30:02}/unit{number:03}.ts"] = _unit(number)
    return files


def _unit(number: int) -> str:
    other = number - 1
    lines = [
        f"export interface Unit{number:03} {{\n  id: {number};\n  name: string;\n  values: readonly number[];\n}}\n"
    ]
    if number % 30:
        lines.insert(0, f"import {{ total{other:03} }} from './unit{other:03}';\n")
    before = f"total{other:03}(values)" if number % 30 else "0"
    lines.append(
        f"export function total{number:03}(values: readonly number[]): number {{\n"
        f"  return values.reduce((sum, value) => sum + value * {number}, {before});\n}}\n"
    )
    lines += [
        f"export const step{number:03}x{index} = (unit: Unit{number:03}): Unit{number:03} => "
        f"({{ ...unit, values: [...unit.values, total{number:03}(unit.values) + {index}] }});\n"
        for index in range(6)
    ]
    return "\n".join(lines)
