"""Secrets that are known by where they stand: in an address, after a name, in a header, as a key
between its lines.

Every search is linear in the text: a word that tells is looked for, and only around it more.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

from reportgen.guard.names import HINT, LONGEST_NAME, Telling, is_plain, is_random, telling

Found = tuple[int, int, str]
"""(start, end, kind)."""

PRIVATE_KEY = "private key"
URL = "password in a URL"
URL_TOKEN = "token in a URL"
NAMED = "value of a secret name"
HEADER = "authorization header"
COMMAND = "password in a command"
LOGIN = "login file"
WEBHOOK = "webhook address"

KINDS = (PRIVATE_KEY, URL, URL_TOKEN, NAMED, HEADER, COMMAND, LOGIN, WEBHOOK)

_BEGIN = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?: ?-{4,5})?")
_END = re.compile(r"-{4,5} ?END [A-Z0-9 ]{0,40}KEY(?: BLOCK)?(?: ?-{4,5})?")
_BODY = re.compile(r"(?:[A-Za-z0-9+/=\s:,.-]|\\+[nrt]|&#10;|<br\s*/?>|\"\s{0,8},?\s{0,8}\")*")
LONGEST_KEY = 20_000
_PUTTY = re.compile(
    r"PuTTY-User-Key-File-\d(?:(?!PuTTY-User)[\s\S]){0,20000}?"
    r"(?:Private-MAC: *[0-9a-f]+|\Z|(?=PuTTY-User))"
)
_KEY_LETTERS = re.compile(r"[A-Za-z0-9+/]{16}")


def keys_in(text: str) -> Iterator[Found]:
    """Private keys, with the lines around them; those that were cut off to their last letter."""
    if "PRIVATE KEY" in text:
        starts = list(_BEGIN.finditer(text))
        limits = [one.start() for one in starts[1:]] + [len(text)]
        for start, limit in zip(starts, limits, strict=True):
            end = _END.search(text, start.end(), min(limit, start.end() + LONGEST_KEY))
            whole = end or _BODY.match(text, start.end(), limit)
            if whole and _KEY_LETTERS.search(text, start.end(), whole.end()):
                yield start.start(), whole.end(), PRIVATE_KEY
    if "PuTTY-User-Key-File" in text:
        yield from ((*one.span(), PRIVATE_KEY) for one in _PUTTY.finditer(text))


# ------------------------------------------------------------------ addresses

_USERINFO = re.compile(r"://([^\s/\"'<>?@:\\]*)(:)?([^\s/\"'<>?\\]{0,300}?)@(?=[\w\[{$<%-])")
_NO_LOGIN = re.compile(r"(?:models|databricks|databricks-uc|dbfs)\Z")
"""MLflow's own addresses have the names of a scope and of a prefix there."""

_USERS = frozenset({"user", "username", "usr", "USER", "USERNAME"})
"""Of examples: with a password that is called so, it is one."""

_ORACLE = re.compile(r"\bthin:[^\s/:@]{1,60}/([^\s@/]{1,100})@")
_WEBHOOK = re.compile(
    r"https?://(?:[\w-]+\.)*(?:discord(?:app)?\.com/api/webhooks/\d+|hooks\.slack\.com/"
    r"(?:services|workflows|triggers)|webhook\.office\.com/webhookb2|hooks\.zapier\.com/hooks/catch"
    r"|api\.telegram\.org/bot|logic\.azure\.com/workflows)[^\s\"'<>\\)]*"
)


def in_addresses(text: str) -> Iterator[Found]:
    """Credentials of URLs, whole: nobody knows whether it is the user's name that is the token."""
    if "@" in text and "://" in text:
        yield from _logins(text)
    if "thin:" in text:
        yield from ((*one.span(1), URL) for one in _ORACLE.finditer(text))
    for one in _WEBHOOK.finditer(text):
        if _LONG_PART.search(text, one.start() + 20, one.end()):
            yield *one.span(), WEBHOOK


_LONG_PART = re.compile(r"[A-Za-z0-9_-]{16}")


def _logins(text: str) -> Iterator[Found]:
    for one in _USERINFO.finditer(text):
        if _NO_LOGIN.search(text, max(0, one.start() - 12), one.start()):
            continue
        end = _last_at(text, one.end() - 1)
        user, password = one[1], text[one.start(3) : end]
        if not one[2] and is_random(user, at_least=20):
            yield one.start(1), end, URL_TOKEN
        if one[2] and not is_plain_login(password) and not (user in _USERS and is_plain(password)):
            yield one.start(1), end, URL


def _last_at(text: str, at: int) -> int:
    """Where the host begins: a password may have an @ in it, as people write it."""
    stop = _AFTER_HOST.search(text, at)
    return text.rindex("@", 0, stop.start() if stop else len(text))


_AFTER_HOST = re.compile(r"[\s/\"'<>?\\]")


def is_plain_login(password: str) -> bool:
    """True for what stands in examples in place of a password."""
    return (
        not password
        or len(set(password)) == 1
        or bool(re.fullmatch(r"[$%{<\[(].*|\*+|x+|\.+|%s|.*\*{3}.*|.*•.*|…", password, re.I))
    )


# ------------------------------------------------------------------ names and their values

_QUOTE = r"(?:\\*[\"'`]|&(?:quot|\#34|\#39|\#x27|apos);)"
_AFTER = re.compile(
    rf"""(?x)
    (?P<close>{_QUOTE}[\])]{{0,2}}|\])?
    (?: \s{{0,8}}(?P<sep>:=|=>|={{1,2}}|:|(?<=\s)is:?(?=\s))\s{{0,8}}
      | \s{{0,8}},?\s{{0,40}}{_QUOTE}?(?:value|val|default){_QUOTE}?\s{{0,4}}[:=]\s{{0,4}}
      | \s{{0,4}}(?P<cell>[,|\t]|(?:</\w+>\s*){{1,2}}(?:<\w+[^>]{{0,80}}>\s*){{1,2}})\s{{0,4}}
      | (?P<tag>>)
      | (?P<space>[ ]{{1,4}}) )
    (?P<open>[bruf@]{{0,2}}{_QUOTE})?
    """
)
_UNQUOTED = re.compile(
    r"(?![,;:&|()\[\]{}])(?:[^\s\"'`,;<>&|()\[\]{}\\]"
    r"|[,;&|()\[\]{}](?![\s\"'`<]|$|[\w.\- ]{1,40}[=:])|&(?!\w+;))+"
)
_ENDS = re.compile(r"\\*[\"'`]|&(?:quot|\#34|\#39|\#x27|apos);|[\n\r]|\\n")
_NAME_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
_CODE = re.compile(r"[A-Za-z_-]+|[A-Za-z_]\w*(?=[_.(\[{|,:;)\]}])[\w.]*(?:[(\[{|,:;)\]}].*)?")
"""What stands in code after a name, and is no value: `self.password`, `get(key)`, `str`."""

_NUMBERED = re.compile(r"[\w.-]*[A-Za-z][0-9]{2,}")
"""As people end their passwords, and seldom what they call things in code."""
_ENV_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def after_names(text: str) -> Iterator[Found]:
    """Values of names that tell: `DB_PASSWORD=…`, `"api_key": "…"`, `--token …`, table cells."""
    done = 0
    for hint in HINT.finditer(_lowered(text)):
        if hint.start() < done:
            continue
        found = _value_after(text, hint)
        if found:
            done = _WHOLE.match(text, found[1]).end()  # type: ignore[union-attr]
            yield found[0], done, found[2]


_WHOLE = re.compile(r"[A-Za-z0-9+/=_.~%-]*")
"""What goes on after the longest value that is looked at: no part of a secret may stay."""


def _lowered(text: str) -> str:
    """As long as the text: one letter alone gets longer."""
    return text.replace("İ", "I").lower()


def _value_after(text: str, hint: re.Match[str]) -> Found | None:
    start, end = _name_around(text, hint)
    told = telling(text[start:end].lstrip("-_."))
    if told is Telling.NOTHING or (start and text[start - 1] in "/\\$"):  # a path, a variable
        return None
    after = _AFTER.match(text, end)
    if not after or not _fits(text, start, after):
        return None
    value = _quoted(text, after) if after["open"] else _unquoted(text, after)
    if value is None:
        return None
    inner = text[slice(*value)]
    if after["cell"] or (after["space"] and not text.startswith("--", start)):
        return (*value, NAMED) if told > Telling.MENTIONS and is_random(inner.strip()) else None
    sure = _is_sure(text[start:end], after, text, inner)
    return (*value, NAMED) if is_secret_value(inner, told, sure=sure) else None


def _fits(text: str, start: int, after: re.Match[str]) -> bool:
    """False for `<password>` without its end, for one of many names with colons between, and for a
    name that is quoted together with what comes after it."""
    before = text[start - 1 : start]
    if after["open"] and after["open"] == before and not after["close"]:
        return False
    if after["tag"]:
        return before == "<" and text.find("</", after.end(), after.end() + 512) >= 0
    return not (after["sep"] == ":" and before == ":")


def _name_around(text: str, hint: re.Match[str]) -> tuple[int, int]:
    before = text[max(0, hint.start() - LONGEST_NAME // 2) : hint.start()]
    after = text[hint.end() : hint.end() + LONGEST_NAME // 2]
    return (
        hint.start() - len(before) + len(before.rstrip(_NAME_LETTERS)),
        hint.end() + len(after) - len(after.lstrip(_NAME_LETTERS)),
    )


def _unquoted(text: str, after: re.Match[str]) -> tuple[int, int] | None:
    value = _UNQUOTED.match(text, after.end(), after.end() + LONGEST_SECRET)
    return value.span() if value else None


def _quoted(text: str, after: re.Match[str]) -> tuple[int, int] | None:
    """The value between quotes; to the end of the line where they are not closed."""
    begin = after.end()
    quote = after["open"].lstrip("bruf@")
    for end in _ENDS.finditer(text, begin, begin + LONGEST_SECRET):
        if end[0] == quote or end[0] in "\r\n":
            return begin, end.start()
    return begin, min(len(text), begin + LONGEST_SECRET)


def _is_sure(name: str, after: re.Match[str], text: str, value: str) -> bool:
    """True where the value is a value, not a word of prose or of code."""
    if after["open"] or _NUMBERED.fullmatch(value) or not _CODE.fullmatch(value):
        return True
    begin = after.end()
    line = text[text.rfind("\n", 0, begin) + 1 : begin].strip()
    return after["sep"] == "=" and bool(_ENV_NAME.fullmatch(name)) and line.endswith(f"{name}=")


def is_secret_value(value: str, told: Telling, *, sure: bool = True) -> bool:
    """Whether the value of a name that tells so much is a secret.

    `sure` is false where it may be a word of prose or of code: it must look made by chance then.
    """
    value = value.strip()
    if is_plain(value) or len(value) > LONGEST_SECRET or "\n" in value:
        return False
    if told is Telling.SECRET and sure:
        return len(value) >= 5 and value.count(" ") < 8
    if told is Telling.SECRET:
        return is_random(value)
    if told is Telling.MAYBE:
        return is_random(value) or _is_login(value)
    return told is Telling.MENTIONS and is_random(value, at_least=24, hex_too=False)


LONGEST_SECRET = 1024


def _is_login(value: str) -> bool:
    """True for `user:password` as base64, which is how headers and Docker keep it."""
    if len(value) < 8 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", value):
        return False
    try:
        plain = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    user, colon, password = plain.partition(":")
    return bool(colon and user and password) and plain.isprintable()


# ------------------------------------------------------------------ headers, commands, login files

_SCHEME = re.compile(r"bearer|basic|token")
_SENT = re.compile(rf"(?:\s+|\s*:\s*){_QUOTE}?([A-Za-z0-9+/=_.~-]{{8,}})")
_SAID: Mapping[str, tuple[str, re.Pattern[str]]] = {
    word: (kind, re.compile(form, re.M))
    for word, kind, form in (
        (
            "curl",
            COMMAND,
            r"curl\b[^\n|;]{0,200}?\s(?:-u|--user)[ =]?[\"']?[^\s:\"'$]+:([^\s\"']+)",
        ),
        ("wandb login", COMMAND, r"wandb login\s+(?:--relogin\s+)?([0-9a-f]{40})"),
        ("sshpass", COMMAND, r"sshpass\s+-p\s*[\"']?([^\s\"']+)"),
        ("mysql", COMMAND, r"mysql(?:dump)?\b[^\n|;]{0,100}?\s-p([^\s\"'-][^\s\"']*)"),
        ("docker", COMMAND, r"docker\s+login\b[^\n|;]{0,200}?\s-p[ =]?[\"']?([^\s\"']+)"),
        ("redis-cli", COMMAND, r"redis-cli\b[^\n|;]{0,200}?\s-a\s+[\"']?([^\s\"']+)"),
        ("login", LOGIN, r"login\s+\S+\s+password\s+(\S+)"),
        (":5432:", LOGIN, r":5432:[\w*-]+:[\w*-]+:(\S+)$"),
        (":*:", LOGIN, r":\*:[\w*-]+:[\w*-]+:(\S+)$"),
        (
            '"username"',
            LOGIN,
            r"\"username\"\s*:\s*\"[^\"]{1,80}\"\s*,\s*\"key\"\s*:\s*\"([0-9a-f]{32})\"",
        ),
    )
}
"""(kind, form) by the word that it begins with. Kaggle's login file has a user's name and a key."""


def may_be_said(text: str) -> bool:
    """True where there may be something for `in_commands`."""
    return _ANY_SAID.search(text) is not None


_ANY_SAID = re.compile("|".join(map(re.escape, _SAID)))


def in_commands(text: str) -> Iterator[Found]:
    """What is sent as a header, said to a program, or kept in a file of logins."""
    yield from _in_headers(text)
    for word, (kind, form) in _SAID.items():
        if word in text:
            for one in form.finditer(text):
                if not is_plain_login(one[1]) and not is_plain(one[1]):
                    yield *one.span(1), kind


def _in_headers(text: str) -> Iterator[Found]:
    for scheme in _SCHEME.finditer(_lowered(text)):
        sent = _SENT.match(text, scheme.end())
        if sent and not (scheme.start() and text[scheme.start() - 1] in "-_"):
            is_basic = scheme[0] == "basic"
            if _is_login(sent[1]) if is_basic else is_random(sent[1], at_least=20):
                yield *sent.span(1), HEADER
