"""Whether a run could be run again, point by point, and the commands that do it.

Why a point counts and how it is done better is the same for all runs: `points` has it.
"""

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from reportgen.analysis import forge
from reportgen.analysis.reproducibility import About, Answer, Point, Scorecard, Share, Verdict
from reportgen.analysis.rerun import Rerun, Stage, Ways
from reportgen.views import addresses, wording
from reportgen.views.code import code
from reportgen.views.page import Chip, Code, Fact, Link

LONGEST_EVIDENCE = 160

POINTS = addresses.relative(addresses.REPRODUCIBILITY, addresses.run("", ""))
"""The page about the points, from that of a run."""

VERDICTS: Mapping[Verdict, Chip] = {
    Verdict.AGAIN: Chip("Could be run again", "ok", "check"),
    Verdict.BY_HAND: Chip("Could be run again by hand", "warn", "term"),
    Verdict.NOT: Chip("Cannot be run again", "bad", "x"),
}
SHORT: Mapping[Verdict | None, str] = {
    None: "",
    Verdict.AGAIN: "yes",
    Verdict.BY_HAND: "by hand",
    Verdict.NOT: "no",
}
"""As a table of runs has it."""

ANSWERS: Mapping[Answer, Chip] = {
    Answer.YES: Chip("yes", "ok", "check"),
    Answer.NO: Chip("no", "bad", "x"),
    Answer.UNKNOWN: Chip("unknown", "warn", "help"),
    Answer.NOT_APPLICABLE: Chip("does not apply"),
}

TITLES: Mapping[About, str] = {
    About.SOURCE: "Source and entry point",
    About.COMMIT: "Commit",
    About.REPOSITORY: "Repository",
    About.CHANGES: "Uncommitted changes",
    About.PARAMETERS: "Parameters",
    About.ENVIRONMENT: "Environment",
    About.PYTHON: "Python version",
    About.PINNED: "Packages pinned",
    About.HASHED: "Packages hashed",
    About.DATASETS: "Dataset digests",
    About.SEED: "Seed",
    About.MODEL: "Signature and example",
    About.ARTIFACTS: "Artifacts",
}

EVIDENCE: Mapping[tuple[About, str], str] = {
    (About.SOURCE, "none"): "mlflow.source.name is not recorded.",
    (About.SOURCE, "launcher"): "{0} says that a notebook or a console ran, but not which.",
    (About.SOURCE, "project"): "{0}, entry point {1}",
    (About.SOURCE, "file"): "{0}",
    (About.COMMIT, "none"): "mlflow.source.git.commit is not recorded.",
    (About.COMMIT, "other"): "{0} does not name a git commit.",
    (About.COMMIT, "commit"): "{0}",
    (About.REPOSITORY, "none"): "No address is recorded.",
    (About.REPOSITORY, "local"): "{0} is a place on the machine where it ran.",
    (About.REPOSITORY, "address"): "{0}",
    (About.CHANGES, "no commit"): "There is no commit to differ from.",
    (About.CHANGES, "patch"): "There were some; they are kept as a patch of {0} lines.",
    (About.CHANGES, "cut"): "A patch is kept, but it fills its tag, so its end may be missing.",
    (About.CHANGES, "lost"): "There were some (mlflow.source.git.dirty), and they are not kept.",
    (About.CHANGES, "clean"): "There were none: mlflow.source.git.dirty is false.",
    (About.CHANGES, "fetched"): "There were none: mlflow run fetched the commit itself.",
    (About.CHANGES, "untold"): "Nothing recorded tells whether there were any.",
    (About.PARAMETERS, "script"): "{0} recorded; a script does not declare which it takes.",
    (About.PARAMETERS, "no project"): "{0} recorded; its MLproject is not among what was read.",
    (About.PARAMETERS, "no entry point"): "{0} recorded; its project has no such entry point now.",
    (About.PARAMETERS, "undeclared"): "Its entry point declares none; {0} recorded.",
    (About.PARAMETERS, "lost"): "Required, but not recorded: {0}",
    (About.PARAMETERS, "defaults"): "All recorded, but for these with a default: {0}",
    (About.PARAMETERS, "all"): "All {0} that its entry point declares are recorded.",
    (About.ENVIRONMENT, "none"): "No file of an environment is recorded.",
    (About.ENVIRONMENT, "files"): "{0}",
    (About.ENVIRONMENT, "project"): "{0}, of the project as it is now",
    (About.ENVIRONMENT, "image"): "The image {0}",
    (About.PYTHON, "files"): "{0}",
    (About.PYTHON, "model"): "{0}, as its model says",
    (About.PYTHON, "range"): "{0} is a range.",
    (About.PYTHON, "none"): "No version is stated.",
    (About.PYTHON, "image"): "The image holds it.",
    **{
        (about, finding): words
        for about in (About.PINNED, About.HASHED)
        for finding, words in {
            "none": "No environment is recorded.",
            "no packages": "The environment names no packages.",
            "some": "{0} of {1} are not: {2}",
            "each": "None of {1} is: {2}",
            "all": "All {0}",
            "image": "{0}",
            "image tag": "The tag of an image can be moved: {0}",
        }.items()
    },
    (About.DATASETS, "none"): "No dataset is recorded.",
    (About.DATASETS, "without"): "Without a digest: {0}",
    (About.DATASETS, "digests"): "{0}",
    (About.SEED, "no parameters"): "No parameters are recorded.",
    (About.SEED, "none"): "Of {0} none is named like a seed.",
    (About.SEED, "unset"): "Not set: {0}",
    (About.SEED, "seed"): "{0}",
    (About.MODEL, "none"): "It made no model.",
    (About.MODEL, "neither"): "{0} of {1} without signature or example.",
    (About.MODEL, "unsigned"): "{0} of {1} without a signature.",
    (About.MODEL, "no example"): "{0} of {1} without an input example.",
    (About.MODEL, "not here"): "The files of {0} are not here.",
    (About.MODEL, "both"): "Of {0}",
    (About.ARTIFACTS, "missing"): "Not here: {0}",
    (About.ARTIFACTS, "none"): "It kept none.",
    (About.ARTIFACTS, "here"): "{0}, {1}",
}
"""What each case of a point says; `{0}` is its evidence."""

COUNTED: Mapping[tuple[About, str], str] = {
    (About.PARAMETERS, "script"): "parameter",
    (About.PARAMETERS, "no project"): "parameter",
    (About.PARAMETERS, "no entry point"): "parameter",
    (About.PARAMETERS, "undeclared"): "parameter",
    (About.SEED, "none"): "parameter",
    (About.MODEL, "not here"): "model",
    (About.MODEL, "both"): "model",
    (About.ARTIFACTS, "here"): "file",
}
"""Where the first value is a number of these."""

REPOSITORY = "git.Repo(search_parent_directories=True)"
MEND: Mapping[tuple[About, str], tuple[str, str]] = {
    (About.SOURCE, "none"): (
        "Run it as a script, or name it:",
        'mlflow.set_tag("mlflow.source.name", "train.py")',
    ),
    (About.SOURCE, "launcher"): (
        "Name the notebook, or run it as a script:",
        'mlflow.set_tag("mlflow.source.name", "train.ipynb")',
    ),
    (About.COMMIT, ""): (
        "Run a script that lies in a git repository, or say which commit it is (import git):",
        f'mlflow.set_tag("mlflow.source.git.commit", {REPOSITORY}.head.commit.hexsha)',
    ),
    (About.REPOSITORY, ""): (
        "Push it to a remote. MLflow from 3.14 on records its address; before, set the tag:",
        'mlflow.set_tag("mlflow.source.git.repoURL", "https://host/team/name.git")',
    ),
    (About.CHANGES, "lost"): (
        "Commit before running, or keep the patch, if it holds no secret (import git):",
        f'mlflow.set_tag("mlflow.source.git.diff", {REPOSITORY}.git.diff("HEAD"))',
    ),
    (About.CHANGES, "cut"): ("Commit before running: a tag holds 8,000 characters at most.", ""),
    (About.CHANGES, "untold"): (
        "Commit before running, and record that you did (import git):",
        f'mlflow.set_tag("mlflow.source.git.dirty", str({REPOSITORY}.is_dirty()).lower())',
    ),
    (About.PARAMETERS, "script"): (
        "Declare its options in an MLproject and start it by mlflow run, which records them all. "
        "Until then log every one:",
        "mlflow.log_params(vars(args))",
    ),
    (About.PARAMETERS, "no project"): (
        "Name the folder of the MLproject as a source of the report, too.",
        "",
    ),
    (About.PARAMETERS, "no entry point"): (
        "Keep entry points that runs were started by, or read the MLproject of that commit.",
        "",
    ),
    (About.PARAMETERS, "lost"): ("Start it by mlflow run, which records every parameter.", ""),
    (About.ENVIRONMENT, ""): (
        "Name it in an MLproject, or log what is installed (import subprocess):",
        'mlflow.log_text(subprocess.getoutput("pip freeze"), "requirements.txt")',
    ),
    (About.PYTHON, ""): ("State it in python_env.yaml or conda.yaml:", 'python: "3.11.7"'),
    (About.PINNED, "image tag"): (
        "Name the image by its digest:",
        "docker inspect --format '{{index .RepoDigests 0}}' IMAGE",
    ),
    (About.PINNED, ""): ("Write down exact versions:", "pip freeze > requirements.txt"),
    (About.HASHED, "image tag"): ("Name the image by its digest.", ""),
    (About.HASHED, ""): (
        "Lock all packages with their hashes:",
        "uv pip compile --generate-hashes requirements.in -o requirements.txt",
    ),
    (About.DATASETS, ""): (
        "Log what is read; MLflow computes the digest:",
        'mlflow.log_input(mlflow.data.from_pandas(frame, name="wine"), context="training")',
    ),
    (About.SEED, ""): (
        "Make the seed a parameter, also one that is fixed in the code:",
        'mlflow.log_param("seed", seed)',
    ),
    (About.SEED, "unset"): ("Give it a number.", ""),
    (About.MODEL, "not here"): (
        "Name the folder that holds them as a source of the report, too.",
        "",
    ),
    (About.MODEL, ""): (
        "Log the model with an input example, from which MLflow infers the signature:",
        'mlflow.sklearn.log_model(model, name="model", input_example=frame.head())',
    ),
    (About.ARTIFACTS, ""): (
        "Name the folder that holds them as a source of the report, too, or fetch them:",
        "mlflow artifacts download --run-id RUN --dst-path artifacts",
    ),
}
"""How it is done better the next time: in words, and in code; for all cases of a point under ''."""

SAME = "Nothing recorded speaks against the same result."
LACKING: Mapping[About, str] = {
    About.SOURCE: "no source",
    About.COMMIT: "no commit",
    About.REPOSITORY: "no repository address",
    About.CHANGES: "uncommitted changes are lost",
    About.PARAMETERS: "required parameters are lost",
    About.ENVIRONMENT: "no environment",
}
"""Of a run that cannot be run again."""

SUPPLIED: Mapping[About | tuple[About, str], str] = {
    About.COMMIT: "the commit",
    About.REPOSITORY: "the repository",
    (About.PARAMETERS, "script"): "the options of the script",
    (About.PARAMETERS, "no project"): "its MLproject",
    (About.PARAMETERS, "no entry point"): "its entry point",
    About.ENVIRONMENT: "the environment",
}
"""By somebody who runs it again by hand."""

UNCERTAIN: Mapping[About, str] = {
    About.CHANGES: "uncommitted changes are not ruled out",
    About.PYTHON: "no Python version",
    About.PINNED: "packages without exact versions",
    About.DATASETS: "no dataset digests",
    About.SEED: "no seed",
}

STAGES: Mapping[str, tuple[str, str]] = {
    "code": ("Get the code at its commit", ""),
    "here": (
        "Go to the commit",
        "In a clone of its repository, wherever that is: no address is recorded.",
    ),
    "patch": (
        "Put the uncommitted changes back",
        "The patch is fetched from the store that MLFLOW_TRACKING_URI names. It is not shown "
        "here: what nobody committed may hold what nobody should publish.",
    ),
    "packages": ("Write down its packages", ""),
    "environment": ("Make its environment", ""),
    "command": ("Run it", ""),
}
ONLY: Mapping[str, str] = {
    "code": "Checkout",
    "patch": "Patch",
    "packages": "List of packages",
    "command": "Command",
}
"""What the code of a stage is called where there is one way only; no two of a page alike."""

WAYS: Mapping[str, str] = {
    "new": "New environment",
    "here": "Packages you have",
    "every": "With what is not declared",
    "options": "Command with what is not declared",
    "mlflow": "By mlflow run",
    "venv": "venv",
    "uv": "uv",
    "conda": "conda",
}


class PointRow(Struct, frozen=True):
    """A point as a line, which leads to why it counts."""

    title: str
    href: str
    """From a run's page; to how it is done better the next time, where it is not a yes."""

    answer: Chip
    evidence: str


class AgainStep(Struct, frozen=True):
    """One thing to do; several codes are alternatives."""

    title: str
    note: str
    codes: tuple[Code, ...]


class Again(Struct, frozen=True):
    """How the run is run again."""

    mlflow: tuple[Code, ...]
    """Alternatives that do all of it."""

    mlflow_note: str
    steps: tuple[AgainStep, ...]
    steps_title: str
    """Of the steps where they are the second choice; empty where they are all there is."""

    parent: Link | None = None
    """To the run that this one is a part of."""


class Reproducibility(Struct, frozen=True):
    """What the section of that name says."""

    verdict: Chip
    sentence: str
    score: str
    """`9 of 12`."""

    points: tuple[PointRow, ...]
    judged: Link
    """To how it is judged."""

    again: Again


def reproducibility(
    card: Scorecard, commands: Rerun, parent: Link | None = None
) -> Reproducibility:
    """The section of a run's page; `parent` leads to the run that it is a part of."""
    return Reproducibility(
        verdict=VERDICTS[card.verdict],
        sentence=sentence(card),
        score=score(card),
        points=tuple(map(point_row, card.points)),
        judged=Link("How this is judged", POINTS),
        again=_again(commands, parent),
    )


def reproducibility_fact(card: Scorecard) -> Fact:
    """For the head of the page: what the section comes to, and the way to it."""
    chip = VERDICTS[card.verdict]
    text = f"{chip.text[:1].lower()}{chip.text[1:]} · {score(card)}"
    return Fact(chip.icon, text, "#reproducibility", title=sentence(card))


def score(card: Scorecard) -> str:
    """`9 of 12`: points that are a yes, of those that apply."""
    return "{} of {}".format(*card.score)


def point_letters(card: Scorecard) -> str:
    """A letter for the answer of each point, `yyn-u…`: what comparing runs needs of them."""
    return "".join(point.answer[0] for point in card.points)


def sentence(card: Scorecard) -> str:
    """Why the verdict is what it is, and what could make the result another."""
    if card.verdict is Verdict.NOT:
        listed = ", ".join(LACKING[point.about] for point in card.lacking)
        return f"{listed[:1].upper()}{listed[1:]}."
    supplied = ", ".join(map(_supplied, card.lacking))
    uncertain = ", ".join(UNCERTAIN[point.about] for point in card.uncertain)
    may = f"The result may differ: {uncertain}." if uncertain else SAME
    return f"Not recorded, so to be supplied: {supplied}. {may}" if supplied else may


def _supplied(point: Point) -> str:
    return SUPPLIED.get((point.about, point.finding)) or SUPPLIED[point.about]


@lru_cache(maxsize=4096)  # runs of an experiment share most of them
def point_row(point: Point) -> PointRow:
    case = (point.about, point.finding)
    mended = point.answer in (Answer.NO, Answer.UNKNOWN) and case in MEND
    return PointRow(
        title=TITLES[point.about],
        href=f"{POINTS}#{case_id(*case) if mended else point.about}",
        answer=ANSWERS[point.answer],
        evidence=_evidence(point),
    )


def case_id(about: About, finding: str) -> str:
    """Names the case of a point in an address."""
    return "-".join((about, *finding.split()))


def _evidence(point: Point) -> str:
    case = (point.about, point.finding)
    values = [forge.shortened(value) for value in point.values]
    if thing := COUNTED.get(case):
        values[0] = wording.count(int(point.values[0]), thing)
    if point.about is About.ARTIFACTS and point.finding == "here":
        values[1] = wording.size(int(point.values[1]))
    said = EVIDENCE[case].format(*values)
    said = said[:1].upper() + said[1:] if thing else said
    return said if len(said) <= LONGEST_EVIDENCE else f"{said[: LONGEST_EVIDENCE - 1]}…"


# ------------------------------------------------------------------ the commands


def _again(commands: Rerun, parent: Link | None) -> Again:
    return Again(
        parent=parent,
        mlflow=_codes(commands.mlflow),
        mlflow_note=_mlflow_note(commands),
        steps=tuple(_step(stage, commands) for stage in commands.stages),
        steps_title="Step by step, without mlflow run" if commands.mlflow else "",
    )


def _mlflow_note(commands: Rerun) -> str:
    if not commands.mlflow:
        return ""
    said = (
        "This runs the project as it is now: the code of then cannot be fetched by an address."
        if commands.today
        else "MLflow fetches the code at its commit, and makes the environment that it names."
    )
    return f"{said} {_undeclared_note(commands)}".rstrip()


def _undeclared_note(commands: Rerun) -> str:
    names = commands.undeclared
    if not names:
        return ""
    listed = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    return (
        f"Recorded, but not declared by the entry point: {listed}. Whoever started it gave them, "
        "or its code logged them."
    )


def _step(stage: Stage, commands: Rerun) -> AgainStep:
    clones = stage.kind != "code" or stage.ways[0][1].startswith("git clone")
    title, note = STAGES[stage.kind if clones else "here"]
    if stage.kind == "command" and not commands.mlflow:
        note = _undeclared_note(commands)
    return AgainStep(title, note, _codes(stage.ways, stage.kind))


def _codes(ways: Ways, stage: str = "") -> tuple[Code, ...]:
    return tuple(_shell(WAYS[way] if way else ONLY[stage], text) for way, text in ways)


@lru_cache(maxsize=512)  # checkouts and environments are the same for many runs
def _shell(title: str, text: str) -> Code:
    return code(title, text, "bash")


# ------------------------------------------------------------------ of many runs


def share_sentence(share: Share) -> str:
    """`12 of 36 runs could be run again, 20 by hand`."""
    if share.again == share.runs:
        return "could be run again" if share.runs == 1 else f"all {share.runs:,} could be run again"
    if not share.again:
        how = " by hand" if share.by_hand else ""
        some = f"{share.by_hand:,} of {share.runs:,}" if share.by_hand else "none"
        return f"{some} could be run again{how}"
    by_hand = f", {share.by_hand:,} by hand" if share.by_hand else ""
    return f"{share.again:,} of {share.runs:,} could be run again{by_hand}"
