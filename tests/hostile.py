"""Hostile answers of a model, in every vendor's form."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from prunella.changes import Create, Delete, Edit, Insert, PatchLines, Rename, Replace
from prunella.conversation import Call, EditCall
from prunella.edits import apply_patch, lookups, search_replace, text_editor

TRACKED = (
    "src/a.py",
    "src/b.py",
    "src/deep/er/c.py",
    "README.md",
    "with space/x.py",
    "\xfcn\xef.py",
    "hard.py",
    "aux.c",
)
PIECES = (
    *("..", ".", "", "/", "~", ".git", ".GIT", ".g\u200cit", "git~1", "GIT~1", ".git.", ".git ", ".git::$DATA"),
    *(".gitmodules", "hooks", "config", "HEAD", "src", "SRC", "Src", "a.py", "A.PY", "b.py", "deep", "outside"),
    *("secret.txt", "new.py", "linkdir", "linkfile", "inlink", "up", "loop", "abslink", "dangling", "pipe", "sock"),
    *("nested", "sub", "nested2", "made", "node_modules", "m", ".env", ".ENV", ".npmrc", "id_rsa", ".ssh", "CON"),
    *("nul.txt", "a:b", "C:", "a.", "a ", "...", "\x00", "\n", "\x1b[2J", "\x7f", "\u202egpj.py", "\ufeff", "\u2064"),
    *("\ud800", "\udc80", "e\u0301", "\xe9", "x" * 256, "..\\..", "\\", "%2e%2e", "\u2025", "\uff0e\uff0e"),
    *("..\u2215..", "*", "?", "-rf", ":(glob)*", "$HOME", "`id`", "\xfcn\xef.py"),
)
TEXTS = (
    *("", "x", "x = 1\n", "VALUE = 1\n", "import os\n", "\x00", "a\x00b\n", "\ud800", "\udfff\n", "\u202e\n", "\r\n\r"),
    *("\ufeffx\n", "*** End Patch", "<<<<<<< SEARCH\n", ">>>>>>> REPLACE", "=======", "\x1b]0;x\x07", "x" * 70_000),
    *("x\n" * 3_000, "\U000e0041\n"),
)
OUTSIDE = ("/etc/passwd", "/dev/null", "/proc/self/environ", "/repo/src/a.py", "//etc/passwd", "/repo/../etc/passwd")


class Dice(random.Random):
    """What is thrown to make an answer."""

    def path(self, absolute: str) -> str:
        """A path, hostile more often than not."""
        kind = self.random()
        if kind < 0.12:
            return self.choice(TRACKED)
        if kind < 0.17:
            return self.choice(
                ("/etc/passwd", f"{absolute}/outside/secret.txt", "/dev/null", "/proc/self/environ", "/repo/src/a.py")
            )
        if kind < 0.27:
            prefix = self.choice(("", "src/", "src/deep/", "made/"))
            return f"{prefix}{self.choice(('n', 'm', 'o'))}{self.randrange(4)}.py"
        parts = self.choices(PIECES, k=self.randint(1, 4))
        path = "/".join(parts)
        if kind < 0.5:
            path = f"{self.choice(TRACKED)}/{path}"
        if kind > 0.9:
            path = f"/repo/{path}"
        return path

    def text(self) -> str:
        return "".join(self.choice(TEXTS) for _ in range(self.randint(0, 2)))

    def edit(self, absolute: str) -> Edit:
        """One edit of any kind, told straight or with a text that does not fit."""
        path = self.path(absolute)
        kind = self.randrange(6)
        if kind == 0:
            return Create(path, self.text())
        if kind == 1:
            return Replace(path, self.choice(("VALUE", "VALUE = 1\n", "", self.text())), self.text())
        if kind == 2:
            return Insert(path, self.choice((0, 0, 1, 2, -1, 10**9, -(10**30))), self.text())
        if kind == 3:
            lines = tuple(
                (self.choice(" -+"), self.choice(("VALUE = 1", "x", "", "\x00", "a\nb")))
                for _ in range(self.randint(0, 3))
            )
            return PatchLines(path, lines, self.choice(((), ("VALUE = 1",), ("",))), self.random() < 0.2)
        return Delete(path) if kind == 4 else Rename(path, self.path(absolute))

    def calls(self, absolute: str) -> tuple[Call, ...]:
        """An answer of one to four edits, in the form of a vendor or made by hand."""
        edits = [self.edit(absolute) for _ in range(self.choice((1, 1, 1, 2, 3, 4)))]
        return self.choice(_FORMS)(self, edits)


def _claude(dice: Dice, edits: list[Edit]) -> tuple[Call, ...]:
    told: list[tuple[str, dict[str, object]]] = []
    for edit in edits:
        match edit:
            case Create(path, text):
                told.append((text_editor.EDITOR, {"command": "create", "path": path, "file_text": text}))
            case Replace(path, old, new):
                told.append(
                    (text_editor.EDITOR, {"command": "str_replace", "path": path, "old_str": old, "new_str": new})
                )
            case Insert(path, line, text):
                told.append(
                    (text_editor.EDITOR, {"command": "insert", "path": path, "insert_line": line, "insert_text": text})
                )
            case Delete(path):
                told.append(("delete_file", {"path": path}))
            case Rename(path, to):
                told.append(("rename_file", {"path": path, "new_path": to}))
            case PatchLines(path):
                told.append((text_editor.EDITOR, {"command": dice.choice(("view", "undo_edit", "run")), "path": path}))
    return tuple(text_editor.read_call(f"c{number}", name, given) for number, (name, given) in enumerate(told))


def _operations(dice: Dice, edits: list[Edit]) -> tuple[Call, ...]:
    calls: list[Call] = []
    for number, edit in enumerate(edits):
        try:
            operation: object = apply_patch.render_operation([edit])
        except ValueError:
            operation = {
                "type": dice.choice(("update_file", "create_file", "run")),
                "path": edit.path,
                "diff": dice.text(),
            }
        calls.append(apply_patch.read_operation(f"c{number}", operation))
    return tuple(calls)


def _envelope(dice: Dice, edits: list[Edit]) -> tuple[Call, ...]:
    try:
        text = apply_patch.render_envelope(edits)
    except ValueError:
        text = f"*** Begin Patch\n*** Add File: {edits[0].path}\n+{dice.text()}\n*** End Patch"
    return (apply_patch.read_envelope("c", text),)


def _blocks(dice: Dice, edits: list[Edit]) -> tuple[Call, ...]:
    try:
        text = search_replace.render(edits)
    except ValueError:
        block = f"<<<<<<< SEARCH\n{dice.text()}\n=======\n{dice.text()}\n>>>>>>> REPLACE"
        text = f"{edits[0].path}\n{block}\nDELETE {edits[0].path}\n"
    return search_replace.read_answer(text)


def _questions(dice: Dice, edits: list[Edit]) -> tuple[Call, ...]:
    names = (*lookups.SCHEMAS, "shell", "web_fetch")
    given = [{"path": edit.path, "text": dice.text(), "first_line": dice.choice((0, -5, 10**9))} for edit in edits]
    return tuple(lookups.read_call("c", dice.choice(names), dice.choice((row, json.dumps(row)))) for row in given)


def _raw(_: Dice, edits: list[Edit]) -> tuple[Call, ...]:
    """Edits as no vendor's form lets them through."""
    return (EditCall("c", tuple(edits), ""),)


_FORMS: tuple[Callable[[Dice, list[Edit]], tuple[Call, ...]], ...] = (
    *(_claude, _operations, _envelope, _blocks, _raw, _raw, _questions),
)  # fmt: skip
