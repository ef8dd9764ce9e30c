from __future__ import annotations

import pytest

from guarded import judged, packaged, rewritten
from prunella.changes import Delete, Judgement, Rename, Replace, Verdict

MAKEFILE = "CC = gcc\nall: lib\n\tgo build\nlib: x\n\tmake -C lib\nclean:\n\trm x\n"


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        "Jenkinsfile",
        ".husky/pre-commit",
        ".pre-commit-config.yaml",
        "package-lock.json",
        "web/yarn.lock",
        "uv.lock",
        "prunella.toml",
    ],
)
def test_protected_files_are_rejected(path: str) -> None:
    verdict = judged({path: "a\n"}, Replace(path, "a", "b"))
    assert verdict.judgement is Judgement.REJECT
    assert judged({path: "a\n"}, Delete(path)).judgement is Judgement.REJECT
    assert judged({path: "a\n"}, Rename(path, "elsewhere.txt")).judgement is Judgement.REJECT


@pytest.mark.parametrize(
    ("after", "command", "judgement"),
    [
        (packaged(build="true"), "npm run build", Judgement.REJECT),
        (packaged(types="true"), "pnpm build", Judgement.REJECT),
        (packaged(prebuild="rm -r tests"), "npm run build", Judgement.REJECT),
        (packaged(dev="vite --open"), "npm run build", Judgement.ALLOW),
        (packaged(build="true"), "npx tsc", Judgement.ALLOW),
        (packaged(types="true"), "npm t", Judgement.ALLOW),
        (packaged().replace('"name": "x"', '"name": "y"'), "npm run build", Judgement.ALLOW),
        ("{}", "npm run build", Judgement.REJECT),
        ('{"scripts": 3', "npm run build", Judgement.REJECT),
    ],
)
def test_the_scripts_of_a_check_are_protected(after: str, command: str, judgement: Judgement) -> None:
    assert rewritten("package.json", packaged(), after, command=command).judgement is judgement


def test_a_broken_package_json_may_be_repaired_but_not_its_checks() -> None:
    broken = packaged().replace('"types": "tsc"', '"types": "tsc",,')
    assert rewritten("package.json", broken, packaged()).judgement is Judgement.ALLOW
    assert rewritten("package.json", broken, packaged(types="true")).judgement is Judgement.REJECT


@pytest.mark.parametrize(
    ("old", "new", "command", "judgement"),
    [
        ("go build", "true", "make", Judgement.REJECT),
        ("make -C lib", "true", "make all", Judgement.REJECT),
        ("rm x", "rm -f x", "make all", Judgement.SUSPICIOUS),
        ("rm x", "rm -f x", "make clean", Judgement.REJECT),
        ("go build", "go build ./...", "go test", Judgement.ALLOW),
    ],
)
def test_the_targets_of_a_check_are_protected(old: str, new: str, command: str, judgement: Judgement) -> None:
    assert judged({"Makefile": MAKEFILE}, Replace("Makefile", old, new), command=command).judgement is judgement


@pytest.mark.parametrize(
    ("path", "command", "judgement"),
    [
        ("verify.sh", "./verify.sh", Judgement.REJECT),
        ("ci/verify", "bash ci/verify --all", Judgement.REJECT),
        ("tools/check.py", "python tools/check.py", Judgement.REJECT),
        ("noxfile.py", "nox -s tests", Judgement.REJECT),
        ("scripts/build.sh", "npm run build", Judgement.SUSPICIOUS),
        ("app.py", "python app.py", Judgement.ALLOW),
        ("tests/test_a.py", "pytest tests/test_a.py", Judgement.ALLOW),
    ],
)
def test_what_the_verify_command_runs_is_protected(path: str, command: str, judgement: Judgement) -> None:
    assert judged({path: "a\n"}, Replace(path, "a", "b"), command=command).judgement is judgement


def test_prunellas_own_section_is_protected() -> None:
    before = (
        '[project]\nname = "x"\n[tool.prunella]\ncommit = true\n[[tool.prunella.check]]\ncommand = "pytest"\n'
        "[tool.x]\ny = 1\n"
    )
    assert judged({"pyproject.toml": before}, Replace("pyproject.toml", "pytest", "true")).judgement is Judgement.REJECT
    assert judged({"pyproject.toml": before}, Replace("pyproject.toml", "y = 1", "y = 2")) == Verdict()


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("tsconfig.json", '{"compilerOptions": {"strict": true},}', '{"compilerOptions": {}}'),
        ("tsconfig.json", '{"exclude": ["dist"]} // x', '{"exclude": ["dist", "src/bad.ts"]}'),
        ("tsconfig.json", '{"include": ["src", "test"]}', '{"include": ["src"]}'),
        ("pyproject.toml", "[tool.ruff.lint]\nignore = []\n", '[tool.ruff.lint]\nignore = ["F821"]\n'),
        ("pyproject.toml", "[tool.ruff.lint]\n", '[tool.ruff.lint.per-file-ignores]\n"a.py" = ["F821"]\n'),
        ("package.json", '{"jest": {}}', '{"jest": {"testPathIgnorePatterns": ["a"]}}'),
        ("mypy.ini", "[mypy]\nstrict = True\n", "[mypy]\n"),
    ],
)
def test_configuration_that_checks_less_is_suspicious(path: str, before: str, after: str) -> None:
    assert rewritten(path, before, after).judgement is Judgement.SUSPICIOUS


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("tsconfig.json", '{"exclude": ["dist", "x"]}', '{"exclude": ["dist"]}'),
        ("tsconfig.json", '{"include": ["src"]}', '{"include": ["src", "test"], "strict": true}'),
        ("package.json", '{"files": ["dist", "x"]}', '{"files": ["dist"]}'),
        (
            "pyproject.toml",
            "[tool.setuptools.packages.find]\n",
            '[tool.setuptools.packages.find]\nexclude = ["docs"]\n',
        ),
        ("tsconfig.json", '{"strict": true, "a": 1}', '{\n  "strict": true,\n  "a": 2\n}'),
        ("tsconfig.json", "{{", '{"exclude": []}'),
    ],
)
def test_configuration_that_checks_as_much_is_fine(path: str, before: str, after: str) -> None:
    assert rewritten(path, before, after).judgement is Judgement.ALLOW
