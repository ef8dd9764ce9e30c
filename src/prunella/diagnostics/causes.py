"""Root causes before followers: one missing export and its fifty users are one problem, not fifty-one.

Precision goes before completeness: an error follows another only where the messages themselves tie them together (they
miss the same thing from the same place), or where a tool is known to stumble on (after a syntax error, over an import
that was not resolved, a command that merely says that another one failed). An error never follows a milder one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from prunella.diagnostics.classify import classify
from prunella.diagnostics.missing import Missing, missing, plain, stem
from prunella.domain import Diagnostic, ErrorClass, Severity

NEAR = 10
"""Lines within which one syntax error is taken for the echo of another."""
_RANK = {severity: rank for rank, severity in enumerate(Severity)}
# What parsers say once they have lost their way, however far on.
_LOST = (
    r"Declaration or statement expected|'\}' expected|class, interface, (?:enum|record|or)|reached end of file"
    r"|non-declaration statement outside function|(?:at|before) end of (?:input|file)|unexpected (?:end of file|EOF)"
    r"|[Uu]nterminated|unclosed delimiter|unexpected closing|mismatched closing|Unexpected EOF"
)
_NATIVE = r"\.(?:c|h|cc|hh|cpp|hpp|cxx|hxx|c\+\+|m|mm|ipp|inl|cu)$"
_NATIVE_NEAR = 2
_BEFORE = r"before '([A-Za-z_]\w{0,200})'"
_UNREADABLE = (
    r"expected (?:';'|primary-expression|'\)'|initializer|unqualified-id|constructor).{0,60} before '?[A-Za-z_>]"
)
_UNKNOWN_NAME = r"was not declared in|is not a member of|does not name a|nknown type name|has not been declared"
# Said by a runner, about an error that somebody else has told.
_RUNNER = (
    r"(?:\w{1,20} ?ERR! )?(?:Lifecycle script|ELIFECYCLE|Command failed|Failed at the |command finished with error"
    r"|command \(?\S{0,300}\)? ?exited|Exit status [0-9]|(?:The )?[Pp]rocess .{0,300}(?:exit code|not complete)"
    r"|aborting due to|could not compile|Some errors have detailed|test failed, to rerun|[0-9]+ targets? failed"
    r"|ld returned [0-9]|linker command failed|linking with .{1,100} failed|too many errors|build stopped"
    r"|BUILD FAILED|[Bb]uild failed|Failed to execute goal|Execution failed for task|Compilation failed"
    r"|There (?:are|were) (?:test )?failures|There were failing tests|failed to solve"
    r"|.{0,2000}exited with (?:code|error)|.{0,300}exit(?:ed with)? (?:code|status):? ?[0-9]+\.?$"
    r"|\*{3} .{0,300}(?:Error|Killed)|\[?\S{0,300}\]? Error [0-9]+$|[0-9]+ errors? (?:generated|found|in )"
    r"|Found [0-9]+ errors?|running \S{1,100} failed|script '.{0,200}' (?:failed|exited)|subcommand .{0,100}failed)"
)
_RUNNER_CODES = r"(?:ELIFECYCLE|MSB3073|MSB3721|MSB4181|MSB6006|BUILD_FAILED|ERR_PNPM_RECURSIVE_RUN_FIRST_FAIL)$"
# What has no type because an import was not resolved.
_ANY = r"(?:TS7006|TS7031|TS7005|TS7034|TS7018|TS7019|TS18046|TS2571|E0282|E0283)$"
_UNTYPED = (
    r"Type of (?:parameter )?'.{1,300}' is (?:partially )?unknown"
    r"|(?:Argument|Return) type.{0,60} is (?:partially )?unknown"
    r"|Unsafe .{0,200}\berror'?\)? typed? |Unsafe .{0,80}\b(?:an? )?'?error'? type"
)
_OVERRIDES_NOTHING = "does not override or implement a method from a supertype"
_ABSTRACT = "is not abstract and does not override abstract method"
_NOT_IN_TRAIT, _MISSES_IN_TRAIT = "E0407", "E0046"
_IMPORT_KINDS = frozenset({"module", "package", "export", "generated", "header"})
_WHOLE = frozenset({"module", "package", "generated"})
_JSX = r"(?:react|preact|solid-js)(?:/|$)"
_DECLARED = r"\b(?:declared|defined|comes from|provided|required|from trait)\b"


def roots(diagnostics: Sequence[Diagnostic]) -> tuple[int, ...]:
    """For each diagnostic the index of its root cause; its own index = it is a root itself.

    Args:
        diagnostics: of one verification or log, in the order in which they were read.
    """
    return _Grouping(diagnostics).roots()


def leading(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Only the roots, in their order."""
    return tuple(diagnostics[index] for index, root in enumerate(roots(diagnostics)) if index == root)


def is_runner(diagnostic: Diagnostic) -> bool:
    """Whether it only says that a command failed, which is no error of its own."""
    if diagnostic.line:
        return False
    said = plain(diagnostic.message).strip()
    return bool(re.match(_RUNNER_CODES, diagnostic.code) or re.match(_RUNNER, said, re.DOTALL))


class _Grouping:
    """Each rule ties followers to a root; a tie never makes an error follow a milder one, nor a circle."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self._all = diagnostics
        self._root = list(range(len(diagnostics)))
        self._missing = [missing(diagnostic) for diagnostic in diagnostics]

    def roots(self) -> tuple[int, ...]:
        by_file: dict[str, list[int]] = defaultdict(list)
        for index, diagnostic in enumerate(self._all):
            if diagnostic.file:
                by_file[diagnostic.file].append(index)
        self._alike()
        self._passed_on()
        for indices in by_file.values():
            if len(indices) > 1:
                self._in_file(sorted(indices, key=lambda index: (self._all[index].line, index)))
        self._runners()
        return tuple(self._top(index) for index in range(len(self._root)))

    def _top(self, index: int) -> int:
        while self._root[index] != index:
            index = self._root[index]
        return index

    def _tie(self, follower: int, root: int) -> None:
        root = self._top(root)
        free = self._root[follower] == follower and root != follower
        if free and _RANK[self._all[root].severity] <= _RANK[self._all[follower].severity]:
            self._root[follower] = root

    def _alike(self) -> None:
        """The same thing missing, or the same words at the same place (each test that meets it reports it)."""
        groups: dict[object, list[int]] = defaultdict(list)
        for index, (diagnostic, lacks) in enumerate(zip(self._all, self._missing, strict=True)):
            if lacks:
                groups[lacks].append(index)
            said = _said(diagnostic)
            if diagnostic.file and diagnostic.line:
                groups[diagnostic.file, diagnostic.line, diagnostic.code, said].append(index)
            groups_of = _declared(diagnostic)
            if groups_of:
                groups[diagnostic.code, said, groups_of].append(index)
        for indices in groups.values():
            root = min(indices, key=lambda index: (_RANK[self._all[index].severity], index))
            for index in indices:
                self._tie(index, root)

    def _passed_on(self) -> None:
        """A package that is not there lacks all its parts; a barrel that cannot export a name cannot pass it on."""
        modules: dict[str, int] = {}
        exports: dict[tuple[str, str], int] = {}
        for index, lacks in enumerate(self._missing):
            if lacks and lacks.kind == "module":
                modules.setdefault(lacks.name, index)
            elif lacks and lacks.kind == "export":
                exports.setdefault((lacks.name, stem(self._all[index].file)), index)
        jsx = next((index for name, index in modules.items() if re.match(_JSX, name)), None)
        for index, lacks in enumerate(self._missing):
            if lacks is None:
                continue
            if lacks.kind == "module":
                sources = [modules.get(package) for package in _packages(lacks.name)]
            elif lacks.kind == "export":
                sources = [exports.get((lacks.name, module)) for module in (lacks.where, lacks.where.replace(".", "/"))]
            else:
                sources = [jsx] if lacks.kind == "jsx" else []
            for source in sources:
                if source is not None:
                    self._tie(index, source)

    def _in_file(self, indices: list[int]) -> None:
        self._after_syntax(indices)
        imports = [index for index in indices if self._is_import(index)]
        first = next((index for index in imports if self._kind(index) in _WHOLE), imports[0] if imports else None)
        renamed = {self._all[index].line: index for index in indices if self._all[index].code == _NOT_IN_TRAIT}
        base = next((index for index in indices if _ABSTRACT in self._all[index].message), None)
        types = {self._missing[index] for index in indices if self._kind(index) == "type"}
        packages = [index for index in indices if self._kind(index) == "package"]
        explained = len(types) <= len(packages)  # else one of the types may be missing for a reason of its own
        for index in indices:
            diagnostic, root = self._all[index], None
            if diagnostic.code == _MISSES_IN_TRAIT:
                root = renamed.get(diagnostic.line)
            elif _OVERRIDES_NOTHING in diagnostic.message:
                root = first if base is None else base
            elif first is not None and (diagnostic.line, index) > (self._all[first].line, first):
                untyped = re.match(_ANY, diagnostic.code) or re.match(_UNTYPED, plain(diagnostic.message))
                root = first if explained and self._missing[index] in types else None
                root = self._untyped_by(index, indices, first) if untyped else root
            if root is not None:
                self._tie(index, root)

    def _untyped_by(self, index: int, indices: list[int], first: int) -> int | None:
        """Which of the file's errors took the type away: one in the same line, or of the same name. A parameter's type
        may come from any import: the first."""
        mine = plain(self._all[index].message)
        others = [other for other in indices if other != index and self._missing[other]]
        near = (other for other in others if self._all[other].line == self._all[index].line)
        named = (other for other in others if f"'{(self._missing[other] or Missing('', '')).name}'" in mine)
        return next(near, next(named, first if re.match(_ANY, self._all[index].code) else None))

    def _after_syntax(self, indices: list[int]) -> None:
        """Parsers stumble on after the first syntax error; C compilers also lose the names that it declared."""
        last: int | None = None
        lost_names: dict[str, int] = {}
        for index in indices:
            diagnostic = self._all[index]
            if diagnostic.severity is not Severity.ERROR:
                continue
            said = plain(diagnostic.message)
            native = bool(re.search(_NATIVE, diagnostic.file))
            gap = diagnostic.line - self._all[last].line if last is not None else 0
            lacks = self._missing[index]
            if classify(diagnostic) is ErrorClass.SYNTAX:
                if last is not None and diagnostic.source == self._all[last].source:
                    if gap <= NEAR or re.search(_LOST, said):
                        self._tie(index, last)
                elif last is None and native and re.match(_UNREADABLE, said):
                    self._tie_same_line(index, indices)
                last = index
                lost_names.update((name, index) for name in re.findall(_BEFORE, said) if native)
            elif native and last is not None and lacks and lacks.kind in {"name", "type"}:
                if lacks.name in lost_names:
                    self._tie(index, lost_names[lacks.name])
                elif gap <= _NATIVE_NEAR:
                    self._tie(index, last)

    def _tie_same_line(self, index: int, indices: Iterable[int]) -> None:
        """In C a name that is not known makes what comes after it on its line unreadable."""
        for other in indices:
            unknown = re.search(_UNKNOWN_NAME, self._all[other].message)
            if other < index and self._all[other].line == self._all[index].line and unknown:
                self._tie(index, other)

    def _runners(self) -> None:
        """npm, make, maven and their like say that a command failed; what it failed of stands before."""
        real = [index for index in range(len(self._all)) if not is_runner(self._all[index])]
        if not real:
            real = [0] if self._all else []
        errors = [index for index in real if self._all[index].severity is Severity.ERROR]
        for index in range(len(self._all)):
            if errors and is_runner(self._all[index]):
                place = self._all[index].read_from
                before = [other for other in errors if _stands_before(self._all[other], place)] if place else []
                self._tie(index, before[-1] if before else errors[0])

    def _is_import(self, index: int) -> bool:
        return self._kind(index) in _IMPORT_KINDS and self._all[index].severity is Severity.ERROR

    def _kind(self, index: int) -> str:
        lacks: Missing | None = self._missing[index]
        return lacks.kind if lacks else ""


def _stands_before(diagnostic: Diagnostic, line: int) -> bool:
    return 0 < diagnostic.read_from <= line


def _declared(diagnostic: Diagnostic) -> tuple[str, int] | None:
    """The declaration that the tool points at: the same complaint about the same one has one cause."""
    for place in diagnostic.related:
        if (
            place.file
            and place.line
            and re.search(r"\b(?:declared|defined|comes from|provided|required)\b", place.message)
        ):
            return place.file, place.line
    return None


def _said(diagnostic: Diagnostic) -> str:
    """Its words without the name of the test that met it."""
    said = " ".join(plain(diagnostic.message).split())
    if not diagnostic.code or not diagnostic.code.isidentifier():
        return said
    _, found, rest = said[:300].partition(f"{diagnostic.code}: ")
    return rest + said[300:] if found else said


def _packages(module: str) -> Iterable[str]:
    """What a module is in, the outermost first: ``a`` and ``a.b`` for ``a.b.c``, ``@s/p`` for ``@s/p/x``."""
    parts = module.split("/")
    if "/" in module and not module.startswith("."):
        first = 2 if module.startswith("@") else 1
        yield from ("/".join(parts[:count]) for count in range(first, len(parts)))
    elif "." in module.strip("."):
        names = module.split(".")
        yield from (".".join(names[:count]) for count in range(1, len(names)))
    elif "::" in module:
        names = module.split("::")
        yield from ("::".join(names[:count]) for count in range(1, len(names)))
