"""What static hosts take, so that a site is told before it is refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NEAR = 0.9
"""Of a limit: from here on it is told."""

HELP = "`reportgen versions prune --keep N` removes what only older report versions need."


@dataclass(frozen=True, slots=True)
class Host:
    """The limits of a host for one site; None where it has none."""

    name: str
    files: int | None = None
    size: int | None = None
    """Bytes."""


HOSTS = {
    # https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits
    "github": Host("GitHub Pages", size=1_000_000_000),
    # https://developers.cloudflare.com/pages/platform/limits/
    "cloudflare": Host("Cloudflare Pages", files=20_000),
    # https://docs.gitlab.com/user/gitlab_com/#gitlab-pages: entries, folders among them
    "gitlab": Host("GitLab Pages", files=200_000, size=1_000_000_000),
}


def warnings(hosts: Iterable[str], files: int, size: int) -> Iterator[str]:
    """A sentence for each limit that a site of so many files and bytes comes near or passes."""
    for name in hosts:
        host = HOSTS[name]
        if host.files is not None and files >= NEAR * host.files:
            yield f"{host.name} takes {host.files:,} files, this site has {files:,}. {HELP}"
        if host.size is not None and size >= NEAR * host.size:
            takes = f"{host.name} takes {host.size / 1e9:g} GB"
            yield f"{takes}, this site has {size / 1e9:.2f} GB. {HELP}"
