"""`python -m real [NAME …]`: exit code 0 when every project was healed and nothing else was touched."""

from __future__ import annotations

import sys

from real.fetch import WORK
from real.projects import PROJECTS
from real.trial import Result, trial


def main() -> int:
    """Try the projects named, or all."""
    names = sys.argv[1:]
    unknown = set(names) - {project.name for project in PROJECTS}
    if unknown:
        known = ", ".join(project.name for project in PROJECTS)
        sys.stderr.write(f"no such project: {', '.join(sorted(unknown))}; there are {known}\n")
        return 2
    WORK.mkdir(exist_ok=True)
    (WORK / ".gitignore").write_text("*\n")
    results = []
    for project in PROJECTS:
        if not names or project.name in names:
            sys.stderr.write(f"{project.name}: {project.source}, {project.breakage.name} …\n")
            results.append(trial(project))
            sys.stderr.write("".join(f"  {problem}\n" for problem in results[-1].problems))
    sys.stdout.write(_table(results))
    return 1 if any(result.problems for result in results) else 0


def _table(results: list[Result]) -> str:
    lines = ["| project | from | break | file | attempts | healed by | s (of it checks) | USD | result |"]
    lines.append("|---|---|---|---|---|---|---|---|---|")
    for result in results:
        project = result.project
        healer = result.models[-1] if result.models else ""
        ending = f"{len(result.problems)} problems" if result.problems else "healed, all else untouched"
        uncommitted = ", uncommitted work kept" if project.dirty and not result.problems else ""
        lines.append(
            f"| {project.name} | {project.source} | {project.breakage.name} | {project.breakage.path} "
            f"| {result.attempts} | {healer} | {result.seconds:.1f} ({result.checks_s:.1f}) | {result.cost_usd:.4f} "
            f"| {ending}{uncommitted} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
