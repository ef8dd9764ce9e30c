"""What is read from git's output, and what is kept of permissions, without git."""

from __future__ import annotations

import stat

from hypothesis import given
from hypothesis import strategies as st

from prunella.workspace.git import environment
from prunella.workspace.listing import Entry, parse
from prunella.workspace.plan import index_info
from prunella.workspace.refs import Step, inverse
from prunella.workspace.survey import modes_of, permissions

ID = "9e35a1c81996422d0d7950fd2a1f8af69b3e349a"


def test_a_listing_tells_files_submodules_conflicts_and_what_is_untracked() -> None:
    lines = [
        f"H 100644 {ID} 0\ta b\tc\n.txt",
        f"H 160000 {ID} 0\tlib",
        f"M 100644 {ID} 1\tboth",
        f"M 100644 {ID} 2\tboth",
        f"? 100644 {ID} 0\tnot tracked",
        "? nested/",
        "? \udcff",
    ]
    listing = parse("\0".join([*lines, ""]).encode("utf-8", "surrogateescape"))
    assert listing.entries == {"a b\tc\n.txt": Entry("100644", ID)}
    assert listing.submodules == {"lib"}
    assert listing.unmerged == {"both"}
    assert listing.untracked == (f"100644 {ID} 0\tnot tracked", "\udcff")
    assert listing.nested == {"nested"}
    assert not listing.plain
    assert listing.paths == tuple(sorted(["a b\tc\n.txt", "both", "\udcff", f"100644 {ID} 0\tnot tracked"]))
    assert parse(f"H 100644 {ID} 0\ta\0".encode()).plain
    assert not parse(f"h 100644 {ID} 0\ta\0".encode()).plain


@given(st.dictionaries(st.text(min_size=1), st.sampled_from([0o644, 0o664, 0o600, 0o755, 0o700, 0o555, 0o4755, 0o444])))
def test_permissions_survive_being_written_short(perms: dict[str, int]) -> None:
    modes = {path: stat.S_IFREG | perm for path, perm in perms.items()}
    entries = {path: Entry("100755" if perm & 0o100 else "100644", ID) for path, perm in perms.items()}
    assert modes_of(entries, permissions(modes)) == modes


def test_links_have_no_permissions() -> None:
    modes = {"link": stat.S_IFLNK | 0o777, "file": stat.S_IFREG | 0o600}
    entries = {"link": Entry("120000", ID), "file": Entry("100644", ID)}
    assert modes_of(entries, permissions(modes)) == modes


def test_common_permissions_cost_nothing_in_the_journal() -> None:
    assert permissions({str(number): stat.S_IFREG | 0o664 for number in range(100)})["other"] == {}


def test_the_environment_of_git_keeps_the_users_settings_and_nothing_that_redirects() -> None:
    inherited = {
        "PATH": "/bin",
        "GIT_DIR": "/x",
        "GIT_INDEX_FILE": "/x",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_DATE": "yesterday",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "GIT_TRACE": "1",
        "LC_ALL": "de_DE.UTF-8",
    }
    kept = environment(inherited)
    assert {name for name in kept if name in inherited} == {
        *("PATH", "GIT_AUTHOR_NAME", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0", "LC_ALL")
    }
    assert kept["LC_ALL"] == "C"


def test_index_info_removes_before_it_adds() -> None:
    entries = {"a/b": Entry("100755", ID), "a": None}
    assert index_info(entries, "sha1") == f"0 {'0' * 40}\ta\x00100755 {ID}\ta/b\x00".encode()
    assert index_info({"a": None}, "sha256") == f"0 {'0' * 64}\ta\x00".encode()


commits = st.sampled_from(["1" * 40, "2" * 40])
branches = st.sampled_from(["refs/heads/a", "refs/heads/b"])
steps: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("set"), branches, commits, st.one_of(commits, st.just(""))),
    st.tuples(st.just("switch"), st.just("HEAD"), branches, st.one_of(branches, commits)),
    st.tuples(st.just("detach"), st.just("HEAD"), commits, branches),
    st.tuples(st.just("delete"), branches, st.just(""), commits),
)


@given(st.lists(steps))
def test_taking_back_twice_is_the_same_again(taken: list[Step]) -> None:
    assert inverse(inverse(taken)) == taken
