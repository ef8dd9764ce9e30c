"""Which kind of problem a tool's code means, and its words where it has none. The codes are the tools' own lists:
TypeScript's diagnosticMessages, rustc's error index, Roslyn's, MSVC's and NuGet's references, pyright's configuration,
mypy's error codes, pylint's messages, npm's and pnpm's, Prisma's error reference, ShellCheck's wiki.
"""

from __future__ import annotations

from prunella.domain import ErrorClass

CODES: dict[ErrorClass, str] = {
    ErrorClass.MISSING_EXPORT: """
        TS2305 TS2614 TS2724 TS1192 TS2459 TS2460 TS2497 TS2595 TS2613 TS2694 TS2306 TS1259 MISSING_EXPORT
        no-name-in-module import/named import/default import/namespace import/no-named-as-default-member CS0234
        LNK2001 LNK2019 E0364 E0365 E0603 CS0122 E0611
    """,
    ErrorClass.MISSING_IMPORT: """
        TS2307 TS2792 TS2304 TS2552 TS2503 TS2318 TS2580 TS2582 TS2583 TS2584 TS2591 TS2593 TS2875 TS7026 TS6053
        TS6054 TS18004 UNRESOLVED_IMPORT UNRESOLVED_ENTRY ModuleNotFoundError ImportError NameError
        ERR_MODULE_NOT_FOUND MODULE_NOT_FOUND ERR_PACKAGE_PATH_NOT_EXPORTED ReferenceError import name-defined
        used-before-def import-not-found F821 F822 F823 no-undef import/no-unresolved n/no-missing-import
        node/no-missing-import react/jsx-no-undef E0432 E0433 E0425 E0412 E0405 E0411 E0424 E0583 E0463 E0422 E0531
        reportMissingImports reportUndefinedVariable CS0246 CS0103 CS0400 CS0012 FS0039 BC30451 BC30002 C1083 C2065
        C3861 import-error undefined-variable no-undef-init
    """,
    ErrorClass.MISSING_MEMBER: """
        TS2339 TS2551 TS2550 TS2576 TS2353 TS2561 TS2741 TS2739 TS2740 TS2420 TS2515 TS2654 TS2655 TS2656 TS4113
        TS4117 TS2568 TS2570 AttributeError attr-defined union-attr typeddict-item typeddict-unknown-key abstract
        no-member E0599 E0609 E0610 E0560 E0026 E0027 E0063 E0046 E0407 E0437 E0438 E0576 E0220 E0004
        reportAttributeAccessIssue reportOptionalMemberAccess reportGeneralTypeIssues CS1061 CS0117 CS0535 CS0534
        CS0115 BC30456 C2039 C2259
    """,
    ErrorClass.TYPE_MISMATCH: """
        TypeError misc reportArgumentType reportReturnType reportCallIssue reportIndexIssue arg-type return-value
        assignment call-arg return operator index override call-overload list-item dict-item valid-type var-annotated
        type-var no-any-return no-untyped-def no-untyped-call type-arg
    """,
    ErrorClass.SYNTAX: """
        syntax invalid-syntax SyntaxError IndentationError TabError PARSE_ERROR E999 E0001 syntax-error EJSONPARSE
        CssSyntaxError parse C2059 C2143 C2146 C1075 C1004 C2001 C2015 C2017 C2018 C2447 CS8124 FS0010 FS0058
        parse-error
    """,
    ErrorClass.DEPENDENCY: """
        import-untyped TS7016 TS2688 reportMissingModuleSource reportMissingTypeStubs ERESOLVE E404 ETARGET EUSAGE
        ENOVERSIONS EPEERINVALID EOVERRIDE ENOLOCK EINTEGRITY EUNSUPPORTEDPROTOCOL LNK1104 LNK1181 ENOLOCAL
    """,
    ErrorClass.CONFIG: """
        usage TS18003 TS18002 CS0006 CS5001 CS2001 ENOENT ENOWORKSPACES EMISSINGSCRIPT P1012 P1013 import-cycle
        ENOPROJ parser-error ERR_UNKNOWN_FILE_EXTENSION ERR_REQUIRE_ESM ERR_INVALID_PACKAGE_CONFIG E0601 E0554 E0514
        client-component
    """,
    ErrorClass.LINT: """
        TS6133 TS6138 TS6192 TS6196 TS6198 TS6199 TS7027 TS7028 TS7029 TS6385 TS6387 CS0168 CS0169 CS0219 CS0414
        CS0649 CS0162 CS1591 CS0618 CS0612 E0602
    """,
    ErrorClass.TEST_FAILURE: """
        AssertionError ERR_ASSERTION Failed DocTestFailure assertion coverage panic prerender
    """,
    ErrorClass.ENVIRONMENT: """
        EBADENGINE ENOTFOUND ECONNREFUSED ECONNRESET ETIMEDOUT EAI_AGAIN ENOSPC ENOMEM EMFILE EBADPLATFORM E401 E403
        E500 E502 E503 ERR_SOCKET_TIMEOUT P1000 P1001 P1002 P1003 P1008 P1010 P1011 P1017 SELF_SIGNED_CERT_IN_CHAIN
        NETSDK1045
    """,
}
"""A later class wins where a code is in two."""

FAMILIES: tuple[tuple[str, ErrorClass], ...] = (
    (r"TS(?:1|8|17)[0-9]{3}", ErrorClass.SYNTAX),
    (r"TS[56][0-9]{3}", ErrorClass.CONFIG),
    (r"TS(?:2|4|7|9|18)[0-9]{3}", ErrorClass.TYPE_MISMATCH),
    (r"E0[0-9]{3}", ErrorClass.TYPE_MISMATCH),
    (r"report(?:Unused|Deprecated|Unnecessary|Private|Missing).*", ErrorClass.LINT),
    (r"report[A-Z].*", ErrorClass.TYPE_MISMATCH),
    (r"CS1(?:00[0-9]|01[0-9]|02[0-9]|03[0-9]|04[0-9]|05[0-9]|51[34579]|52[0-9]|53[0-9])", ErrorClass.SYNTAX),
    (r"(?:CS|FS|BC)[0-9]{4,5}", ErrorClass.TYPE_MISMATCH),
    (r"NU[0-9]{4}", ErrorClass.DEPENDENCY),
    (r"(?:MSB|NETSDK|CMP)[0-9]{4}", ErrorClass.CONFIG),
    (r"(?:CA|IDE|SA|RCS|S)[0-9]{4}", ErrorClass.LINT),
    (r"C4[0-9]{3}", ErrorClass.LINT),
    (r"C[23][0-9]{3}", ErrorClass.TYPE_MISMATCH),
    (r"(?:ERR_PNPM_(?:NO_SCRIPT|BAD_PM|INVALID)|YN0050).*", ErrorClass.CONFIG),
    (r"ERR_PNPM_(?:UNSUPPORTED|META_FETCH|FETCH_5).*", ErrorClass.ENVIRONMENT),
    (r"ERR_PNPM_.*|YN[0-9]{4}", ErrorClass.DEPENDENCY),
    (r"P[1-6][0-9]{3}", ErrorClass.CONFIG),
    (r"SC1[0-9]{3}", ErrorClass.SYNTAX),
    (r"SC[23][0-9]{3}|DL[0-9]{4}", ErrorClass.LINT),
    (r"E9[0-9]{2}", ErrorClass.SYNTAX),
    (r"[a-z]\w*_\w+|clippy::.*|rustdoc::.*|-?W.*|-Werror.*", ErrorClass.LINT),
)
"""By the shape of a code that is in no list; whole codes, the first that matches."""

PYLINT: dict[ErrorClass, str] = {
    ErrorClass.MISSING_IMPORT: "E0401 E0602 E0601",
    ErrorClass.MISSING_EXPORT: "E0611",
    ErrorClass.MISSING_MEMBER: "E1101 E0110",
    ErrorClass.SYNTAX: "E0001",
    ErrorClass.TYPE_MISMATCH: "E1120 E1121 E1123 E1124 E1102 E1111",
}

FINER = (
    ("ImportError", "cannot import name", ErrorClass.MISSING_EXPORT),
    ("SyntaxError", "does not provide an export", ErrorClass.MISSING_EXPORT),
    ("attr-defined", "Module ", ErrorClass.MISSING_EXPORT),
    ("reportAttributeAccessIssue", "unknown import symbol", ErrorClass.MISSING_EXPORT),
    ("reportAttributeAccessIssue", "to attribute", ErrorClass.TYPE_MISMATCH),
    ("TypeError", "is not a function", ErrorClass.MISSING_MEMBER),
    ("Error", "Cannot find module", ErrorClass.MISSING_IMPORT),
    ("Error", "Cannot find package", ErrorClass.MISSING_IMPORT),
    ("TypeError", "Cannot read properties of", ErrorClass.MISSING_MEMBER),
    ("E0432", "unresolved import `crate::", ErrorClass.MISSING_EXPORT),
    ("E0432", "unresolved import `super::", ErrorClass.MISSING_EXPORT),
    ("E0433", "cannot find `", ErrorClass.MISSING_EXPORT),
    ("E0425", "` in module `", ErrorClass.MISSING_EXPORT),
    ("E0412", "` in module `", ErrorClass.MISSING_EXPORT),
    ("CS0246", "are you missing", ErrorClass.MISSING_IMPORT),
    ("misc", "incompatible import", ErrorClass.TYPE_MISMATCH),
    ("E0463", "can't find crate for", ErrorClass.DEPENDENCY),
)
"""Codes that cover more than one kind: the words decide."""

WORDS: dict[ErrorClass, str] = {
    ErrorClass.DEPENDENCY: r"""
no required module provides package|missing go.sum entry|updates to go.mod needed|cannot find -l
library not found for -l|Could not resolve dependenc|Could not find artifact|Could not resolve all
No matching distribution found|ResolutionImpossible|unable to resolve dependency
Could not find a version that satisf|no matching package named|failed to select a version|Could NOT find
Could not find a package configuration|lock file|lockfile|import cycle|Conflicting peer dependency
peer dep|was not found in any of the following sources|Unable to locate package|pull access denied
manifest unknown|is not in std|is not in GOROOT|unlinked crate|Library stubs not installed
""",
    ErrorClass.MISSING_EXPORT: r"""
cannot import name|does not provide an export|has no exported member|is not exported|in target module
No matching export|was not found in '|was not found in module|has no default export|a default export
undefined reference to|undefined symbol|referenced from:|unresolved external|unknown import symbol
does not export '|Undefined symbols for|re:^Module `\S+` has no member|is not public in|has private access in
not exported by package|unexported name|re:^undefined: \w+\.\w
""",
    ErrorClass.MISSING_MEMBER: r"""
does not exist on type|has no attribute|is missing in type|may only specify known properties
annot access attribute|has no member named|undefined method|does not exist on `|no member named
is not a member of|has no field or method
unknown field|missing method|does not override abstract method|no field `|no method named
does not contain a definition|does not override or|only virtual member functions can be
marked 'override', but does not|marked override, but|is not abstract and|re:symbol:\s+method
re:symbol:\s+variable \S{1,200}\s+location:\s+variable|is not a property|missing field
""",
    ErrorClass.TYPE_MISMATCH: r"""
is not assignable to|incompatible type|ncompatible types|mismatched types| arguments, but got
too few arguments|too many arguments|not enough arguments|cannot use |invalid conversion
no matching function|conflicting types|cannot be applied to given types|cannot be converted to
annot convert|cannot initialize|makes pointer from|makes integer from|ambiguous|redeclar|redefinition
already defined|duplicate symbol|Cannot assign|already declared|Duplicate identifier|assignment mismatch
missing return|bad operand types
invalid operands|invalid operation|no suitable |lvalue required|assignment of read-only
discards qualifiers|non-static |invalid use of|type mismatch|unreported exception
might not have been initialized|exceeds maximum width|argument of type|multiple definition of
cannot assign|passing argument|array subscript|re:^called object|inferred type is|recursive type
re:^control reaches
""",
    ErrorClass.MISSING_IMPORT: r"""
Module not found|ndefined variable|undefined function|cannot load such file|Failed to resolve '
Cannot find module|Cannot find package|Could not resolve|ailed to resolve import
No module named|Cannot find name|cannot find symbol|undeclared|not declared in this scope
does not name a type|unknown type name|ndeclared identifier|cannot open source file
implicit declaration of function|No such file or directory
file not found|annot open include file|incomplete type|re:^package \S+ does not exist|nresolved reference
not found: (?:value|type)|re:^undefined: |could not import|is not defined|cannot find `
cannot find (?:value|type|function|macro)|unresolved import|use of undeclared|cannot find package
Unknown identifier|could not be resolved|an't resolve|Can't find stylesheet|fixture '|nresolved dependencies
""",
    ErrorClass.LINT: r"""
declared and not used|declared but not used|imported and not used|is unused|unused variable|never used
re:\[[a-z]+(?:[/-][a-z_+]+)+\](?: \[[0-9]\])?$|[EANSIBLE|never read|should have comment
re:\[-W(?:error=)?[a-z]|trailing whitespace|defined but not used
is deprecated|has been deprecated|Code style issues|line too long|not formatted|Delete `|Insert `
Replace `|would reformat
""",
    ErrorClass.CONFIG: r"""
No rule to make target|command not found|unbound variable|parameter not set|issing script|nknown option
nknown compiler option|Definition for rule
invalid configuration|failed to parse manifest|Non-parseable POM|Invalid configuration
Failed to load config|Failed to load parser|is not a valid|does not appear to contain CMakeLists
Could not compile build file|Plugin [id|no configuration file|ould not read config|re:^#error
failed to compute cache key|COPY failed|failed to calculate checksum|No tests found|no tests ran
no such (?:sub)?command|nsupported engine|needs useState|only works in a Client|React Server Component
unrecognized arguments|No test files
""",
    ErrorClass.SYNTAX: r"""
SyntaxError|Module parse failed|nexpected token|Expression expected|syntax error|arse error|arsing error
nterminated |stray '|stray ‘|nclosed |illegal start of|reached end of file|class, interface
missing separator|re:^unclosed|nexpected end|nexpected EOF|nexpected character|nvalid or unexpected
unexpected closing|mismatched closing|JSON|xpected|not a statement|'else' without|without a previous
xtraneous|malformed|found unknown escape|could not find expected
""",
}
"""By the words of a message, in this order: of each line, any part; ``re:`` and ``(?:`` mark patterns."""

LINTERS = """
    sphinx ruff eslint next-lint biome oxlint stylelint prettier flake8 pycodestyle pyflakes pylint shellcheck hadolint
    rustfmt clippy golangci-lint staticcheck golint gofmt govet vet checkstyle pmd spotbugs ktlint detekt
    markdownlint yamllint black isort bandit ansible-lint rubocop standard xo tslint cppcheck clang-tidy
    dotnet-format jshint vulture cpplint commitlint codespell actionlint swiftlint phpcs sqlfluff luacheck revive
    errcheck ineffassign htmlhint
"""
TESTERS = """
    pytest unittest vitest jest mocha node-test node_test node:test tap ts-jest cargo-test rusttest go-test gotest
    libtest junit surefire gradle-test testng nunit xunit mstest dotnet-test ctest gtest catch2 phpunit rspec ava
    jasmine karma cypress playwright doctest coverage python node java ruby php perl
"""
COMPILERS = """
    ty sorbet phpstan psalm flow tsc typescript vue-tsc svelte-check ts-loader rustc javac mypy pyright
    basedpyright pyre csc fsc vbc msvc go
    kotlinc scalac gcc g++ clang clang++ swiftc next prisma-generate groovyc ecj ghc gfortran
"""
INSTALLERS = """
    npm pnpm yarn bun pip uv poetry nuget bundler composer cargo-resolver pipenv conda
"""
TRANSFORMERS = """
    babel swc esbuild vite rollup rolldown parcel webpack rspack turbopack sass postcss less
"""
BUILDERS = """
    bash sh cargo make cmake ninja maven gradle msbuild dotnet docker buildkit prisma turbo nx lerna meson
    bazel ant sbt
"""
"""Sorts of tools, by the source of a diagnostic in lower case, words joined with hyphens."""
