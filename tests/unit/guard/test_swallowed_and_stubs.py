"""Errors forgotten, bodies that do nothing, answers for one input; and honest repairs that look like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import task
from guarded import rewritten
from prunella.changes import FileChange, Fix, Judgement
from prunella.guard.cheating import INFOS, cheating
from prunella.guard.touched import touched
from prunella.guard.view import View

PY = "def load(path):\n    data = read(path)\n    checked = check(data)\n    return parse(checked)\n"
TS = (
    "export function load(path: string) {\n  const data = read(path)\n  const ok = check(data)\n  return parse(ok)\n}\n"
)
GO = (
    "func load(p string) error {\n\tdata, err := read(p)\n\tif err != nil {\n"
    "\t\treturn err\n\t}\n\treturn parse(data)\n}\n"
)
RUST = "fn load(p: &str) -> Result<Data, E> {\n    let data = read(p)?;\n    let ok = check(data)?;\n    parse(ok)\n}\n"
FILES = {"a.py": PY, "a.ts": TS, "a.go": GO, "a.rs": RUST}
BODY = TS[TS.index("  const") : TS.index("}\n")]


@pytest.mark.parametrize(
    ("path", "old", "new", "rule"),
    [
        (
            "a.py",
            "    data = read(path)\n",
            "    try:\n        data = read(path)\n    except Exception:\n        pass\n",
            "error-swallowed",
        ),
        (
            "a.py",
            "    data = read(path)\n",
            "    with suppress(Exception):\n        data = read(path)\n",
            "error-swallowed",
        ),
        (
            "a.ts",
            "  const data = read(path)\n",
            "  let data\n  try {\n    data = read(path)\n  } catch {}\n",
            "error-swallowed",
        ),
        ("a.ts", "read(path)", "read(path).catch(() => {})", "error-swallowed"),
        ("a.go", "data, err := read(p)", "data, _ := read(p)", "error-ignored"),
        ("a.go", "\t\treturn err\n", "\t\treturn nil\n", "error-ignored"),
        ("a.rs", "read(p)?", "read(p).unwrap_or_default()", "error-ignored"),
        ("a.rs", "    let ok = check(data)?;", "    let _ = check(data);", "error-ignored"),
        ("a.py", PY[PY.index("    data") :], "    raise NotImplementedError\n", "stub"),
        ("a.ts", BODY, "  throw new Error('Not implemented')\n", "stub"),
        ("a.ts", BODY, "  return null\n", "body-emptied"),
        ("a.py", PY[PY.index("    data") :], "    ...\n", "body-emptied"),
        ("a.rs", "    let data = read(p)?;", "    todo!();\n    let data = read(p)?;", "stub"),
        ("a.ts", "  const data", "  if (path === 'hero.json') return 'Hero of Kvatch'\n  const data", "special-case"),
        (
            "a.py",
            "    data =",
            "    known = {'hero': 'Kvatch', 'b': 'c'}\n    if path in known:\n        return known[path]\n    data =",
            "special-case",
        ),
        ("a.ts", "  const data", "  if (process.env.NODE_ENV === 'test') return\n  const data", "test-detected"),
        ("a.py", "    data =", "    if 'pytest' in sys.modules:\n        return None\n    data =", "test-detected"),
        ("a.go", "\tdata,", "\tif testing.Testing() {\n\t\treturn nil\n\t}\n\tdata,", "test-detected"),
        ("a.py", "    checked = check(data)\n", "    # checked = check(data)\n", "code-commented-out"),
        ("a.ts", "  const ok = check(data)\n", "  /*\n  const ok = check(data)\n  */\n", "code-commented-out"),
        ("a.ts", "  const ok", "  return data\n  const ok", "code-dead"),
        ("a.py", "    checked =", "    if False:\n        checked =", "code-dead"),
        ("a.ts", TS, "export {}\n", "file-emptied"),
    ],
)
def test_code_that_only_looks_repaired_is_suspicious(path: str, old: str, new: str, rule: str) -> None:
    assert old in FILES[path]
    before = FILES[path] + ("export const a = 1\nexport const b = 2\n" if rule == "file-emptied" else "")
    after = new if rule == "file-emptied" else before.replace(old, new, 1)
    verdict = rewritten(path, before, after)
    assert rule in {finding.rule for finding in verdict.findings}, verdict
    assert verdict.judgement is Judgement.SUSPICIOUS


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (
            "a.py",
            "    data = read(path)\n",
            (
                "    try:\n        data = read(path)\n    except KeyError as error:\n"
                "        raise LoadError(path) from error\n"
            ),
        ),
        ("a.py", PY[PY.index("    data") :], "    return Loader(path).load()\n"),
        ("a.py", "    checked = check(data)\n", ""),
        ("a.ts", "  const data", "  if (path === '') return null\n  const data"),
        ("a.ts", "  const data", "  if (!path) {\n    return null\n  }\n  const data"),
        ("a.ts", "  const data", "  // the path may be relative: see read(path)\n  const data"),
        ("a.ts", "  const data", "  if (path === undefined) throw new Error('no path')\n  const data"),
        ("a.go", "\t\treturn err\n", '\t\treturn fmt.Errorf("load: %w", err)\n'),
        ("a.rs", "read(p)?", "read(p).map_err(E::from)?"),
    ],
)
def test_honest_repairs_are_allowed(path: str, old: str, new: str) -> None:
    assert old in FILES[path]
    verdict = rewritten(path, FILES[path], FILES[path].replace(old, new, 1))
    assert verdict.judgement is Judgement.ALLOW, verdict


def test_names_of_rules_are_told_once() -> None:
    assert len({info.name for info in INFOS}) == len(INFOS)


ODD = st.text(st.sampled_from("ab \n\t(){}[]\"'`#/*=:;,.!_0\\"), max_size=120) | st.binary(max_size=60).map(
    lambda data: data.decode("latin-1")
)
NAMES = st.sampled_from(
    ["a.ts", "test_a.py", "a.rs", "a_test.go", "ATest.java", "tests/a.c", "a.rb", "x/a.snap", "a.swift"]
)


@given(st.dictionaries(NAMES, st.tuples(ODD | st.none(), ODD | st.none()), max_size=3), st.booleans())
def test_nothing_makes_the_rules_fail(files: dict[str, tuple[str | None, str | None]], known: bool) -> None:
    from prunella.guard.view import Failing

    def data(text: str | None) -> bytes | None:
        return None if text is None else text.encode()

    changes = tuple(FileChange(path, data(old), data(new)) for path, (old, new) in files.items())
    cheating(View(touched(Fix(changes, "")), task(), Failing(known, frozenset(files), "expected 3")))


@pytest.mark.parametrize(
    "piece", ["/*", '"""', "(", "try {\n", "@Test\n", "if (x == 1\n", "assert a == ", "`", "#[test]\n", "'", "a, "]
)
@pytest.mark.parametrize("path", ["tests/a.py", "tests/a.rs", "src/ATest.java", "a.test.ts"])
def test_a_hostile_file_takes_no_longer_than_its_length(piece: str, path: str) -> None:
    text = piece * (60_000 // len(piece))
    change = FileChange(path, b"x = 1\n", text.encode())
    cheating(View(touched(Fix((change,), "")), task()))
