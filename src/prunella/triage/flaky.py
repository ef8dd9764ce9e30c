"""Which failures may pass when run again, and which did. Compile errors never do: they are not run again."""

from __future__ import annotations

import json
import re

from prunella.diagnostics.causes import leading
from prunella.diagnostics.classify import classify
from prunella.diagnostics.fingerprint import fingerprint
from prunella.domain import CheckResult, Diagnostic, Ending, ErrorClass, Severity, Verification

MOST_NAMED = 50
LONGEST_NAME = 160
_NETWORK = (
    r"ECONNRESET|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|EPIPE|socket hang up|[Cc]onnection (?:reset|refused|aborted)"
    r"|[Tt]imed? ?out|[Tt]emporary failure in name|Service Unavailable|Bad Gateway|Gateway Time"
)
_TEST = re.compile(r"^(?P<name>(?:[\w.]+\.)?[Tt]est\w*(?:\[[^\]\n]{0,80}\])?): ")


def may_pass(verification: Verification) -> bool:
    """Whether all that failed are tests, time limits or the network: nothing that a compiler would say again."""
    failed = verification.failed
    if failed is None or failed.result.ending is Ending.OUTPUT_LIMIT:
        return False
    if failed.result.ending is Ending.TIMED_OUT:
        return True
    errors = [error for error in failed.diagnostics if error.severity is Severity.ERROR]
    if not errors:
        return bool(re.search(_NETWORK, failed.tail))
    return all(_at_run_time(error) for error in leading(errors))


def flaked(first: Verification, again: Verification) -> tuple[str, ...]:
    """What failed at first and did not the second time, by name; the check itself when it named nothing."""
    failed = first.failed
    if failed is None:
        return ()
    still = {fingerprint(error) for result in again.results for error in result.diagnostics}
    others = {_name(error, failed) for result in again.results if not result.passed for error in result.diagnostics}
    errors = [error for error in failed.diagnostics if error.severity is Severity.ERROR]
    gone = (_name(error, failed) for error in errors if fingerprint(error) not in still)
    found = tuple(dict.fromkeys(name for name in gone if name not in others))
    return found or ((f"check '{failed.check.name}'",) if again.passed else ())


def names(tests: tuple[str, ...]) -> str:
    """As they are recorded."""
    return json.dumps({"tests": [name[:LONGEST_NAME] for name in tests[:MOST_NAMED]]})


def _at_run_time(error: Diagnostic) -> bool:
    return classify(error) is ErrorClass.TEST_FAILURE or bool(re.search(_NETWORK, error.message))


def _name(error: Diagnostic, failed: CheckResult) -> str:
    """A test's name where the runner gives it, with its file; otherwise the beginning of what it said."""
    first = error.message.partition("\n")[0]
    match = _TEST.match(first)
    said = match["name"] if match else " ".join(first.split())
    place = error.file or failed.check.name
    return f"{place}: {said}"[:LONGEST_NAME]
