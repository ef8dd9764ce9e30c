"""Whatever a compiler or a repository prints, reading it gives an answer."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from prunella.domain import Diagnostic, Severity
from prunella.toolchain.bench import Bench
from prunella.toolchain.c_fixits import fixits
from prunella.toolchain.c_messages import errors
from prunella.toolchain.python_names import near_names
from prunella.toolchain.python_syntax import compiles, one_mark
from prunella.toolchain.renames import names_in
from prunella.toolchain.rust_messages import messages, offers
from prunella.toolchain.tree import Repair, Tree, joined


class Held:
    """Two files, and nothing else."""

    held: ClassVar = {
        "src/a.rs": b"fn main() {\n    x;\n}\n",
        "a.py": b"import b\nx = b.c(1\n",
        "a.c": b"int main() {}\n",
    }

    def read(self, path: str) -> bytes | None:
        return self.held.get(path)

    def mode(self, path: str) -> int:
        return 0o644

    def paths(self) -> tuple[str, ...]:
        return tuple(self.held)

    def search(self, text: str, **_: Any) -> tuple[()]:
        return ()

    def refusal(self, path: str) -> str:
        return ""


TREE = Tree(cast("Any", Held()))
KEYS = """spans children message level file_name byte_start byte_end line_start column_start code is_primary
suggested_replacement suggestion_applicability label"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 60) | st.sampled_from(["", "src/a.rs", "error", "use `x`", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS.split()),
            inner,
            max_size=8,
        )
    ),
    max_leaves=20,
)
WORDS = st.sampled_from(
    [
        "a.c",
        ":1:2: ",
        "error: ",
        "fix-it:",
        '"a.c":{1:1-1:3}:"x"',
        "'main'",
        "\n",
        "cc -c a.c",
        "make: Entering directory '/x'",
        "undefined reference to `f'",
        "a.o: in function `g':",
        " ",
        "{9:9-9:9}",
        "\\400",
        "name 'x' is not defined",
        "\x00",
    ]
)


@given(st.lists(JSON, max_size=4))
@settings(max_examples=150, deadline=None)
def test_rust_messages(values: list[Any]) -> None:
    lines = [json.dumps({"reason": "compiler-message", "message": value}, separators=(",", ":")) for value in values]
    told = messages("\n".join([*lines, '{"reason":"compiler-message","message":']))
    assert all(isinstance(one.diagnostic("", TREE), Diagnostic) for one in told)
    assert all(isinstance(repair, Repair) for repair in offers(told, "", TREE))


@given(st.lists(WORDS, max_size=14).map("".join))
@settings(max_examples=150, deadline=None)
def test_c_output(text: str) -> None:
    def run(*_: Any, **__: Any) -> Any:
        return SimpleNamespace(text=text, passed=False)

    bench = cast("Bench", SimpleNamespace(root=Path("/nowhere"), environment={"PATH": ""}, run=run))
    found = errors(text, "", TREE)
    assert all(isinstance(repair, Repair) for repair in fixits(found, text, bench, "", TREE))


@given(st.text(max_size=80), st.integers(0, 9), st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_python_errors(message: str, line: int, column: int) -> None:
    for words in (message, f"name '{message}' is not defined", f"No module named '{message}'"):
        error = Diagnostic("a.py", line, column, Severity.ERROR, "", words, "python")
        list(near_names(error, TREE))
        names_in(error, TREE)
        list(one_mark(error, message.encode("utf-8", "replace")))


@given(st.binary(max_size=200))
def test_any_bytes_go_through_lines(content: bytes) -> None:
    files = cast("Any", SimpleNamespace(read=lambda _: content))
    assert joined(Tree(files).lines("x")) == content
    assert compiles(content) in {True, False}
