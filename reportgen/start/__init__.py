"""`reportgen init`: files to begin with. Each is a file beside this one, with its words in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportgen.site.fresh import write_new

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Start:
    """A file to begin with."""

    address: str
    """Where it belongs in a project."""

    template: str


SETTINGS = Start("reportgen.yml", "reportgen.yml")
GITHUB = Start(".github/workflows/report.yml", "github.yml")
GITLAB = Start(".gitlab-ci.yml", "gitlab.yml")


def init(folder: Path, starts: list[Start]) -> Iterator[tuple[str, bool]]:
    """Write the files that are not there yet: (address, whether it was written) of each.

    Raises ReportError where one cannot be written.
    """
    for start in starts:
        content = (HERE / start.template).read_bytes()
        yield start.address, write_new(folder / start.address, content)
