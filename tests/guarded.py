"""Fixes made of edits and judged by the guard, for its tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from builders import error, failed, task
from byte_files import ByteFiles
from prunella.changes import Create, Delete, Edit, Fix, Verdict
from prunella.domain import Check, Verification
from prunella.edits.draft import Draft
from prunella.guard import check

BASELINE = failed(error("src/a.ts"))
PACKAGE = {
    "name": "x",
    "version": "0.1.0",
    "scripts": {"build": "npm run types && vite build", "types": "tsc", "dev": "vite"},
}


def fixed(files: Mapping[str, str], *edits: Edit) -> Fix:
    draft = Draft(ByteFiles(files))
    for edit in edits:
        draft.apply(edit)
    return draft.fix()


def judged(
    files: Mapping[str, str], *edits: Edit, baseline: Verification = BASELINE, command: str = "npm run build"
) -> Verdict:
    return check(fixed(files, *edits), replace(task(), checks=(Check("build", command),)), baseline)


def rewritten(path: str, before: str, after: str, **more: object) -> Verdict:
    return judged({path: before}, Delete(path), Create(path, after), **more)  # type: ignore[arg-type]


def packaged(**scripts: str) -> str:
    return json.dumps({**PACKAGE, "scripts": {**PACKAGE["scripts"], **scripts}}, indent=2)  # type: ignore[dict-item]
