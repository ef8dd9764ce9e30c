"""A look at a checkout says what its checks need and what is not here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.triage import gitstate, jsonc, node, pythons, runtimes, tsconfig
from prunella.triage.seen import Level
from prunella.triage.versions import numbers, satisfies


@pytest.mark.parametrize(
    ("version", "wanted", "fits"),
    [
        ((20, 11, 1), ">=18", True),
        ((16,), ">=18", False),
        ((20, 1), "^18 || ^20", True),
        ((22, 1), "^18 || ^20", False),
        ((23, 0, 1), ">=18 <23", False),
        ((20, 9), "20.x", True),
        ((21,), "20", False),
        ((3, 11, 7), ">=3.11,<4", True),
        ((3, 9, 2), ">=3.11", False),
        ((3, 9), "~=3.10", False),
        ((3, 12), "~=3.10", True),
        ((0, 3, 0), "^0.2.0", False),
        ((5, 9, 3), ">=4.8.4 <5.9.0", False),
        ((18, 20), "18 - 20", True),
        ((20,), "lts/*", True),
        ((20,), "*", True),
        ((), ">=99", True),
    ],
)
def test_ranges_as_npm_and_python_write_them(version: tuple[int, ...], wanted: str, *, fits: bool) -> None:
    assert satisfies(version, wanted) is fits


@given(st.text(max_size=60))
def test_no_range_is_an_error(wanted: str) -> None:
    assert satisfies((20, 1), wanted) in {True, False}
    assert all(part >= 0 for part in numbers(wanted))


def test_json_with_comments_and_trailing_commas() -> None:
    text = '{ // one\n "url": "http://x/*no*/", /* two */ "list": [1, 2,],\n}'
    assert jsonc.parse(text) == {"url": "http://x/*no*/", "list": [1, 2]}
    with pytest.raises(ValueError, match="Expecting"):
        jsonc.parse("{nope")


def write(root: Path, **files: object) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("DOT", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return root


def test_declared_runtimes_against_those_that_are_here(tmp_path: Path) -> None:
    write(
        tmp_path,
        packageDOTjson={"engines": {"node": ">=22"}},
        pyprojectDOTtoml='[project]\nrequires-python = ">=3.11"\n',
        goDOTmod="module x\n\ngo 1.25\n",
        CargoDOTtoml='[package]\nrust-version = "1.70"\n',
        pomDOTxml="<project><maven.compiler.release>21</maven.compiler.release></project>",
    )
    here = {
        "node": "v20.1.0",
        "python3": "Python 3.12.1",
        "go": "go version go1.19.8 linux/amd64",
        "rustc": "rustc 1.95.0 (abc 2026-01-01)",
    }
    seen = {found.name: found for found in runtimes.look(tmp_path, lambda command: here.get(command[0]))}
    levels = {name: found.level for name, found in seen.items()}
    assert levels == {
        "node": Level.FAIL,
        "python": Level.OK,
        "go": Level.FAIL,
        "rust": Level.OK,
        "java": Level.FAIL,
    }
    assert "20.1.0 is installed, but package.json asks for >=22" in seen["node"].detail
    assert seen["java"].detail.startswith("not found")
    assert all(found.remedy for found in seen.values() if found.level is not Level.OK)


def test_a_pinned_version_of_another_kind_is_only_worth_knowing(tmp_path: Path) -> None:
    write(tmp_path, DOTnvmrc="v18.1.0\n")
    (found,) = runtimes.look(tmp_path, lambda _: "v20.0.0")
    assert found.level is Level.WARN


def test_packages_lockfiles_and_peers(tmp_path: Path) -> None:
    package = {"dependencies": {"a": "^1.0.0", "b": "^2.0.0"}}
    write(tmp_path, packageDOTjson=package)
    write(tmp_path, **{"package-lockDOTjson": {"packages": {"": {"dependencies": {"a": "^1.0.0"}}}}})
    found = {(seen.name, seen.level): seen for seen in node.look(tmp_path)}
    assert "b" in found["lockfile", Level.WARN].detail
    assert found["dependencies", Level.FAIL].remedy == "`npm ci`"
    write(tmp_path, node_modules__a__packageDOTjson={"version": "1.5.0", "peerDependencies": {"b": "^1.0.0"}})
    assert "declared, but not installed: b" in [seen.detail for seen in node.look(tmp_path)][-1]
    write(tmp_path, node_modules__b__packageDOTjson={"version": "2.0.1"})
    assert "a needs b ^1.0.0, there is 2.0.1" in [seen.detail for seen in node.look(tmp_path)]
    write(tmp_path, yarnDOTlock="")
    assert any("there are two" in seen.detail for seen in node.look(tmp_path))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("{nope", "does not parse"),
        ('{"extends": "./base.json"}', "extends './base.json'"),
        ('{"extends": "@tsconfig/node22/tsconfig.json"}', "extends '@tsconfig/node22"),
        ('{"files": ["a.ts"]}', "files name 'a.ts'"),
        ('{"include": ["lib/**/*.ts"]}', "matches nothing"),
        ('{"compilerOptions": {"baseUrl": "lib"}}', "baseUrl 'lib'"),
        ('{"compilerOptions": {"paths": {"@/*": ["./lib/*"]}}}', "'@/*' leads nowhere"),
        ('{"compilerOptions": {"strict": true, "paths": {"@/*": ["./src/*"]}}, "include": ["src"],}', "strict"),
    ],
)
def test_a_tsconfig(tmp_path: Path, config: str, words: str) -> None:
    write(tmp_path, tsconfigDOTjson=config, src__aDOTts="")
    assert any(words in seen.detail for seen in tsconfig.look(tmp_path))


def test_a_python_environment(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyprojectDOTtoml='[project]\ndependencies = ["Some_Thing>=1", "other[x]~=2", "win; os_name == \'nt\'"]\n',
    )
    assert list(pythons.look(tmp_path)) == []
    write(tmp_path, **{"DOTvenv__lib__python3DOT11__site-packages__some_thing-1DOT0DOTdist-info__METADATA": ""})
    (seen,) = pythons.look(tmp_path)
    assert seen.level is Level.FAIL
    assert seen.detail.endswith(": other")


def test_submodules_that_were_not_fetched(tmp_path: Path) -> None:
    write(tmp_path, DOTgitmodules='[submodule "x"]\n\tpath = libs/x\n[submodule "y"]\n\tpath = libs/y\n', libs__y__a="")
    assert gitstate.submodules(tmp_path) == ("libs/x",)
