"""What a name tells of its value: `db_password` holds a secret, `max_tokens` and `password_policy`
do not.

A name is told by its last words (`aws_secret_access_key_prod` as much as `SecretAccessKey`). Some
say secret whatever the value is; others, such as `token`, do only where the value looks made by
chance.
"""

import math
import re
from collections import Counter
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise


class Telling(IntEnum):
    """How much a name says of its value."""

    NOTHING = 0
    MENTIONS = 1
    """A word of secrets, not at its end: `token_github`, `password_hash`."""

    MAYBE = 2
    """`hub_token`, `key`: secret if it looks made by chance."""

    SECRET = 3
    """`password`, `api_key`: secret unless it is plainly none."""


HINT = re.compile(
    r"pass|kennwort|pwd|pw\b|secret|token|key|auth|credential|creds|bearer|sig\b|signature|sas\b|cookie"
    r"|webhook|dsn|conn|jwt|pat\b"
)
"""In lower-case text: what has none of these has no telling name."""

_SECRET = frozenset(
    """
    passwort kennwort
    password passwd passphrase passcode pwd secret secrets apikey accesskey secretkey authtoken
    accesstoken apitoken clientsecret privatekey credentials credential creds connectionstring
    userpass dbpass pgpassword
    """.split()
)
_SECRET_PAIRS = frozenset(
    """
    api:key access:key auth:key secret:key private:key account:key service:key storage:key
    subscription:key signing:key encryption:key master:key shared:key license:key client:key
    access:token auth:token api:token bearer:token refresh:token secret:token bot:token
    personal:token hub:token oauth:token id:token security:token connection:string conn:string
    conn:str sas:token db:pass database:pass user:pass admin:pass root:pass smtp:pass mail:pass
    ftp:pass key:pass amz:signature goog:signature amz:credential basic:auth encrypt:key db:pw
    user:pw admin:pw root:pw hmac:key deploy:key host:key
    """.split()
)
_MAYBE = frozenset(
    "token key auth pass pw sas sig jwt pat cookie session authorization bearer dsn webhook".split()
)
_INNOCENT_PAIRS = frozenset(
    """
    pad:token eos:token bos:token unk:token cls:token sep:token mask:token stop:token start:token
    end:token special:token image:token audio:token page:token next:token continuation:token
    cache:key sort:key primary:key partition:key foreign:key group:key object:key index:key
    join:key lookup:key dict:key row:key col:key column:key hash:key public:key metric:key
    param:key experiment:key run:key dataset:key data:key idempotency:key dedup:key trace:key
    s3:key rng:key prng:key random:key pubkey:key mask:key input:key output:key label:key
    target:key feature:key image:key text:key config:key state:key model:key artifact:key
    """.split()
)
_TRAILING = frozenset(
    """
    prod production dev development staging stage test qa live value val str string plain text
    old new current default backup primary secondary main base b64 base64 raw
    """.split()
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+")
LONGEST_NAME = 120


@lru_cache(maxsize=8192)
def telling(name: str) -> Telling:
    """How much this name says."""
    if len(name) > LONGEST_NAME or not HINT.search(name.lower()):
        return Telling.NOTHING
    words = [word.lower() for word in _WORD.findall(name)]
    pairs = {f"{one}:{two}" for one, two in pairwise(words)}
    mentions = pairs & _SECRET_PAIRS or set(words) & (_SECRET | _MAYBE - {"key", "session"})
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in _TRAILING):
        words.pop()
    last = words[-1] if words else ""
    pair = ":".join(words[-2:])
    if pair in _INNOCENT_PAIRS:
        return Telling.NOTHING
    if last in _SECRET or pair in _SECRET_PAIRS:
        return Telling.SECRET
    if last in _MAYBE or last.endswith(("password", "apikey", "_token")):
        return Telling.MAYBE
    return Telling.MENTIONS if mentions else Telling.NOTHING


# ------------------------------------------------------------------ what a value looks like

_PLAIN = re.compile(
    r"""(?ix)
    [-+]?[\d.,_]+(e[-+]?\d+)? | nan | inf | true | false | yes | no | none | null | nil | na | n/a
    | undefined | empty | unset | missing | optional | required | hidden | redacted | removed
    | masked | pass | passwd | pw | pwd | secrets? | credentials? | password | token | key | string
    | str | text | bytes | int | any | basic
    | bearer | oauth2? | default | auto | env | environment | file | vault | keyring | prompt
    | disabled | enabled | example | test | dummy | fake | placeholder | change[-_ ]?me | todo | tbd
    | (your|my|the|insert|enter|some|example|dummy|fake)[-_ ].* | <[^>]*>
    | .*(\*{3}|x{5}|•|…|\#{4}).* | .*\.{3} | \[[^\]]*\] | \{[^}]*\} | \(.*\)
    | .*\{[a-z_][\w.\[\]']*(![rs])?\}.*
    | [a-z]+([_-][a-z]+)*[_-](secrets?|password|passphrase|credentials?|token|key)
    | \$[A-Za-z_{(].* | .*\$[{(].*[)}].* | .*\{\{.* | %\w+% | .*%\([a-z_]+\)s.* | %s | \{\w*\}
    | (os|sys|self|cls|env|config|settings|args|params|cfg|conf|process|secrets|st|dbutils)[.\[].*
    | [\w.]*(getenv|environ|getpass|get_secret|secretsmanager|keyvault)\b.*
    | (env|vault|secret|file|gcp|aws|azure|keyring|op|ssm|sm|arn|projects|ref)(:|://|/).*
    | https?://[^\s@?]*
    """
)
_PATH = re.compile(r"(?:~?|\.{1,2}|[A-Za-z]:|file:/*)[\\/](?:[\w.\- ]+[\\/])*[\w.\- ]*")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_MADE_OF = re.compile(r"[A-Za-z0-9+/=_.~!@#$%^&*:-]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGEST = re.compile(r"(?:sha\d+|md5|blake2[bs]?)[:=-]\S+", re.I)
LONGEST_VALUE = 512


def is_plain(value: str) -> bool:
    """True for what nobody would keep secret: numbers, placeholders, where a secret is kept."""
    return len(value) < 4 or (
        len(value) <= LONGEST_VALUE
        and bool(
            _PLAIN.fullmatch(value)
            or (_PATH.fullmatch(value) and not is_random(value, hex_too=False))
            or _VARIABLE.fullmatch(value)
            or _DIGEST.fullmatch(value)
        )
    )


def is_random(value: str, *, at_least: int = 16, hex_too: bool = True) -> bool:
    """True for letters and digits as chance puts them, not as people do.

    Of words and numbers that somebody wrote, parts are long: `bert-base-uncased`, `layer12`; of
    what was drawn by chance they are one to three letters.
    """
    if not (at_least <= len(value) <= LONGEST_VALUE and _MADE_OF.fullmatch(value)):
        return False
    if _HEX.fullmatch(value) or _UUID.fullmatch(value):
        return hex_too and len(value) >= 32 and _bits(value) >= 2.8
    parts = _PART.findall(value)
    letters = sum(map(len, parts))
    if letters < at_least * 0.75 or max(map(len, parts), default=0) > 12:
        return False
    kinds = (any(one.isdigit() for one in value), value != value.lower(), value != value.upper())
    if sum(kinds) < 2:
        return False
    longest_mean = 3.6 if letters == len(value) >= 24 else 2.9
    return letters / len(parts) <= longest_mean and _bits(value) >= 3.0


def _bits(value: str) -> float:
    """Shannon's entropy of a letter, in bits."""
    count = len(value)
    return -sum(n / count * math.log2(n / count) for n in Counter(value).values())
