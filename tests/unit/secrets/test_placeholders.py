"""Edits that quote placeholders, in every form that edits have; and files that no model sees."""

from __future__ import annotations

import pytest

from byte_files import ByteFiles
from planted import GITHUB, STRIPE
from prunella.changes import Create, Delete, Edit, Insert, PatchLines, Rename, Replace
from prunella.conversation import Lookup, LookupKind
from prunella.edits.draft import Draft
from prunella.edits.lookups import answer
from prunella.errors import EditRejected
from prunella.redacted import RedactedFiles
from prunella.secrets.redact import Redactor

BEFORE = f"key = '{GITHUB}'\nurl = 'x'\n"
LINE = "key = '<<secret:github-token:1>>'"


def draft(redactor: Redactor | None = None) -> Draft:
    files = ByteFiles({"a.py": BEFORE.encode(), "b.py": b"other = 1\n", ".env": f"KEY={STRIPE}\n".encode()})
    redactor = redactor or Redactor()
    assert RedactedFiles(files, redactor).read("a.py") == f"{LINE}\nurl = 'x'\n".encode()
    return Draft(files, (), redactor)


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        ([Replace("a.py", f"{LINE}\nurl = 'x'", f"{LINE}\nurl = 'y'")], f"key = '{GITHUB}'\nurl = 'y'\n"),
        ([Replace("a.py", LINE, LINE.replace("key", "token"))], f"token = '{GITHUB}'\nurl = 'x'\n"),
        ([PatchLines("a.py", ((" ", LINE), ("-", "url = 'x'"), ("+", "url = 'y'")))], f"key = '{GITHUB}'\nurl = 'y'\n"),
        ([PatchLines("a.py", (("-", "url = 'x'"), ("+", "url = 'y'")), (LINE,))], f"key = '{GITHUB}'\nurl = 'y'\n"),
        ([Replace("a.py", f"{LINE}\n", ""), Insert("a.py", 1, f"{LINE}\n")], f"url = 'x'\nkey = '{GITHUB}'\n"),
        ([Delete("a.py"), Create("a.py", f"# new\n{LINE}\n")], f"# new\nkey = '{GITHUB}'\n"),
    ],
)
def test_a_secret_is_put_back_where_an_edit_quotes_it(edits: list[Edit], after: str) -> None:
    made = draft()
    made.apply_all(edits)
    assert made.read("a.py") == after.encode()


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([Create("leak.py", f"{LINE}\n")], "has no such text"),
        ([Replace("b.py", "other = 1", LINE)], "has no such text"),
        ([Insert("b.py", 0, f"{LINE}\n")], "has no such text"),
        ([PatchLines("b.py", (("-", "other = 1"), ("+", LINE)))], "has no such text"),
        ([Insert("a.py", 2, f"{LINE.replace('key =', 'print')}\n")], "once more than before"),
        ([Rename("a.py", "c.py"), Create("a.py", f"{LINE}\n")], "has no such text"),
        ([Delete("a.py"), Create("a.py", f"{LINE}\n{LINE}\n")], "once more than before"),
    ],
)
def test_a_secret_goes_nowhere_else(edits: list[Edit], why: str) -> None:
    made = draft()
    with pytest.raises(EditRejected, match=f"github-token:1>> stands for a secret, and .* {why}"):
        made.apply_all(edits)
    assert made.edited == ()


def test_no_file_gets_its_name_from_a_secret() -> None:
    made = draft()
    made.apply(Rename("b.py", "<<secret:github-token:1>>.py"))
    assert made.edited == ("<<secret:github-token:1>>.py", "b.py")


def test_a_placeholder_that_nobody_gave_out_stays_and_is_told() -> None:
    made = draft()
    said = made.apply(Replace("b.py", "1", "'<<secret:github-token:9>>'"))
    assert "<<secret:github-token:9>> is no placeholder of this task" in said
    assert made.read("b.py") == b"other = '<<secret:github-token:9>>'\n"


def test_the_nearest_lines_of_an_edit_that_does_not_fit_have_no_secret() -> None:
    redactor = Redactor()
    with pytest.raises(EditRejected) as rejected:
        draft(redactor).apply(Replace("a.py", f"{LINE}\nurl = 'z'", "x"))
    assert LINE in redactor.text(rejected.value.message)
    assert GITHUB not in redactor.text(rejected.value.message)


def test_files_that_hold_secrets_are_neither_shown_nor_edited() -> None:
    made, redactor = draft(), Redactor()
    files = RedactedFiles(ByteFiles({".env": f"KEY={STRIPE}\n".encode()}), redactor)
    assert files.read(".env") is None
    assert files.search("KEY") == ()
    seen = answer(Lookup("1", LookupKind.VIEW, ".env"), made, files)
    assert not seen.ok
    assert "may hold secrets, so it is not shown: files named like .env are kept from models" in seen.text
    for edit in (Replace(".env", "KEY", "K"), Create("prod.env", "x"), Rename("b.py", "x.pem"), Delete(".env")):
        with pytest.raises(EditRejected, match="may not be edited"):
            made.apply(edit)


def test_a_model_that_was_told_so_may_do_without_the_file_it_may_not_edit() -> None:
    made = draft()
    with pytest.raises(EditRejected, match="may not be edited"):
        made.apply(Replace(".env", "KEY", "K"))
    made.told()
    made.apply(Replace("b.py", "1", "2"))
    assert made.unresolved() == ()


def test_a_view_and_a_search_show_placeholders() -> None:
    redactor = Redactor()
    made = draft(redactor)
    files = RedactedFiles(ByteFiles({"a.py": BEFORE.encode()}), redactor)
    assert f"1\t{LINE}\n" in answer(Lookup("1", LookupKind.VIEW, "a.py"), made, files).text
    assert answer(Lookup("1", LookupKind.SEARCH, text="key"), made, files).text == f"a.py:1\t{LINE}"
    assert answer(Lookup("1", LookupKind.SEARCH, text="secret:github-token:1>>"), made, files).ok
    made.apply(Replace("a.py", "'x'", "'y'"))
    assert answer(Lookup("1", LookupKind.SEARCH, text="key"), made, files).text == f"a.py:1\t{LINE}"
