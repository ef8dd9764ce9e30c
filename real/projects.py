"""The projects: where each comes from, how it is checked, how it is broken, and what the scripted models answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prunella.changes import Replace
from real.fetch import created, npm_package, sdist


@dataclass(frozen=True)
class Break:
    """What is done to a good project: in ``path`` the lines ``good`` become ``broken``. The true fix undoes it."""

    name: str
    path: str
    good: str
    broken: str


@dataclass(frozen=True)
class Project:
    """A project.

    Attributes:
        source: where it comes from, with its version; ``fetch`` puts it into a folder that does not exist yet.
        check: the verify command; "" = what Prunella finds by itself, which must be ``finds``.
        wrong: what the models answer before the true fix, one edit per attempt.
        dirty: whether the checkout has uncommitted work of the user's while it is healed.
    """

    name: str
    source: str
    fetch: Callable[[Path], None]
    check: str
    breakage: Break
    finds: tuple[str, ...] = ()
    wrong: tuple[Replace, ...] = ()
    dirty: bool = False

    @property
    def fix(self) -> Replace:
        """The true fix."""
        return Replace(self.breakage.path, self.breakage.broken, self.breakage.good)

    @property
    def attempts(self) -> int:
        return len(self.wrong) + 1


def _vite(folder: Path) -> None:
    created(folder, "vite@9.3.0", "--template", "react-ts", "--no-interactive")


def _next(folder: Path) -> None:
    options = "--ts --no-eslint --no-tailwind --app --no-src-dir --use-npm --empty --disable-git --yes"
    created(folder, "next-app@16.4.3", *options.split())


def _rxjs(folder: Path) -> None:
    npm_package(folder, "rxjs@7.8.2", "typescript@5.9.3")
    # The package ships its sources with their own tsconfig, which extends one of the repository that it leaves out.
    options = {"strict": True, "noEmit": True, "moduleResolution": "node", "lib": ["ES2022", "DOM"], "types": []}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options}, indent=2) + "\n")


def _zod(folder: Path) -> None:
    npm_package(folder, "zod@4.6.7", "vitest@3.2.7", "typescript@5.9.3")
    # The tests import the package by name: here that is its sources, as in its own repository.
    (folder / "vitest.config.ts").write_text(
        'import { defineConfig } from "vitest/config";\n\n'
        "export default defineConfig({\n"
        '  resolve: { alias: { "zod/v4": new URL("./src/v4/index.ts", import.meta.url).pathname } },\n'
        "});\n"
    )


def _iniconfig(folder: Path) -> None:
    sdist(folder, "iniconfig==2.3.1", "pytest==9.2.0", "mypy==2.4.1")
    (folder / "prunella.toml").write_text(
        '[[check]]\nname = "types"\ncommand = "mypy --strict src"\n\n'
        '[[check]]\nname = "test"\ncommand = "python -m pytest -q"\n'
    )


def _sqlparse(folder: Path) -> None:
    sdist(folder, "sqlparse==0.6.1", "pytest==9.2.0")
    _own_pytest(folder)


def _tabulate(folder: Path) -> None:
    sdist(folder, "tabulate==0.10.0", "pytest==9.2.0")
    _own_pytest(folder)


def _own_pytest(folder: Path) -> None:
    """Without a configuration of its own, pytest takes that of the repository around this one."""
    (folder / "pytest.ini").write_text("[pytest]\n")


_ZOD_LENGTH = "          : units;\n\n      if (length {} def.minimum) return;\n"
_QUOTES = """    if val[0] in ('"', "'", '`') and val[0] == val[-1]:\n"""

PROJECTS = (
    Project(
        "vite-react-ts",
        "npm create vite@9.3.0",
        _vite,
        "",
        Break(
            "wrong import path",
            "src/main.tsx",
            "import App from './App.tsx'\n",
            "import App from './components/App.tsx'\n",
        ),
        finds=("npm run build",),
        dirty=True,
    ),
    Project(
        "next-app",
        "npm create next-app@16.4.3",
        _next,
        "npm run build",
        Break(
            "misspelt property",
            "app/layout.tsx",
            '  title: "Create Next App",\n',
            '  titel: "Create Next App",\n',
        ),
    ),
    Project(
        "rxjs",
        "npm rxjs@7.8.2",
        _rxjs,
        "npx tsc -p src/tsconfig.esm.json --noEmit --importHelpers false",
        Break(
            "renamed export",
            "src/internal/util/isFunction.ts",
            "export function isFunction(value: any): value is (...args: any[]) => any {\n",
            "export function isCallable(value: any): value is (...args: any[]) => any {\n",
        ),
    ),
    Project(
        "zod",
        "npm zod@4.6.7",
        _zod,
        "npx vitest run src/v4/classic/tests/string.test.ts src/v4/classic/tests/array.test.ts",
        Break("off by one", "src/v4/core/checks.ts", _ZOD_LENGTH.format(">="), _ZOD_LENGTH.format(">")),
    ),
    Project(
        "iniconfig",
        "PyPI iniconfig 2.3.1",
        _iniconfig,
        "",
        Break("wrong type", "src/iniconfig/_parse.py", "    value: list[str] | None\n", "    value: str | None\n"),
        finds=("mypy --strict src", "python -m pytest -q"),
        wrong=(
            Replace(
                "src/iniconfig/_parse.py",
                "            value.append(data)\n",
                '            value += f"\\n{data}"\n            result[-1].value.append(data)\n',
            ),
        ),
    ),
    Project(
        "sqlparse",
        "PyPI sqlparse 0.6.1",
        _sqlparse,
        "python -m pytest -q",
        Break("off by one", "sqlparse/utils.py", "        val = val[1:-1]\n", "        val = val[1:]\n"),
        wrong=(
            Replace("sqlparse/utils.py", _QUOTES, "    if val[0] in '\"\\'`' and val.endswith(val[0]):\n"),
            Replace("sqlparse/utils.py", "        val = val[1:]\n", "        val = val[1 : len(val)]\n"),
        ),
        dirty=True,
    ),
    Project(
        "tabulate",
        "PyPI tabulate 0.10.0",
        _tabulate,
        "python -m pytest -q",
        Break(
            "missing import",
            "tabulate/__init__.py",
            "from itertools import chain, zip_longest as izip_longest\n",
            "from itertools import zip_longest as izip_longest\n",
        ),
    ),
)
