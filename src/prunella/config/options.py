"""Every option, declared once. Loading, validation, ``prunella init``'s file and ``prunella doctor``'s table read this.

``guarded`` options decide where keys, code or records go: the repository being healed is not trusted with them, so its
file may not set them. ``bounded`` options are limits of money: a repository's file may not go above the user's own.
"""

from __future__ import annotations

from prunella.config.option import Kind, Option
from prunella.config.options_trust import TRUST

DAY_S = 86_400
PROVIDERS = ("anthropic", "openai", "openai-compatible")

OPTIONS = (
    Option(
        "max_attempts",
        Kind.WHOLE,
        3,
        "How many attempts the default ladder has.",
        ("MAX_FIX_ATTEMPTS",),
        "--max-attempts",
        low=1,
        high=20,
    ),
    Option(
        "escalate_at",
        Kind.WHOLE,
        3,
        "The attempt from which the default ladder asks OpenAI; before it, Claude.",
        ("ESCALATE_AT",),
        "--escalate-at",
        low=1,
        high=21,
    ),
    Option(
        "timeout",
        Kind.AMOUNT,
        600.0,
        "Time limit, in seconds, of a check that does not state its own.",
        ("PRUNELLA_TIMEOUT",),
        "--timeout",
        low=1,
        high=DAY_S,
    ),
    Option(
        "commit",
        Kind.SWITCH,
        True,
        "Commit a fix that makes the checks pass; false leaves it in the working tree.",
        ("PRUNELLA_COMMIT",),
        "--no-commit",
    ),
    Option(
        "branch",
        Kind.BRANCH,
        "",
        "Commit on a new branch of this name; empty = on the current branch.",
        ("PRUNELLA_BRANCH",),
        "--branch",
    ),
    Option(
        "budget.task_usd",
        Kind.AMOUNT,
        2.0,
        "What one task may cost at most, in US dollars.",
        ("PRUNELLA_BUDGET_USD",),
        "--budget",
        bounded=True,
        low=0.001,
        high=10_000,
    ),
    Option(
        "budget.attempt_usd",
        Kind.AMOUNT,
        None,
        "What one attempt may cost at most, in US dollars; unset = only the task's budget binds.",
        bounded=True,
        low=0.001,
        high=10_000,
        example=0.75,
    ),
    Option(
        "context.tokens",
        Kind.WHOLE,
        16_000,
        "How many tokens of errors and code a request may open with at most; the model can look up the rest.",
        ("PRUNELLA_CONTEXT_TOKENS",),
        low=1_000,
        high=200_000,
    ),
    Option(
        "toolchain",
        Kind.SWITCH,
        True,
        "Rung 0: let compilers, linters and git mend what they know how to mend, before a model is asked.",
        ("PRUNELLA_TOOLCHAIN",),
        "--no-toolchain",
    ),
    Option(
        "flaky.rerun",
        Kind.SWITCH,
        True,
        "Run failing tests once more before anything is spent: one that then passes is flaky, and no work for a model.",
        ("PRUNELLA_FLAKY_RERUN",),
        "--no-rerun",
    ),
    Option(
        "baseline",
        Kind.TEXT,
        "",
        "A commit to compare with, or auto: what fails there alike was broken before, and is left alone; empty = none.",
        ("PRUNELLA_BASELINE",),
        "--baseline",
        example="auto",
    ),
    Option(
        "anthropic.model",
        Kind.MODEL,
        "claude-opus-5-5",
        "The model of the default ladder's Claude attempts.",
        ("ANTHROPIC_MODEL",),
    ),
    Option(
        "openai.model",
        Kind.MODEL,
        "gpt-6.1-sol",
        "The model of the default ladder's OpenAI attempts.",
        ("OPENAI_MODEL",),
    ),
    Option(
        "anthropic.api_key",
        Kind.TEXT,
        "",
        "The key for Claude.",
        ("ANTHROPIC_API_KEY",),
        secret=True,
        guarded=True,
    ),
    Option(
        "openai.api_key",
        Kind.TEXT,
        "",
        "The key for OpenAI.",
        ("OPENAI_API_KEY",),
        secret=True,
        guarded=True,
    ),
    Option(
        "anthropic.base_url",
        Kind.URL,
        "",
        "Another address for Anthropic's API, without /v1 (a gateway); empty = Anthropic's own.",
        ("ANTHROPIC_BASE_URL",),
        guarded=True,
        example="https://gateway.example/anthropic",
    ),
    Option(
        "openai.base_url",
        Kind.URL,
        "",
        "Another address for OpenAI's API, with /v1 (a gateway); empty = OpenAI's own.",
        ("OPENAI_BASE_URL",),
        guarded=True,
        example="https://gateway.example/openai/v1",
    ),
    Option(
        "home",
        Kind.PATH,
        "",
        "Where the record, the logs and caches are; empty = $XDG_DATA_HOME/prunella or ~/.local/share/prunella.",
        ("PRUNELLA_HOME",),
        guarded=True,
        example="~/.local/share/prunella",
    ),
    Option(
        "log_file",
        Kind.PATH,
        "",
        "Where the log lines go; empty = prunella.log in the home folder.",
        ("PRUNELLA_LOG_FILE",),
        "--log-file",
        guarded=True,
        example="~/.local/share/prunella/prunella.log",
    ),
    Option(
        "database_url",
        Kind.TEXT,
        "",
        "The record's database, sqlite:////full/path.db; empty = prunella.db in the home folder.",
        ("PRUNELLA_DATABASE_URL",),
        guarded=True,
        example="sqlite:////full/path/prunella.db",
    ),
    *TRUST,
)
"""Options with one value each."""

CHECK_KEYS = (
    Option("name", Kind.TEXT, "", "How reports call it (types, build, test).", required=True, example="build"),
    Option(
        "command",
        Kind.COMMAND,
        "",
        "A shell command that exits with 0 when all is well.",
        required=True,
        example="npm run build",
    ),
    Option("timeout", Kind.AMOUNT, None, "Time limit in seconds.", low=1, high=DAY_S, example=600),
    Option("folder", Kind.FOLDER, "", "The folder below the repository's root to run it in."),
    Option("network", Kind.SWITCH, False, "In the strict sandbox: whether it needs the network."),
)
"""Keys of ``[[check]]``."""

RUNG_KEYS = (
    Option("provider", Kind.WORD, "", "Who is asked.", choices=PROVIDERS, required=True, example=PROVIDERS[0]),
    Option("model", Kind.MODEL, "", "The model's id; unset = the provider's model above."),
    Option("name", Kind.TEXT, "", "Unique in the ladder; unset = the provider and the attempt's number."),
    Option("display", Kind.TEXT, "", "How log lines call it."),
    Option(
        "history",
        Kind.WORD,
        "",
        "Go on with the conversation of the rung before, or start fresh with a digest; unset = continue after a rung "
        "of the same provider.",
        choices=("continue", "fresh"),
    ),
    Option("effort", Kind.WORD, "", "The vendor's word for how hard to think (low, medium, high, …); unset = its own."),
    Option("thinking", Kind.WORD, "adaptive", "Claude only.", choices=("adaptive", "off")),
    Option("max_output_tokens", Kind.WHOLE, 16_000, "Per request, reasoning included.", low=1_024, high=1_000_000),
    Option("max_turns", Kind.WHOLE, 8, "Requests per attempt.", low=1, high=100),
    Option(
        "budget_usd",
        Kind.AMOUNT,
        None,
        "What an attempt may cost; unset = budget.attempt_usd.",
        low=0.001,
        example=0.75,
    ),
    Option(
        "edit_form",
        Kind.WORD,
        "native",
        "OpenAI only: the built-in apply_patch tool, or a custom tool with the same grammar.",
        choices=("native", "custom"),
    ),
    Option("stream", Kind.SWITCH, True, "Have the answer sent piece by piece."),
    Option("base_url", Kind.URL, "", "The server's address, with /v1 for OpenAI's kind of API.", guarded=True),
    Option("key_env", Kind.VARIABLE, "", "The environment variable that holds the key.", guarded=True),
)
"""Keys of ``[[ladder]]``."""

PRICE_KEYS = (
    Option("input", Kind.AMOUNT, None, "Input.", low=0, high=100_000, required=True, example=1.0),
    Option("output", Kind.AMOUNT, None, "Output, reasoning included.", low=0, high=100_000, required=True, example=5.0),
    Option("cached", Kind.AMOUNT, None, "Input read from a cache; unset = as input.", low=0, high=100_000, example=0.1),
    Option(
        "cache_write",
        Kind.AMOUNT,
        None,
        "Input written to a cache; unset = as input.",
        low=0,
        high=100_000,
        example=1.25,
    ),
)
"""Keys of ``[prices."model"]``, in USD per million tokens."""

TABLES = {
    "check": CHECK_KEYS,
    "ladder": RUNG_KEYS,
    "prices": PRICE_KEYS,
}
"""Options that are tables: ``[[check]]``, ``[[ladder]]``, ``[prices."model"]``."""

RETIRED = {
    "context.chars": Option(
        "context.chars",
        Kind.WHOLE,
        None,
        "The old form of context.tokens, in characters.",
        ("PRUNELLA_CONTEXT_CHARS",),
        low=2_000,
        high=400_000,
    ),
}
"""Old names that are still understood, with a notice."""

BY_NAME = {option.name: option for option in (*OPTIONS, *RETIRED.values())}
