"""What detect-secrets finds (github.com/Yelp/detect-secrets), asked line by line, offline.

It is asked only where a text looks like something that it knows: it takes a third of a second to
import, and a usual store has nothing for it. Of its plugins those are used that know a form; its
measures of entropy and its keywords call every digest a secret, and are not.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from reportgen.guard.names import is_random

PLUGINS = {
    "artifactory.ArtifactoryDetector": "Artifactory credentials",
    "aws.AWSKeyDetector": "AWS access key",
    "azure_storage_key.AzureStorageKeyDetector": "Azure storage key",
    "cloudant.CloudantDetector": "Cloudant credentials",
    "discord.DiscordBotTokenDetector": "Discord token",
    "github_token.GitHubTokenDetector": "GitHub token",
    "gitlab_token.GitLabTokenDetector": "GitLab token",
    "ibm_cloud_iam.IbmCloudIamDetector": "IBM Cloud key",
    "jwt.JwtTokenDetector": "JSON web token",
    "mailchimp.MailchimpDetector": "Mailchimp key",
    "npm.NpmDetector": "npm token",
    "openai.OpenAIDetector": "OpenAI key",
    "pypi_token.PypiTokenDetector": "PyPI token",
    "sendgrid.SendGridDetector": "SendGrid key",
    "slack.SlackDetector": "Slack token",
    "softlayer.SoftlayerDetector": "SoftLayer credentials",
    "square_oauth.SquareOAuthDetector": "Square secret",
    "stripe.StripeDetector": "Stripe key",
    "telegram_token.TelegramBotTokenDetector": "Telegram token",
    "twilio.TwilioKeyDetector": "Twilio key",
}
"""What problems call that which each finds."""

_WORDS = ("cloudant", "softlayer", "sq0csp-", "AccountKey=", "_authToken", "T3BlbkFJ")
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"[0-9]{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])",
        r"[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}",
        r"A(?<![A-Za-z0-9+/_-]A)(?:KC|P[0-9A-F])[A-Za-z0-9]{16}",
        r"-us[0-9]",
        r"(?:AC|SK)(?<![A-Za-z0-9+/_-]..)[a-z0-9]{32}",
    )
)
_DIGEST = re.compile(r"[A-Z]{0,2}[0-9a-f]{32}")
LONGEST_LINE = 4_000
"""Its expressions are not linear: of a longer line, that much is asked about."""


def library_finds(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of what it finds that looks made by chance and stands alone."""
    for offset, line in _lines(text):
        for plugin, kind in _plugins():
            for value in dict.fromkeys(plugin.analyze_string(line)):
                yield from ((offset + a, offset + b, kind) for a, b in _places(line, value))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """(offset, line) of those with something that it may know, and of long lines what is around."""
    asked = -1
    for at in sorted(_worth_asking(text)):
        if at >= asked:
            start = max(text.rfind("\n", 0, at) + 1, at - LONGEST_LINE // 2)
            end = text.find("\n", at)
            asked = min(end if end >= 0 else len(text), at + LONGEST_LINE // 2)
            yield start, text[start:asked]


def _worth_asking(text: str) -> Iterator[int]:
    """Places of words and forms of its own; every form here begins with letters that are rare."""
    for word in _WORDS:
        at = text.find(word)
        while at >= 0:
            yield at
            at = text.find(word, at + 1)
    for form in _FORMS:
        yield from (match.start() for match in form.finditer(text))


@lru_cache(maxsize=1)
def _plugins() -> Sequence[tuple[Any, str]]:
    found = []
    for place, kind in PLUGINS.items():
        module, name = place.split(".")
        found.append((getattr(import_module(f"detect_secrets.plugins.{module}"), name)(), kind))
    return found


def _places(line: str, value: str) -> Iterator[tuple[int, int]]:
    """Where a value stands; what it finds may be cut short, so to the end of the token."""
    bare = value.strip(" \t\"'=:")
    if not bare or not (is_random(bare[-120:], at_least=12) or _DIGEST.match(bare)):
        return
    at = line.find(bare)
    while at >= 0:
        end = re.compile(r"[A-Za-z0-9_-]*").match(line, at + len(bare)).end()  # type: ignore[union-attr]
        if not (at and line[at - 1].isalnum()):
            yield at, end
        at = line.find(bare, end)
