"""Files that are never read for a model, by name: their whole purpose is to hold secrets."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache

DENIED = (
    *(".env", ".env.*", "*.env", ".envrc", ".flaskenv", ".dev.vars"),
    *("*.pem", "*.key", "*.p8", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.ppk", "*.kdbx", "*.asc", "*.gpg", "*.age"),
    *("id_rsa*", "id_ed25519*", "id_ecdsa*", "id_dsa*", ".ssh/**", ".gnupg/**", ".aws/**", ".azure/**", ".kube/**"),
    *(".gcloud/**", ".config/gcloud/**", ".docker/config.json", ".dockercfg", "kubeconfig", "*.kubeconfig"),
    *(".npmrc", ".yarnrc.yml", ".pypirc", ".netrc", "_netrc", ".git-credentials", ".htpasswd", ".pgpass", ".my.cnf"),
    *("credentials", "credentials.json", "credentials.y*ml", "credentials.xml", "credentials.csv", "*.credentials"),
    *(
        "credentials.yml.enc",
        "master.key",
        "secrets.y*ml",
        "secrets.json",
        "secrets.toml",
        "secrets.ini",
        "secrets.env",
    ),
    *("secret.y*ml", "secret.json", "*.secret", "*.secrets", "*.secrets.y*ml", "*.secrets.json", "secrets.properties"),
    *("service-account*.json", "service_account*.json", "*-service-account.json", "gcp-key*.json", "*.tfstate"),
    *("*.tfstate.*", "*.auto.tfvars", "terraform.tfvars", ".terraformrc", "terraform.rc", ".vault-token", "*.ovpn"),
    *(".bash_history", ".zsh_history", ".psql_history", ".mysql_history", "wp-config.php", ".s3cfg", ".boto"),
)
"""Globs for names of files in any folder; with ``**`` at the end, for all below a folder of that name."""

ALLOWED = ("*.example", "*.sample", "*.template", "*.tmpl", "*.dist", "*.pub", "*.default", ".env.*.example")
ALLOWED_ANYWHERE = (".env.example", ".env.sample", ".env.template", ".env.defaults", "example.env", "sample.env")


class Denied:
    """Says which files may not be read. ``more`` are the user's globs, which no exception holds for."""

    def __init__(self, more: tuple[str, ...] = ()) -> None:
        self._more = more
        self._known: dict[str, str] = {}

    def reason(self, path: str) -> str:
        """Why it is not read, in words for the model; "" if it may be."""
        if path not in self._known:  # a path is asked for again and again
            self._known[path] = self._reason(path.casefold().lstrip("/"))
        return self._known[path]

    def _reason(self, folded: str) -> str:
        glob = _match(folded, self._more, folders=True)
        if glob:
            return f"the repository's settings keep {glob} from being read (secrets.deny)"
        glob = _match(folded, DENIED)
        if not glob or _match(folded, ALLOWED) or _match(folded, ALLOWED_ANYWHERE):
            return ""
        return f"files named like {glob} are kept from models"


def _match(path: str, globs: tuple[str, ...], *, folders: bool = False) -> str:
    found = _expression(globs, folders=folders).search(path) if globs else None
    return globs[int(found.lastgroup[1:])] if found and found.lastgroup else ""


@lru_cache(maxsize=8)
def _expression(globs: tuple[str, ...], *, folders: bool) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<g{at}>{_translated(glob, folders=folders)})" for at, glob in enumerate(globs)))


def _translated(glob: str, *, folders: bool) -> str:
    """One glob, as git's ignore files have them: from the root if it has a slash within. ``folders``: all that is below
    a folder of that name is meant too."""
    glob = glob.casefold()
    below = glob.endswith("/**")
    name = glob.removesuffix("/**").strip("/")
    start = r"\A" if "/" in name and not name.startswith((".config/", ".docker/")) else r"(?:\A|/)"
    parts = [_part(part) for part in name.split("/")]
    end = r"(?:/|\Z)" if folders else r"\Z"
    return start + "/".join(parts) + ("/." if below or glob.endswith("/") else end)


def _part(part: str) -> str:
    if part == "**":
        return r"(?:[^/]+(?:/[^/]+)*)?"
    inner = translate(part)  # (?s:…)\Z
    inner = inner.removeprefix("(?s:").removesuffix(r")\Z").removesuffix(r")\z")
    return inner.replace(".*", "[^/]*").replace("(?>[^/]*?", "(?>[^/]*?")
