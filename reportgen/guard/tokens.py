"""Secrets that are known by their form: a beginning that their maker gave them, and what follows.

The forms are those that the makers document, or that GitHub's secret scanning names for them
(docs.github.com, "Supported secret scanning patterns"). The beginnings are looked for in long
unbroken runs of letters alone: text without such a run has none of these secrets.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

RUN = re.compile(r"[A-Za-z0-9_.\-]{16,}")
"""What could be a token; nothing else is looked at."""

_WORD = "[A-Za-z0-9]"
_WIDE = "[A-Za-z0-9_-]"

_FORMS: tuple[tuple[str, str, str], ...] = (
    # clouds
    ("AWS access key", "AKIA ASIA ABIA ACCA", "[A-Z0-9]{16}"),
    ("AWS Bedrock key", "ABSK", "[A-Za-z0-9+/]{80,}={0,2}"),
    ("Google API key", "AIza", f"{_WIDE}{{35}}"),
    ("Google OAuth secret", "GOCSPX-", f"{_WIDE}{{24,}}"),
    ("Google OAuth token", "ya29.", f"{_WIDE}{{20,}}"),
    ("Alibaba Cloud access key", "LTAI", f"{_WORD}{{12,26}}"),
    ("Tencent Cloud secret", "AKID", f"{_WORD}{{32}}"),
    ("Yandex Cloud key", "AQVN", f"{_WIDE}{{35,}}"),
    ("Yandex Cloud token", "t1.", r"[A-Z0-9a-z_-]+={0,2}\.[A-Z0-9a-z_-]{86}={0,2}"),
    ("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", "[a-f0-9]{64}"),
    ("Heroku key", "HRKU-", f"{_WIDE}{{36,}}"),
    ("Fly.io token", "fm1_ fm2_ fo1_", f"{_WIDE}{{40,}}"),
    # model hubs, trackers and those that serve models
    ("Hugging Face token", "hf_ api_org_", f"{_WORD}{{30,}}"),
    ("Anthropic key", "sk-ant-", f"{_WIDE}{{24,}}"),
    ("OpenRouter key", "sk-or-", f"{_WIDE}{{32,}}"),
    ("Langfuse key", "sk-lf-", "[a-f0-9-]{36}"),
    ("OpenAI key", "sk-proj- sk-svcacct- sk-admin- sk-None-", f"{_WIDE}{{20,}}"),
    ("key of a model service", "sk-", f"{_WORD}{{32,}}"),
    ("Groq key", "gsk_", f"{_WORD}{{40,}}"),
    ("xAI key", "xai-", f"{_WORD}{{40,}}"),
    ("Replicate token", "r8_", f"{_WORD}{{36,40}}"),
    ("Perplexity key", "pplx-", f"{_WORD}{{40,}}"),
    ("NVIDIA key", "nvapi-", f"{_WIDE}{{40,}}"),
    ("Together AI key", "tgp_v1_", f"{_WIDE}{{40,}}"),
    ("Fireworks AI key", "fw_", f"{_WORD}{{22,30}}"),
    ("Cerebras key", "csk-", f"{_WORD}{{40,}}"),
    ("Voyage AI key", "pa- al-", f"{_WIDE}{{43}}(?!{_WIDE})"),
    ("Jina AI key", "jina_", f"{_WIDE}{{40,}}"),
    ("Pinecone key", "pcsk_", f"{_WIDE}{{40,}}"),
    ("Tavily key", "tvly-", f"{_WIDE}{{28,}}"),
    ("Firecrawl key", "fc-", "[a-f0-9]{32}"),
    ("RunPod key", "rpa_", f"{_WORD}{{36,}}"),
    ("ElevenLabs key", "sk_", "[a-f0-9]{48}"),
    ("E2B key", "e2b_", "[a-f0-9]{40}"),
    ("Apify token", "apify_api_", f"{_WORD}{{34,}}"),
    ("LangSmith key", "lsv2_pt_ lsv2_sk_ ls__", "[a-f0-9_]{32,}"),
    ("Weights & Biases key", "wandb_v1_", f"{_WIDE}{{40,}}"),
    ("Kaggle token", "KGAT_", "[A-Za-z0-9]{32,}"),
    ("Neptune token", "eyJhcGlf", f"{_WIDE}{{40,}}={{0,2}}"),
    ("Databricks token", "dapi dkea dose dose-", "[a-f0-9]{32}(?:-[0-9]{1,2})?"),
    ("Azure Databricks token", "dosea", "[a-f0-9]{32}"),
    # where code lies
    ("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", f"{_WORD}{{36,}}"),
    ("GitHub token", "github_pat_", "[A-Za-z0-9_]{50,}"),
    (
        "GitLab token",
        "glpat- gldt- glrt- glrtr- glft- glsoat- glcbt- glptt- glagent- gloas- glimt- glffct-",
        r"[A-Za-z0-9_.-]{20,}",
    ),
    ("Bitbucket token", "ATBB", f"{_WORD}{{32}}"),
    ("Atlassian token", "ATATT3 ATCTT3", r"[A-Za-z0-9_=-]{60,}"),
    ("npm token", "npm_", f"{_WORD}{{36}}"),
    ("PyPI token", "pypi-AgE pypi-AgN", f"{_WIDE}{{40,}}"),
    ("RubyGems key", "rubygems_", "[a-f0-9]{48}"),
    ("NuGet key", "oy2", "[a-z0-9]{43}"),
    ("crates.io token", "cio", f"{_WORD}{{32}}"),
    ("Docker token", "dckr_pat_ dckr_oat_", f"{_WIDE}{{27,}}"),
    ("Sourcegraph token", "sgp_", "(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}"),
    ("Terraform token", "", f"{_WORD}{{14}}\\.atlasv1\\.{_WIDE}{{60,}}"),
    ("Artifactory credentials", "AKCp", f"{_WORD}{{60,}}"),
    ("Pulumi token", "pul-", "[a-f0-9]{40}"),
    ("Vault token", "hvs. hvb. hvr.", f"{_WIDE}{{24,}}"),
    ("Doppler token", "dp.", r"(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{40,}"),
    ("Age key", "AGE-SECRET-KEY-1", "[A-Z0-9]{50,}"),
    # services
    (
        "Slack token",
        "xoxb- xoxa- xoxp- xoxo- xoxs- xoxr- xoxe- xoxe.xoxp- xapp-",
        f"{_WIDE}{{20,}}",
    ),
    ("Stripe key", "sk_live_ sk_test_ rk_live_ rk_test_", f"{_WORD}{{16,}}"),
    ("Stripe webhook secret", "whsec_", "[A-Za-z0-9+/]{32,}={0,2}"),
    ("SendGrid key", "SG.", f"{_WIDE}{{16,32}}\\.{_WIDE}{{16,64}}"),
    ("Mailgun key", "key-", "[a-f0-9]{32}"),
    ("Twilio key", "SK", "[a-f0-9]{32}"),
    ("Shopify token", "shpat_ shpca_ shppa_ shpss_", "[a-fA-F0-9]{32}"),
    ("Square secret", "sq0csp- sq0atp-", f"{_WIDE}{{22,}}"),
    ("Sentry token", "sntrys_ sntryu_", "[A-Za-z0-9_+/=]{40,}"),
    ("Grafana token", "glsa_ glc_", "[A-Za-z0-9_+/=]{32,}"),
    ("New Relic key", "NRAK- NRII- NRJS-", f"{_WIDE}{{19,}}"),
    ("Dynatrace token", "dt0c01. dt0s01.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    ("Linear key", "lin_api_", f"{_WORD}{{32,}}"),
    ("Notion token", "ntn_ secret_", f"{_WORD}{{43,}}"),
    ("Figma token", "figd_", f"{_WIDE}{{40,}}"),
    ("Airtable token", "pat", f"{_WORD}{{14}}\\.[a-f0-9]{{64}}"),
    ("Postman key", "PMAK-", "[a-f0-9]{24}-[a-f0-9]{34}"),
    ("Supabase key", "sbp_ sb_secret_", f"{_WIDE}{{30,}}"),
    ("PlanetScale secret", "pscale_pw_ pscale_tkn_ pscale_oauth_", f"{_WIDE}{{32,}}"),
    ("Dropbox token", "sl.", f"{_WIDE}{{80,}}"),
    ("Facebook token", "EAA", f"{_WORD}{{80,}}"),
    # any maker
    ("JSON web token", "eyJ", r"[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*"),
    ("JSON web token", "eyJ", r"[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]*){4}"),
    ("Azure client secret", "", r"[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    ("Azure DevOps token", "", f"{_WORD}{{76}}AZDO{_WORD}{{4}}"),
    (
        "Azure key",
        "",
        r"[A-Za-z0-9+/]{20,}(?:JQQJ99|\+ASt|\+AMC|\+ABa|AzCa|AzSe)[A-Za-z0-9+/]{4,}={0,2}",
    ),
)
"""(kind, beginnings, what follows). One without a beginning is known by a mark in its middle."""


def _either(words: Iterable[str]) -> str:
    """A pattern of any of these words that looks at each letter once."""
    inner: dict[str, list[str]] = {}
    for word in words:
        inner.setdefault(word[:1], []).append(word[1:])
    parts = [
        re.escape(first) + (_either(rest) if len(rest) > 1 else re.escape(rest[0]))
        for first, rest in sorted(inner.items(), reverse=True)
        if first
    ]
    return f"(?:{'|'.join(parts)}{'|' if '' in inner else ''})"


_BY_START: dict[str, list[tuple[str, str]]] = {}
for _kind, _starts, _rest in _FORMS:
    for _start in _starts.split():
        _BY_START.setdefault(_start, []).append((_kind, re.escape(_start) + _rest))
_START = re.compile(_either(_BY_START)[3:-1])  # without the group: sre then skips to a first letter
_MARKS = ("Q~", ".atlasv1.", "AZDO", "JQQJ99", "+ASt", "+AMC", "+ABa", "AzCa", "AzSe")
_MARKED = tuple((kind, rest) for kind, starts, rest in _FORMS if not starts)
_compiled = cache(re.compile)
"""A form is compiled when its beginning is met: a build meets few."""

_REACH = 100
"""Letters before its mark that a token may have."""

KINDS = tuple(dict.fromkeys(kind for kind, _, _ in _FORMS))


def tokens_in(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of each token of a known form."""
    for run in RUN.finditer(text):
        at = run.start()
        while start := _START.search(text, at, run.end()):
            found = _token_at(text, start)
            if found:
                yield found
            at = max(start.start() + 1, found[1] if found else 0)
    for mark in _MARKS:
        at = text.find(mark)
        while at >= 0:
            end = at + len(mark)
            for found in _around(text, at):
                end = max(end, found[1])
                yield found
            at = text.find(mark, end)


def _token_at(text: str, start: re.Match[str]) -> tuple[int, int, str] | None:
    place = start.start()
    if place and _is_letter(text[place - 1]):
        return None
    for length in range(len(start[0]), 1, -1):  # `sk-` too where `sk-proj-` leads to nothing
        for kind, form in _BY_START.get(start[0][:length], ()):
            if match := _compiled(form).match(text, place):
                return place, _end_of(text, match.end()), kind
    return None


def _around(text: str, mark: int) -> Iterator[tuple[int, int, str]]:
    for kind, form in _MARKED:
        for match in _compiled(form).finditer(text, max(0, mark - _REACH), mark + 2 * _REACH):
            if match.start() <= mark < match.end():
                yield match.start(), _end_of(text, match.end()), kind


def _is_letter(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


_REST = re.compile(r"[A-Za-z0-9_-]*")


def _end_of(text: str, end: int) -> int:
    """Where a token ends that goes on further than its form says: no part of it may stay."""
    rest = _REST.match(text, end)
    return rest.end() if rest else end
