"""Users, e-mail addresses and names of machines in recorded text: how they are known, and hidden.

Who the users are is told by what records name so; their names are then hidden wherever they
stand. Machines are told by the form of their names, and by what records call a host. Addresses of
public sites stay: links to them are what a reader needs.
"""

import re
from collections.abc import Iterable

HIDDEN = "hidden"
HIDDEN_USER, HIDDEN_HOST, HIDDEN_EMAIL = "hidden-user", "hidden-host", "hidden-email"

_USER_NAMES = re.compile(
    r"(?:^|[._\-/ ])(?:user|user_?names?|user_?ids?|owners?|authors?|created_?by|log_?name"
    r"|operator|annotators?|submitter|maintainers?|last_?updated_?by)$",
    re.IGNORECASE,
)
_HOST_NAMES = re.compile(
    r"(?:^|[._\-/ ])(?:host|host_?names?|hosts|node_?names?|node_?list|nodes?|machine|computer"
    r"(?:_?name)?|server|fqdn|ip|ip_?addr(?:ess)?|workspace_?url|workspaceID|master_?addr)$",
    re.IGNORECASE,
)
_NO_HOST = re.compile(r"[\d.,]*|x86_64|amd64|arm64|aarch64|localhost|127\.0\.0\.1|true|false", re.I)

_ANYBODY = frozenset(
    "root user users unknown ubuntu debian admin administrator mlflow runner jovyan ec2-user "
    "default guest nobody none test tester tests docker vscode codespace databricks spark airflow "
    "jenkins github gitlab gitlab-runner azureuser sagemaker-user model models train data python "
    "conda home local work worker service system hidden hidden-user public shared".split()
)
"""Accounts that are nobody's own: hidden where they are said to be a user, not in other text."""

SHORTEST = 3
"""Shorter names of users would be found in any text."""

_EMAIL = re.compile(
    r"(?<![\w.%+/\\-])(?!git@)[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}"
    r"[A-Za-z]{2,18}\b(?!/[\w-])"
)
_LOGIN = re.compile(
    r"(?:(?<=https://)|(?<=http://)|(?<=ssh://))(?!git@)[^/\s@'\"]{1,100}@(?=[\w.-]+(?:[:/\s'\"]|$))"
)
_IN_URL = re.compile(
    r"(?<![A-Za-z0-9+.-])(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30})://(?:[^/\s@'\"]{1,100}@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)"
)
_BUCKETS = frozenset(
    "s3 s3a s3n gs abfs abfss wasb wasbs dbfs models runs file mlflow-artifacts adl".split()
)
"""Schemes whose URLs name no machine."""

_INTERNAL = re.compile(
    r"[^.]+|.*\.(?:local|lan|internal|corp|intranet|localdomain|priv|private|home|cluster|svc)"
    r"|\d+(?:\.\d+){3}|\[.*\]|adb-[\d.]+\.azuredatabricks\.net|.*\.cloud\.databricks\.com"
    r"|.*\.(?:compute|compute-1|rds|elb)\.amazonaws\.com|.*\.cloudapp\.azure\.com",
    re.IGNORECASE,
)
_THIS = re.compile(r"localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\]|hidden-host", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w.@/-])(?:"
    r"(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\w.])"
    r"|ip-\d+-\d+-\d+-\d+(?:\.[\w-]+)*"
    r"|(?:(?=[\w.]*[\d-])[\w-]+|[\w-]+\.[\w-]+)(?:\.[\w-]+)*\.(?:local|lan|internal|corp|intranet"
    r"|localdomain)(?![\w(-])(?!\.\w))"
)
_SCP = re.compile(r"(?<=[\w.-]@)(?!sha\d|md5)[A-Za-z][\w-]{1,62}(?=:(?!\d*@))")


def names_a_user(name: str) -> bool:
    return _USER_NAMES.search(name) is not None


def names_a_host(name: str, value: str) -> bool:
    if len(value) > 253 or _HOST_NAMES.search(name) is None:
        return False
    return " " not in value.strip() and not _NO_HOST.fullmatch(value.strip())


def names_of(users: Iterable[str]) -> frozenset[str]:
    """By which these users may be found in text: `ann` of `ann@example.org` and of `CORP\\ann`."""
    found = set()
    for user in users:
        for name in (user, user.partition("@")[0], user.rpartition("\\")[2]):
            name = name.strip().lower()
            if len(name) >= SHORTEST and name not in _ANYBODY and not name.isdigit():
                found.add(name)
    return frozenset(found)


def words_form(words: Iterable[str]) -> "re.Pattern[str] | None":
    """Finds any of these words, whole and in any case; None for none."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    if not longest_first:
        return None
    listed = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{listed})(?![A-Za-z0-9])", re.IGNORECASE)


def without_emails(text: str) -> str:
    return _EMAIL.sub(HIDDEN_EMAIL, _LOGIN.sub("", text)) if "@" in text else text


def without_hosts(text: str) -> str:
    """The text without names of machines that are nobody's outside: `http://hidden-host:5000`."""
    if "://" in text:
        text = _IN_URL.sub(_without_host, text)
    if "@" in text:
        text = _SCP.sub(HIDDEN_HOST, text)
    return _BARE.sub(HIDDEN_HOST, text) if "." in text or "ip-" in text else text


def _without_host(found: "re.Match[str]") -> str:
    host, url = found["host"], found[0]
    if found["scheme"].lower() in _BUCKETS or _THIS.fullmatch(host):
        return url
    return url[: -len(host)] + HIDDEN_HOST if _INTERNAL.fullmatch(host) else url
