"""The peers: how each is installed in an environment of its own, kept off the network, started, and answered.

Everything is pointed at loopback; analytics, update checks and downloads are switched off by each peer's own options,
and the proxy variables lead nowhere, so that even without a network namespace nothing else can be reached.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from projects import AFTER_LINE, FILE, NEW, OLD, WORK
from server import Json, Script

PEERS = WORK / "peers"
TASK = "The build is broken: `{build}` fails. Make it pass."


@dataclass(frozen=True)
class Run:
    """Where one run of a peer happens: the broken checkout, its build command, the server and the peer's own home."""

    project: Path
    build: Path
    url: str
    home: Path


@dataclass(frozen=True)
class Peer:
    """``install`` raises CalledProcessError or OSError when it cannot; ``start`` gives arguments and variables."""

    name: str
    install: Callable[[], str]
    start: Callable[[Run], tuple[list[str], dict[str, str]]]
    script: Callable[[Run], Script]


def offline(home: Path) -> dict[str, str]:
    """An environment with nothing of the user's in it, and no way out but loopback."""
    nowhere = "http://127.0.0.1:9"
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), nowhere)
    proxies |= {name.lower(): value for name, value in proxies.items()}
    return proxies | {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "npm_config_update_notifier": "false",
        "GIT_CONFIG_SYSTEM": os.devnull,
    }


def _pip(folder: Path, package: str, *more: str) -> str:
    """Install into a venv of its own, once; its version."""
    if not (folder / "installed").exists():
        venv.create(folder, with_pip=True, clear=True)
        quiet = ["-q", "--disable-pip-version-check"]
        subprocess.run([folder / "bin/pip", "install", *quiet, package, *more], check=True, capture_output=True)
        (folder / "installed").touch()
    shown = subprocess.run([folder / "bin/pip", "show", package], check=True, capture_output=True, text=True).stdout
    return next(line.split()[1] for line in shown.splitlines() if line.startswith("Version:"))


def seed_aider(home: Path) -> None:
    """Aider downloads a price table once a day; give it the one that came with its own dependency."""
    packages = next((PEERS / "aider").glob("lib/python*/site-packages"))
    name = "model_prices_and_context_window"
    (home / ".aider/caches").mkdir(parents=True, exist_ok=True)
    shutil.copy(packages / f"litellm/{name}_backup.json", home / f".aider/caches/{name}.json")


def _aider(*files: str) -> Callable[[Run], tuple[list[str], dict[str, str]]]:
    def start(run: Run) -> tuple[list[str], dict[str, str]]:
        seed_aider(run.home)
        options = "--model openai/gpt-4o --edit-format diff --yes-always --no-analytics --analytics-disable"
        options += " --no-check-update --no-show-release-notes --no-show-model-warnings --no-detect-urls --no-gitignore"
        options += " --no-suggest-shell-commands --no-pretty --auto-test --test-cmd"
        argv = [str(PEERS / "aider/bin/aider"), *options.split(), str(run.build), "--message", "/test", *files]
        extra = {"OPENAI_API_BASE": run.url, "OPENAI_API_KEY": "x", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        return argv, offline(run.home) | extra

    return start


def _aider_script(run: Run) -> Script:  # noqa: ARG001
    block = f"{FILE}\n```ts\n<<<<<<< SEARCH\n{OLD}=======\n{NEW}>>>>>>> REPLACE\n```\n"

    def script(number: int, body: Json) -> Json:  # noqa: ARG001
        asks_for_message = "commit message" in json.dumps(body["messages"][0])
        return {"text": "fix: add getHero" if asks_for_message else f"The method is missing.\n\n{block}"}

    return script


def _pip_mini() -> str:
    # Its current litellm imports mcp without asking for it.
    return _pip(PEERS / "mini", "mini-swe-agent", "mcp")


def _mini(run: Run) -> tuple[list[str], dict[str, str]]:
    task = TASK.format(build=run.build)
    options = ["-y", "--exit-immediately", "-m", "openai/gpt-4o", "-o", str(run.home / "trajectory.json"), "-t", task]
    extra = {
        "OPENAI_API_BASE": run.url,
        "OPENAI_API_KEY": "x",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "MSWEA_CONFIGURED": "true",
        "MSWEA_COST_TRACKING": "ignore_errors",
        "MSWEA_GLOBAL_CONFIG_DIR": str(run.home / "mini"),
        "MSWEA_SILENT_STARTUP": "1",
    }
    return [str(PEERS / "mini/bin/mini"), *options], offline(run.home) | extra


def _edit_command() -> str:
    """The edit as a shell command, for those who edit by shell."""
    added = NEW.removeprefix(OLD).rstrip("\n").replace("\n", "\\\n").replace("'", "'\\''")
    return f"sed -i '{AFTER_LINE}a\\\n{added}' {FILE}"


def _in_steps(*steps: Json) -> Callable[[Run], Script]:
    """Each step in turn; ``{build}`` in it is the build command."""

    def script(run: Run) -> Script:
        def answer(number: int, body: Json) -> Json:  # noqa: ARG001
            step = steps[min(number, len(steps) - 1)]
            return {kind: text.replace("{build}", str(run.build)) for kind, text in step.items()}

        return answer

    return script


def _npm_codex() -> str:
    folder = PEERS / "codex"
    if not (folder / "node_modules/@openai/codex").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n')
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "@openai/codex"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    version = json.loads((folder / "node_modules/@openai/codex/package.json").read_text())["version"]
    return str(version)


def _codex(model: str) -> Callable[[Run], tuple[list[str], dict[str, str]]]:
    def start(run: Run) -> tuple[list[str], dict[str, str]]:
        home = run.home / ".codex"
        home.mkdir(parents=True, exist_ok=True)
        provider = {"name": "local", "base_url": run.url, "env_key": "LOCAL_KEY", "wire_api": "responses"}
        lines = [f'model = "{model}"', 'model_provider = "local"', "check_for_update_on_startup = false"]
        lines += ["[analytics]", "enabled = false", "[model_providers.local]"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in provider.items()]
        (home / "config.toml").write_text("\n".join(lines) + "\n")
        # The native program of the npm package: its launcher would add Node's start to codex's figures.
        native = next((PEERS / "codex").glob("node_modules/@openai/codex-*/vendor/*/bin/codex"))
        argv = [str(native), "exec", "--dangerously-bypass-approvals-and-sandbox", TASK.format(build=run.build)]
        return argv, offline(run.home) | {"CODEX_HOME": str(home), "LOCAL_KEY": "x"}

    return start


_PATCH = "\n".join(
    [
        "*** Begin Patch",
        f"*** Update File: {FILE}",
        "@@",
        *(f" {line}" for line in OLD.splitlines()),
        *(f"+{line}" for line in NEW.removeprefix(OLD).splitlines()),
        "*** End Patch",
    ]
)
_LOOK = f"cat {FILE} src/main.ts src/storage.d.ts"
_LOOK_JS = f'const r = await tools.exec_command({{cmd: "{_LOOK}"}}); text(r.output);'
_BUILD_JS = 'const r = await tools.exec_command({cmd: "{build}", yield_time_ms: 30000}); text(r.output);'
_CODEX_CELLS = _in_steps(
    {"js": _BUILD_JS},
    {"js": _LOOK_JS},
    {"js": f"text(await tools.apply_patch({json.dumps(_PATCH)}));\n{_BUILD_JS}"},
    {"text": "The build passes."},
)
_CODEX_SHELL = _in_steps(
    {"bash": "{build}"},
    {"bash": _LOOK},
    {"bash": f"{_edit_command()} && {{build}}"},
    {"text": "The build passes."},
)
_MINI = _in_steps(
    {"text": "See it fail.", "bash": "{build}"},
    {"text": "Look at the code.", "bash": _LOOK},
    {"text": "Add the method.", "bash": f"{_edit_command()} && {{build}}"},
    {"text": "It passes.", "bash": "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"},
)

ALL = (
    Peer("codex", _npm_codex, _codex("gpt-6.1-sol"), _CODEX_CELLS),
    Peer("codex, plain tools", _npm_codex, _codex("local-model"), _CODEX_SHELL),
    Peer("aider, files named", lambda: _pip(PEERS / "aider", "aider-chat"), _aider(FILE, "src/main.ts"), _aider_script),
    Peer("aider", lambda: _pip(PEERS / "aider", "aider-chat"), _aider(), _aider_script),
    Peer("mini-swe-agent", _pip_mini, _mini, _MINI),
)
