"""TypeScript (and type-checked JavaScript): packages whose published archive has sources and runnable tests, and
breakages of them by seeded mutation."""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.breakages import Case, Package
from real.fetch import npm_package

Sources = dict[str, str]
Made = dict[str, str | None]


class Mutation(NamedTuple):
    """``make`` gives all ways of breaking the sources so, in order; ``share`` of them are taken from each package."""

    kind: str
    make: Callable[[Sources], Iterator[Made]]
    share: int
    mechanical: bool = True


_IMPORT = re.compile(r"^import [^;\n]*? from ([\"'])(?P<path>[^\"'\n]+)\1;?\n", re.MULTILINE)
_EXPORTED = re.compile(
    r"^export (?=(?:async )?(?:declare )?(?:abstract )?(?:function\*?|class|const|interface|type|enum) (?P<name>\w+))",
    re.MULTILINE,
)
_DEFINED = re.compile(
    r"^export (?:async )?(?:abstract )?(?P<what>function|class|const|interface|type|enum) (?P<name>\w{4,})",
    re.MULTILINE,
)
_MEMBER = re.compile(r"^  +(?:(?:public|protected|readonly|static) )*(?P<name>[a-z]\w{4,})(?:\??: |\()", re.MULTILINE)
_CALL = re.compile(r"(?<![\w.])(?P<name>[a-z]\w+)\((?P<first>[\w.]+), (?P<second>[\w.]+)\)")
_INVENTED = ("resolveAll", "asEntries", "innerValue", "normalizeInput")


def _removed_import(sources: Sources) -> Iterator[Made]:
    for path, text in sources.items():
        for found in _IMPORT.finditer(text):
            if found["path"].startswith("."):
                yield {path: text[: found.start()] + text[found.end() :]}


def _users(sources: Sources, name: str, path: str) -> list[str]:
    return [other for other, text in sources.items() if other != path and re.search(rf"\b{name}\b", text)]


def _removed_export(sources: Sources) -> Iterator[Made]:
    for path, text in sources.items():
        for found in _EXPORTED.finditer(text):
            if _users(sources, found["name"], path):
                yield {path: text[: found.start()] + text[found.end() :]}


def _misspelt(name: str) -> str:
    middle = len(name) // 2
    return name[:middle] + name[middle + 1] + name[middle] + name[middle + 2 :]


def _typo_in_use(sources: Sources) -> Iterator[Made]:
    names = {found["name"] for text in sources.values() for found in _DEFINED.finditer(text)}
    names |= {found["name"] for text in sources.values() for found in _MEMBER.finditer(text)}
    for path, text in sources.items():
        for found in re.finditer(r"(?<=[.( ])(?P<name>[a-zA-Z]\w{5,})(?=[(.])", text):
            line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
            wrong = _misspelt(found["name"])
            declares = re.search(r"(?:function|class|import|//|\*|[\"'`]).*$", line)
            if found["name"] in names and wrong != found["name"] and not declares:
                yield {path: text[: found.start()] + wrong + text[found.end() :]}


def _wrong_path(sources: Sources) -> Iterator[Made]:
    for path, text in sources.items():
        for found in _IMPORT.finditer(text):
            named = found["path"]
            if not named.startswith("."):
                continue
            folder, _, name = named.rpartition("/")
            other = f"./{name}" if folder != "." else f"../{name}" if zlib.crc32(name.encode()) % 2 else f"./lib/{name}"
            if other == named:
                continue
            yield {path: text[: found.start("path")] + other + text[found.end("path") :]}


def _moved_file(sources: Sources) -> Iterator[Made]:
    for path, text in sources.items():
        folder, _, name = path.rpartition("/")
        stem = name.partition(".")[0]
        if stem != "index" and any(
            re.search(rf"/{re.escape(stem)}(?:\.\w+)?[\"']", other) for other in sources.values()
        ):
            yield {path: None, f"{folder}/internal/{name}": text}


def _renamed(sources: Sources, whats: tuple[str, ...]) -> Iterator[Made]:
    for path, text in sources.items():
        for found in _DEFINED.finditer(text):
            name = found["name"]
            users = _users(sources, name, path)
            if found["what"] not in whats or not users:
                continue
            new = f"{name}Of" if name[0].islower() else f"{name}Shape"
            made: Made = {path: re.sub(rf"(?<![\w\"'./-]){name}(?![\w\"'/-])", new, text)}
            yield made


def _renamed_function(sources: Sources) -> Iterator[Made]:
    yield from _renamed(sources, ("function", "const"))


def _renamed_type(sources: Sources) -> Iterator[Made]:
    yield from _renamed(sources, ("class", "interface", "type", "enum"))


def _renamed_member(sources: Sources) -> Iterator[Made]:
    whole = "\n".join(sources.values())
    for path, text in sources.items():
        for found in _MEMBER.finditer(text):
            name = found["name"]
            uses = len(re.findall(rf"\.{name}\b", whole))
            if 1 <= uses <= 8 and len(re.findall(rf"^  +(?:\w+ )*{name}(?:\??: |\()", whole, re.MULTILINE)) == 1:
                new = f"{name}Now"
                yield {path: text[: found.start("name")] + new + text[found.end("name") :]}


def _without(word: str, where: str) -> Callable[[Sources], Iterator[Made]]:
    def make(sources: Sources) -> Iterator[Made]:
        for path, text in sources.items():
            for found in re.finditer(where, text, re.MULTILINE):
                at = text.index(word, found.start())
                yield {path: text[:at] + text[at + len(word) :]}

    return make


def _syntax(sources: Sources) -> Iterator[Made]:
    for path, text in sources.items():
        for found in re.finditer(
            r"(?<=\w)\)(?=;?$)|(?<=\w),(?= \w)|(?<=\w)\](?=[;,]?$)|^ +\}$| \{$", text, re.MULTILINE
        ):
            line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()].lstrip()
            if not line.startswith(("//", "*", "/*")):
                lost = found[0].strip()
                at = text.index(lost, found.start())
                yield {path: text[:at] + text[at + len(lost) :]}


def _hallucinated(sources: Sources) -> Iterator[Made]:
    for path, text in sources.items():
        for number, found in enumerate(re.finditer(r"(?<=\w)\.(?P<name>[a-z]\w{3,})\(", text)):
            start, end = found.span("name")
            yield {path: text[:start] + _INVENTED[number % len(_INVENTED)] + text[end:]}


def _argument_count(sources: Sources) -> Iterator[Made]:
    names = {found["name"] for text in sources.values() for found in _DEFINED.finditer(text)}
    for path, text in sources.items():
        for found in _CALL.finditer(text):
            before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
            if found["name"] in names and "function" not in before:
                yield {path: text[: found.start()] + f"{found['name']}({found['first']})" + text[found.end() :]}


def _deleted_file(sources: Sources) -> Iterator[Made]:
    for made in _moved_file(sources):
        yield {path: None for path, text in made.items() if text is None}


def _missing_property(sources: Sources) -> Iterator[Made]:
    for path, text in sources.items():
        for found in re.finditer(r"(?<=\{\n) +(?P<name>[a-z]\w+): [\w.\"']+,\n(?= +\w+: )", text):
            yield {path: text[: found.start()] + text[found.end() :]}


def _wrong_type(sources: Sources) -> Iterator[Made]:
    for path, text in sources.items():
        for found in re.finditer(r"return (?P<value>true|false|[0-9]+);?$", text, re.MULTILINE):
            yield {path: text[: found.start("value")] + f'"{found["value"]}"' + text[found.end("value") :]}


MUTATIONS = (
    Mutation("removed import", _removed_import, 2),
    Mutation("removed export", _removed_export, 2),
    Mutation("typo in use", _typo_in_use, 2),
    Mutation("wrong path", _wrong_path, 2),
    Mutation("moved file, users left behind", _moved_file, 2),
    Mutation("renamed function, users left behind", _renamed_function, 2),
    Mutation("renamed type, users left behind", _renamed_type, 1),
    Mutation("renamed member, users left behind", _renamed_member, 1),
    Mutation("missing await", _without("await ", r"(?:= |return |\()await "), 2),
    Mutation("missing async", _without("async ", r"(?:^export |^ +|\()async (?:function|\w+ ?\()"), 2),
    Mutation("dropped type", _without("type ", r"^import type (?:\{|\w+ from)|^import \{ type"), 1),
    Mutation("syntax", _syntax, 2),
    Mutation("hallucinated member", _hallucinated, 2, mechanical=False),
    Mutation("wrong argument count", _argument_count, 2, mechanical=False),
    Mutation("deleted file", _deleted_file, 2, mechanical=False),
    Mutation("missing property", _missing_property, 2, mechanical=False),
    Mutation("wrong type", _wrong_type, 2, mechanical=False),
)


def _breaks(pattern: str, without: str, seed: int) -> Callable[[Path], Iterable[Case]]:
    """Breakages of the files that match ``pattern`` and not the expression ``without``. Two of three are committed."""

    def breaks(folder: Path) -> Iterable[Case]:
        sources = {
            str(path.relative_to(folder)): path.read_text()
            for path in sorted(folder.glob(pattern))
            if not re.search(without, str(path.relative_to(folder)))
        }
        number = 0
        for mutation in MUTATIONS:
            drawn = random.Random(f"{seed} {mutation.kind}")
            made = list(mutation.make(sources))
            for files in drawn.sample(made, min(mutation.share, len(made))):
                number += 1
                yield Case(mutation.kind, files, committed=number % 3 != 0, mechanical=mutation.mechanical)

    return breaks


_OPTIONS = {
    "strict": True,
    "noEmit": True,
    "target": "ES2022",
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "lib": ["ES2022", "DOM"],
    "types": ["node"],
    "skipLibCheck": True,
}


_ZOD_TESTS = "npx vitest run --no-isolate --pool=threads --poolOptions.threads.singleThread"


def _configured(folder: Path, options: dict[str, object], exclude: tuple[str, ...], *include: str) -> None:
    """The archives leave the configuration of their repositories out."""
    settings = {"compilerOptions": {**_OPTIONS, **options}, "include": include or ["src"], "exclude": list(exclude)}
    (folder / "tsconfig.json").write_text(json.dumps(settings, indent=2) + "\n")


def _zod(*include: str) -> Callable[[Path], None]:
    def fetch(folder: Path) -> None:
        npm_package(folder, "zod@4.6.7", "vitest@3.2.7", "typescript@5.9.3", "@types/node@20.19.0")
        options: dict[str, object] = {"rewriteRelativeImportExtensions": True, "verbatimModuleSyntax": True}
        _configured(folder, options, ("src/**/tests", "src/**/benchmarks"), *include)
        # The tests import the package by name: here that is its sources, as in its own repository.
        (folder / "vitest.config.ts").write_text(
            'import { defineConfig } from "vitest/config";\n\n'
            "const of = (path: string) => new URL(path, import.meta.url).pathname;\n\n"
            "export default defineConfig({\n"
            "  resolve: {\n"
            "    alias: [\n"
            '      { find: /^zod\\/(.*)$/, replacement: of("./src/") + "$1" },\n'
            '      { find: /^zod$/, replacement: of("./src/index.ts") },\n'
            "    ],\n"
            "  },\n"
            "});\n"
        )

    return fetch


def _css_what(folder: Path) -> None:
    npm_package(folder, "css-what@8.0.0", "vitest@3.2.7", "typescript@5.9.3", "@types/node@20.19.0")
    _configured(folder, {"noUnusedLocals": True, "verbatimModuleSyntax": True}, ("src/**/*.spec.ts",))


def _cborg(folder: Path) -> None:
    tools = ("mocha@11.7.0", "chai@6.2.2", "@types/mocha@10.0.10", "@types/chai@5.2.3", "@types/node@20.19.0")
    npm_package(folder, "cborg@6.1.5", "typescript@5.9.3", "ipld-garbage@5.0.0", *tools)


PACKAGES = (
    Package(
        "zod 4.6.7 (v3)",
        "typescript",
        _zod("src/v3"),
        "npx tsc -p tsconfig.json",
        f"{_ZOD_TESTS} src/v3",
        _breaks("src/v3/**/*.ts", r"tests/|benchmarks", 1),
    ),
    Package(
        "zod 4.6.7 (v4)",
        "typescript",
        _zod("src/v4/core", "src/v4/classic", "src/v4/mini"),
        "npx tsc -p tsconfig.json",
        f"{_ZOD_TESTS} src/v4/core src/v4/mini --exclude '**/{{error,functions,compile-off-by-default}}.test.ts'",
        _breaks("src/v4/c*/**/*.ts", r"tests/|benchmarks|/compile\.ts", 4),
    ),
    Package(
        "css-what 8.0.0",
        "typescript",
        _css_what,
        "npx tsc -p tsconfig.json",
        "npx vitest run src",
        _breaks("src/**/*.ts", r"spec|__fixtures__", 2),
    ),
    Package(
        "cborg 6.1.5 (JavaScript)",
        "typescript",
        _cborg,
        "npx tsc -p tsconfig.json --noEmit --emitDeclarationOnly false",
        "npx mocha 'test/test-*.js'",
        _breaks("lib/**/*.js", r"bin\.js|diagnostic", 3),
    ),
)
