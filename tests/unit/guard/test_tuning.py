"""What a breach means: as the rule says, less where the file is what is to be repaired, or as it was set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import error, failed, task
from guarded import BASELINE, fixed
from prunella.changes import Create, Edit, Fix, Judgement, Replace, Tuning, Verdict
from prunella.domain import Check, Severity, Task, Verification
from prunella.guard import check, told_by
from prunella.guard.catalog import BY_NAME, INFOS, told, told_to_model
from prunella.guard.tuning import LISTS, set_to

SOURCE, TEST, STRICT = "src/a.ts", "src/a.test.ts", "tsconfig.json"
FILES = {
    SOURCE: "export const a = 1\n",
    TEST: "it('a', () => {\n  expect(a).toBe(1)\n})\n",
    STRICT: '{\n  "compilerOptions": {\n    "strict": true,\n    "skipLibCheck": false\n  }\n}\n',
}
UNSET = Tuning()
ANY = Replace(SOURCE, "= 1", "= 1 as any")
SKIP = Replace(TEST, "it(", "it.skip(")
LIBRARIES = Replace(STRICT, '"skipLibCheck": false', '"skipLibCheck": true')


def judged(*edits: Edit, tuning: Tuning = UNSET, baseline: Verification | None = BASELINE) -> Verdict:
    return check(_fix(*edits), _task(), baseline, tuple(FILES), tuning=tuning)


def _fix(*edits: Edit) -> Fix:
    return fixed(FILES, *edits)


def _task() -> Task:
    return replace(task(), checks=(Check("build", "npm run build"),))


@pytest.mark.parametrize(
    ("tuning", "judgement"),
    [
        (Tuning(), Judgement.SUSPICIOUS),
        (Tuning(allow=("any",)), Judgement.ALLOW),
        (Tuning(reject=("any",)), Judgement.REJECT),
        (Tuning(allow=("any",), suspect=("any",)), Judgement.SUSPICIOUS),
        (Tuning(allow=("any",), reject=("any",)), Judgement.REJECT),
        (Tuning(allow=("test-skipped",)), Judgement.SUSPICIOUS),
    ],
)
def test_a_rule_means_what_it_was_set_to_and_the_strictest_setting_counts(tuning: Tuning, judgement: Judgement) -> None:
    verdict = judged(ANY, tuning=tuning)
    assert verdict.judgement is judgement
    assert [finding.rule for finding in verdict.findings] == ["any"]


def test_what_was_allowed_stays_in_sight_with_the_setting_that_allows_it() -> None:
    (finding,) = judged(ANY, tuning=Tuning(allow=("any",))).findings
    assert "guard.allow names this rule, so this is allow" in finding.reason


def test_a_setting_outweighs_what_an_error_softens() -> None:
    named = failed(error(STRICT))
    assert judged(LIBRARIES, baseline=named).judgement is Judgement.ALLOW
    assert judged(LIBRARIES, baseline=named, tuning=Tuning(reject=("libraries-unchecked",))).judgement is (
        Judgement.REJECT
    )


@pytest.mark.parametrize(
    ("edit", "named", "judgement"),
    [
        (LIBRARIES, SOURCE, Judgement.SUSPICIOUS),  # another file is what fails
        (LIBRARIES, STRICT, Judgement.ALLOW),  # the configuration itself is what is to be repaired
        (SKIP, SOURCE, Judgement.SUSPICIOUS),
        (SKIP, TEST, Judgement.SUSPICIOUS),  # skipping the failing test is no repair of it
        (ANY, SOURCE, Judgement.SUSPICIOUS),  # a source is neither test nor configuration
    ],
)
def test_rules_adapt_where_the_failing_file_is_a_test_or_a_configuration_and_say_so(
    edit: Edit, named: str, judgement: Judgement
) -> None:
    verdict = judged(edit, baseline=failed(error(named)))
    assert verdict.judgement is judgement
    assert any("an error names this file" in finding.reason for finding in verdict.findings) is (
        judgement is Judgement.ALLOW
    )


def test_a_warning_names_no_file_that_is_to_be_repaired() -> None:
    warning = replace(error(STRICT), severity=Severity.WARNING)
    assert judged(LIBRARIES, baseline=failed(warning)).judgement is Judgement.SUSPICIOUS


def test_without_a_failure_nothing_adapts() -> None:
    assert judged(LIBRARIES, baseline=None).judgement is Judgement.SUSPICIOUS


def test_nothing_lets_a_fix_leave_the_repository() -> None:
    for tuning in (Tuning(allow=("path",)), Tuning(suspect=("path",))):
        assert set_to("path", tuning) is None
        outside = Create("../x.ts", "1\n")
        assert check(_fix(outside), _task(), None, tuning=tuning).judgement is Judgement.REJECT


def test_a_failure_is_told_bounded_and_by_the_repositorys_own_paths() -> None:
    long = error("../packages/web/src/a.ts", message="x" * 90_000)
    failing = told_by(failed(long, tail="expected 4, got 5" * 10_000), ("packages/web/src/a.ts", "b.ts"))
    assert failing.known
    assert failing.files == {"packages/web/src/a.ts"}
    assert len(failing.text) <= 100_001
    assert failing.text.endswith("got 5")


def test_a_finding_is_told_with_its_place_rule_and_reason_and_a_model_also_what_would_be_allowed() -> None:
    findings = list(judged(SKIP, ANY).findings)
    lines = told_to_model(findings).splitlines()
    assert lines[0] == f"- {told(findings[0])}"
    assert told(findings[0]).startswith(f"{findings[0].path}:1: ")
    assert told(findings[0]).endswith(f"[{findings[0].rule}]")
    assert len(lines) == 2 + len({BY_NAME[finding.rule].group for finding in findings})
    many = told_to_model(findings * 30).splitlines()
    assert "- and 40 more" in many


def test_lists_are_the_options_of_the_guard() -> None:
    assert set(LISTS.values()) <= set(Tuning._fields)
    assert {info.judgement for info in INFOS} <= set(LISTS)
