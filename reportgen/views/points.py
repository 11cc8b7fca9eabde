"""The page about what makes a run reproducible: why each point counts, how it is done better.

It says what the pages of all runs would say alike; each of their points leads to its own here.
"""

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct

from reportgen.analysis.reproducibility import About, Verdict
from reportgen.views import addresses
from reportgen.views.code import code
from reportgen.views.page import Chip, Code, Head, Section, head
from reportgen.views.reproducibility import MEND, TITLES, VERDICTS, case_id

RULE = (
    "A run could be run again when source, commit, repository, parameters and environment are "
    "recorded; by hand when somebody has to supply some of them; not without source or commit, or "
    "when uncommitted changes or required parameters are lost. Nothing was fetched or tried."
)

WHY: Mapping[About, str] = {
    About.SOURCE: "Which file or entry point was run is where running it again begins.",
    About.COMMIT: "Code changes; the commit says which of its states it was.",
    About.REPOSITORY: "Others can only fetch the code from an address that leads to it.",
    About.CHANGES: "What was changed but not committed ran too, and is in no repository.",
    About.PARAMETERS: "What is not recorded must be guessed, and a wrong value is another run.",
    About.ENVIRONMENT: "The code needs the packages that it ran with.",
    About.PYTHON: "Which packages can be installed, and what they do, depends on Python.",
    About.PINNED: "A package without an exact version is another one tomorrow.",
    About.HASHED: "A hash proves that a package is the very file that was installed then.",
    About.DATASETS: "A digest tells whether the data of today is the data that was read.",
    About.SEED: "Without a seed chance begins elsewhere each time, and so does the result.",
    About.MODEL: "They say what the model takes and gives, so that a new one can take its place.",
    About.ARTIFACTS: "What the run left behind is what a repetition is compared with.",
}

CASES: Mapping[tuple[About, str], str] = {
    (About.SOURCE, "none"): "Where none is recorded",
    (About.SOURCE, "launcher"): "Where a notebook or a console ran",
    (About.CHANGES, "lost"): "Where there were some, and they are lost",
    (About.CHANGES, "cut"): "Where the patch that is kept may lack its end",
    (About.CHANGES, "untold"): "Where nothing tells whether there were any",
    (About.PARAMETERS, "script"): "Of a script",
    (About.PARAMETERS, "no project"): "Where the MLproject is not among what was read",
    (About.PARAMETERS, "no entry point"): "Where the project has no such entry point now",
    (About.PARAMETERS, "lost"): "Where required ones are not recorded",
    (About.PINNED, "image tag"): "Of an image that is named by a tag",
    (About.HASHED, "image tag"): "Of an image that is named by a tag",
    (About.SEED, "unset"): "Where it is recorded, but not set",
    (About.MODEL, "not here"): "Where the files of the model are not here",
}
"""What tells a case from the others of its point."""

LANGUAGES = (("mlflow.", "python", "Python"), ("python:", "yaml", "YAML"), ("", "bash", "Shell"))
"""(what a piece of code begins with, its language, what that is called)."""


class Mending(Struct, frozen=True):
    """How one case of a point is done better."""

    id: str
    """Empty where it is the only one: the point has it."""

    case: str
    words: str
    codes: tuple[Code, ...]


class PointSection(Struct, frozen=True):
    id: str
    title: str
    why: str
    ways: tuple[Mending, ...]


class PointsPage(Struct, frozen=True):
    template: ClassVar[str] = "points.html"

    head: Head
    lede: str
    rule: str
    verdicts: tuple[Chip, ...]
    sections: tuple[Section, ...]
    points: tuple[PointSection, ...]


def points_page(address: str = addresses.REPRODUCIBILITY) -> PointsPage:
    """The same for every site."""
    return PointsPage(
        head=head(address, "points", "Reproducibility", description="How it is judged."),
        lede="What a run has to record so that it can be run again, why, and how it is recorded.",
        rule=RULE,
        verdicts=tuple(VERDICTS[verdict] for verdict in Verdict),
        sections=tuple(Section(about, TITLES[about]) for about in About),
        points=tuple(
            PointSection(about, TITLES[about], WHY[about], tuple(_ways(about))) for about in About
        ),
    )


def _ways(about: About) -> list[Mending]:
    """What serves all other cases comes first."""
    ways = [
        Mending(
            id=case_id(about, finding) if finding else "",
            case=CASES.get((about, finding), ""),
            words=words,
            codes=(_code(text),) if text else (),
        )
        for (of, finding), (words, text) in MEND.items()
        if of is about
    ]
    return sorted(ways, key=lambda way: bool(way.case))


def _code(text: str) -> Code:
    language, title = next(known for start, *known in LANGUAGES if text.startswith(start))
    return code(title, text, language)
