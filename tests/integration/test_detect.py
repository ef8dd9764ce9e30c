"""Which checks are found in which repository, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prunella.config.detect import detect, found
from prunella.errors import ConfigError

PLACEHOLDER = 'echo "Error: no test specified" && exit 1'
NOTHING = ""


def put(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def commands(root: Path, files: dict[str, str], search_path: str = "") -> list[tuple[str, str]]:
    put(root, files)
    return [(item.check.name, item.check.command) for item in found(root, search_path=search_path)]


def scripts(**named: str) -> dict[str, str]:
    return {"package.json": json.dumps({"scripts": {name.replace("_", "-"): text for name, text in named.items()}})}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (scripts(build="tsc", test=PLACEHOLDER), [("build", "npm run build")]),
        (scripts(build="tsc", test="vitest"), [("build", "npm run build"), ("test", "npm test")]),
        (scripts(typecheck="tsc --noEmit"), [("types", "npm run typecheck")]),
        (scripts(build="tsc -w", tsc="tsc"), [("types", "npm run tsc")]),
        (scripts(test="jest --watchAll"), NOTHING),
        (scripts(test="jest --watch", build="  "), NOTHING),
        (scripts(test="node --test -w pkg"), [("test", "npm test")]),
        (
            {"package.json": json.dumps({"scripts": {"test": "jest --watch", "test:ci": "jest"}})},
            [("test", "npm run test:ci")],
        ),
        (scripts(test="react-scripts test"), [("test", "CI=true npm test")]),
        (scripts(build="x") | {"pnpm-lock.yaml": ""}, [("build", "pnpm run build")]),
        (scripts(build="x", test="y") | {"yarn.lock": ""}, [("build", "yarn run build"), ("test", "yarn test")]),
        (scripts(build="x", test="y") | {"bun.lock": ""}, [("build", "bun run build"), ("test", "bun run test")]),
        (
            {"package.json": '{"packageManager": "pnpm@9.1.0", "scripts": {"build": "x"}}', "yarn.lock": ""},
            [("build", "pnpm run build")],
        ),
        (
            {"package.json": '{"devDependencies": {"typescript": "^5"}}', "tsconfig.json": "{}"},
            [("types", "npx --no-install tsc --noEmit")],
        ),
        ({"package.json": '{"scripts": {"build": "tsc",}}'}, [("build", "npm run build")]),
        ({"package.json": "[]"}, NOTHING),
        ({"package.json": '{"scripts": ["build"]}'}, NOTHING),
        ({"package.json": '{"scripts": {"build": 3}}'}, NOTHING),
    ],
)
def test_node(tmp_path: Path, files: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert commands(tmp_path, files) == list(expected)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": "", "tests/test_a.py": ""}, "python3 -m pytest"),
        ({"pyproject.toml": "", "src/pkg/tests/a_test.py": ""}, "python3 -m pytest"),
        ({"pytest.ini": ""}, "python3 -m pytest"),
        ({"pyproject.toml": "[tool.pytest.ini_options]"}, "python3 -m pytest"),
        ({"pyproject.toml": "broken [", "test_a.py": ""}, "python3 -m pytest"),
        ({"setup.cfg": "[tool:pytest]", "poetry.lock": ""}, "poetry run pytest"),
        ({"pytest.ini": "", "uv.lock": ""}, "uv run pytest"),
        ({"manage.py": "", "app/tests/test_a.py": ""}, "python3 manage.py test"),
        ({"manage.py": "", "pytest.ini": ""}, "python3 -m pytest"),
        ({"pyproject.toml": "", "src/a.py": ""}, NOTHING),
        ({"pyproject.toml": "", "node_modules/x/test_a.py": "", ".venv/lib/test_b.py": ""}, NOTHING),
        ({"README.md": "", "docs/test_a.py": ""}, NOTHING),
    ],
)
def test_python(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    assert commands(tmp_path, files) == ([("test", expected)] if expected else [])


def test_python_runs_in_the_environment_that_is_there(tmp_path: Path) -> None:
    put(tmp_path, {".venv/bin/python": "", "bin/uv": "", "pytest.ini": "", "uv.lock": ""})
    (tmp_path / ".venv/bin/python").chmod(0o755)
    assert commands(tmp_path, {}) == [("test", ".venv/bin/python -m pytest")]  # uv is not installed
    (tmp_path / "bin/uv").chmod(0o755)
    assert commands(tmp_path, {}, str(tmp_path / "bin")) == [("test", "uv run pytest")]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"Cargo.toml": ""}, ["cargo build --all-targets", "cargo test"]),
        ({"go.mod": ""}, ["go build ./...", "go test ./..."]),
        ({"pom.xml": ""}, ["mvn -B test-compile", "mvn -B verify"]),
        ({"pom.xml": "", "mvnw": ""}, ["sh ./mvnw -B test-compile", "sh ./mvnw -B verify"]),
        ({"build.gradle.kts": ""}, ["gradle assemble", "gradle check"]),
        ({"App.sln": "", "test/App.Tests.csproj": ""}, ["dotnet build App.sln", "dotnet test App.sln"]),
        ({"My App.csproj": ""}, ["dotnet build 'My App.csproj'"]),
        ({"Makefile": "build: x\n\tcc\ncheck test:\n"}, ["make build", "make check"]),
        ({"Makefile": "CHECK := 1\ntest :: x\nall:\n.PHONY: check\n"}, ["make all", "make test"]),
        ({"Makefile": "deploy:\n\tbuild: x\ncheck=1\n"}, []),
        ({"Makefile": "check:\n", "go.mod": ""}, ["go build ./...", "go test ./..."]),
    ],
)
def test_other_toolchains(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    assert [command for _, command in commands(tmp_path, files)] == expected


def test_a_wrapper_that_may_be_executed_is(tmp_path: Path) -> None:
    put(tmp_path, {"build.gradle": "", "gradlew": ""})
    (tmp_path / "gradlew").chmod(0o755)
    assert [command for _, command in commands(tmp_path, {})] == ["./gradlew assemble", "./gradlew check"]


def test_several_toolchains_build_first_and_have_names_of_their_own(tmp_path: Path) -> None:
    files = scripts(build="x", test="y") | {"pytest.ini": "", "go.mod": ""}
    assert [name for name, _ in commands(tmp_path, files)] == ["build", "build-go", "test", "test-python", "test-go"]


def test_a_folder_below_is_detected_and_run_there(tmp_path: Path) -> None:
    put(tmp_path / "web", scripts(build="x"))
    (check,) = detect(tmp_path, folder="web", timeout_s=5.0)
    assert (check.command, check.folder, check.timeout_s) == ("npm run build", "web", 5.0)


def test_a_folder_without_checks_belongs_to_the_project_above_it(tmp_path: Path) -> None:
    put(tmp_path / "web", scripts(build="x") | {"src/deep/a.ts": ""})
    put(tmp_path, {"pytest.ini": "", "docs/a.md": ""})
    assert [check.folder for check in detect(tmp_path, folder="web/src/deep")] == ["web"]
    assert [check.command for check in detect(tmp_path, folder="docs", search_path="")] == ["python3 -m pytest"]


def test_each_check_has_its_reason(tmp_path: Path) -> None:
    put(tmp_path, scripts(build="x") | {"yarn.lock": ""})
    assert found(tmp_path)[0].reason == 'script "build" in package.json, yarn.lock'


def test_nothing_found_says_what_to_type_and_where_projects_are(tmp_path: Path) -> None:
    put(tmp_path / "web", scripts(build="x"))
    with pytest.raises(ConfigError) as error:
        detect(tmp_path)
    assert "There are projects in web" in error.value.message
    assert "prunella heal -- your command" in error.value.remedy


def test_odd_names_and_files_neither_break_nor_slip_into_the_reason(tmp_path: Path) -> None:
    put(tmp_path, {"pyproject.toml": "", "tests/test_a\n[x]\x1b[31m.py": ""})
    (tmp_path / "package.json").mkdir()
    (tmp_path / "Makefile").symlink_to("/dev/zero")
    (item,) = found(tmp_path, search_path="")
    assert item.reason.isprintable()
    assert found(tmp_path / "absent") == ()
