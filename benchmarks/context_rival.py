"""Aider's repository map, asked in aider's own environment: one JSON question a line in, one JSON answer a line out."""

import json
import os
import re
import sys
import time
from pathlib import Path

from aider.io import InputOutput
from aider.models import Model
from aider.repomap import RepoMap

NOT_MAPPED = {".git", "node_modules", "__pycache__", ".aider.tags.cache.v4"}


def files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - NOT_MAPPED)
        for name in sorted(names):
            yield f"{folder}/{name}"


def main():
    out, sys.stdout = sys.stdout, sys.stderr  # aider talks; answers alone go out
    io = InputOutput(yes=True, pretty=False)
    model = Model("gpt-4o")
    for line in sys.stdin:
        question = json.loads(line)
        root = question["root"]
        start = time.perf_counter()
        if "count" in question:
            answer = {"tokens": [model.token_count(text) for text in question["count"]]}
        else:
            os.chdir(root)
            chat = [f"{root}/{path}" for path in question["chat"]]
            others = [path for path in files(root) if path not in set(chat)]
            repo_map = RepoMap(
                map_tokens=question["tokens"],
                root=root,
                main_model=model,
                io=io,
                refresh="always",
                map_mul_no_files=1,
                max_context_window=200_000,
            )
            words = set(re.split(r"\W+", question["text"]))
            names = {path for path in (os.path.relpath(other, root) for other in others) if path in question["text"]}
            text = repo_map.get_repo_map(chat, others, mentioned_fnames=names, mentioned_idents=words) or ""
            whole = sum(model.token_count(Path(path).read_text(errors="replace")) for path in chat)
            answer = {
                "map": text,
                "chat": question["chat"],
                "tokens": model.token_count(text) + whole if text else whole,
                "seconds": time.perf_counter() - start,
            }
        out.write(json.dumps(answer) + "\n")
        out.flush()


main()
