"""Makes ``src/prunella/secrets/gitleaks.txt`` from gitleaks' own rules: ``python -m benchmarks.secrets_rules FILE``.

FILE is ``config/gitleaks.toml`` of https://github.com/gitleaks/gitleaks (MIT licence). Run it when they have new ones.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/prunella/secrets/gitleaks.txt"

LEFT_OUT = {
    "curl-auth-header": "ours finds the header wherever it stands",
    "curl-auth-user": "ours",
    "flutterwave-public-key": "public",
    "generic-api-key": "ours asks for less context and more entropy",
    "jwt": "ours",
    "jwt-base64": "ours",
    "adobe-client-id": "public",
    "asana-client-id": "public",
    "bitbucket-client-id": "public",
    "discord-client-id": "public",
    "linkedin-client-id": "public",
    "discord-api-token": "any SHA-256 near the word; ours",
    "kubernetes-secret-yaml": "ours",
    "private-key": "ours works line by line",
    "sourcegraph-access-token": "any SHA-1 near the word",
    "facebook-secret": "any MD5 near the word",
    "twilio-api-key": "ours asks for a boundary",
    "vault-service-token": "its old form is any property of a variable s; ours has the new one",
    "airtable-personnal-access-token": "ours",
    "aws-amazon-bedrock-api-key-short-lived": "the beginning that all of them share",
}

HEADER = """# Rules of gitleaks (config/gitleaks.toml), MIT licence, Copyright (c) 2019 Zachary Rice, made into this
# form by benchmarks/secrets_rules.py. A line is: kind, needles (one is in the lower-cased text), least entropy in bits
# per character, expression (its first group is the secret, if it has one). Permission is hereby granted, free of
# charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal
# in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
# distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished
# to do so, subject to the following conditions: The above copyright notice and this permission notice shall be
# included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF
# ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
# PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
# DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
# WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

_END = r"""(?:[\x60'"\s;]|\\[nr]|$)"""
_LEAD = (r"(?i)[\w.-]{0,50}?", r"[\w.-]{0,50}?")


def main() -> int:
    rules = tomllib.loads(Path(sys.argv[1]).read_text("utf-8"))["rules"]
    rows = []
    for rule in rules:
        expression = rule.get("regex")
        if rule["id"] in LEFT_OUT or not expression or rule.get("path"):
            continue  # a rule for files of one name says nothing about other texts
        python = translated(expression)
        re.compile(python)
        rows.append("\t".join([rule["id"], " ".join(_needles(rule)), str(rule.get("entropy", 0)), python]))
    TARGET.write_text(HEADER + "\n".join(sorted(rows)) + "\n", "utf-8")
    print(f"{len(rows)} of {len(rules)} rules")
    return 0


def _needles(rule: dict[str, list[str]]) -> list[str]:
    return [needle.replace(" ", "\x01") for needle in rule["keywords"]]


def translated(expression: str) -> str:
    """RE2's dialect as Python's. A token may be followed by anything that cannot be part of it, not by a quote or blank
    only: a log has it before a comma or a bracket as well."""
    flag = ""
    for lead in _LEAD:
        if expression.startswith(lead):
            expression, flag = expression.removeprefix(lead), "(?i)" if lead.startswith("(?i)") else ""
            break
    expression = flag + expression.replace(_END, r"(?![\w-])").replace(r"\z", r"\Z").replace(
        "[[:alnum:]]", "[A-Za-z0-9]"
    )
    return _scoped(re.sub(r"\(\?P<\w+>", "(?:", expression))


def _scoped(expression: str) -> str:
    """``(?i)`` in the middle holds to the end of its group; Python wants the group spelt out."""
    at = expression.find("(?i)", 1)
    if at < 0:
        return expression
    depth, index, in_class = 0, at + 4, False
    while index < len(expression):
        sign = expression[index]
        if sign == "\\":
            index += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign == "(":
            depth += 1
        elif sign == ")":
            if depth == 0:
                break
            depth -= 1
        index += 1
    return _scoped(f"{expression[:at]}(?i:{expression[at + 4 : index]}){expression[index:]}")


if __name__ == "__main__":
    sys.exit(main())
