"""The pictures of a run: those that evaluation left, single ones, and keys over steps."""

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from reportgen.model import Artifact
from reportgen.views import wording
from reportgen.views.artifacts.kinds import Kind, anchor, kind_of

STEPPED = re.compile(
    r"(?P<key>.+?)[%+]step[%+](?P<step>-?\d+)[%+]timestamp[%+](?P<time>\d+)[%+][^/]*?"
    r"(?P<small>[%+]compressed)?\.(?P<kind>png|webp)"
)
"""How `mlflow.log_image(…, key=…, step=…)` names files: with `%` before MLflow 3.11, then `+`."""

_EVALUATION = (
    ("confusion", "Confusion matrix"),
    ("roc_curve", "ROC curve"),
    ("precision_recall_curve", "Precision–recall curve"),
    ("lift_curve", "Lift curve"),
    ("calibration_curve", "Calibration curve"),
    ("shap_beeswarm", "SHAP values, beeswarm"),
    ("shap_summary", "SHAP values, summary"),
    ("shap_feature_importance", "SHAP feature importance"),
    ("summary_bar", "SHAP values, mean"),
    ("residuals", "Residuals"),
    ("feature_importance", "Feature importance"),
)
"""Pictures that MLflow's autologging and `mlflow.evaluate` leave, by part of their names."""

_SPLITS = {"training": "training", "validation": "validation", "val": "validation", "test": "test"}


class Picture(Struct, frozen=True):
    name: str
    src: str
    href: str
    alt: str
    step: int | None = None
    anchor: str = ""
    size: str = ""
    title: str = ""
    """The file's own name, where `name` is a readable one."""


class Gallery(Struct, frozen=True):
    """Pictures that belong together: one key over steps, or all single ones."""

    title: str
    pictures: tuple[Picture, ...]
    note: str = ""
    """How many steps there are, of a key over steps."""

    stepped: bool = False
    code: bool = False
    """True where the title is a name that somebody gave."""


def readable(name: str) -> str:
    """`confusion · step 20`, of a file that `log_image` named; '' for any other."""
    found = STEPPED.fullmatch(name)
    if not found:
        return ""
    small = ", compressed" if found["small"] else ""
    return f"{_key(found['key'])} · step {int(found['step']):,}{small}.{found['kind']}"


def evaluation_title(path: str) -> str:
    """`Confusion matrix, training`, of a picture that an evaluation leaves; '' for any other."""
    stem = posixpath.splitext(posixpath.basename(path))[0].lower()
    title = next((title for part, title in _EVALUATION if part in stem), "")
    if not title:
        return ""
    split = next((said for part, said in _SPLITS.items() if stem.startswith(f"{part}_")), "")
    data = stem.partition("_on_data_")[2]  # MLflow 1 named the data set so
    about = ", ".join(part for part in (split, data) if part)
    return f"{title}, {about}" if about else title


def galleries(artifacts: Sequence[Artifact], hrefs: Mapping[str, str]) -> tuple[Gallery, ...]:
    """What an evaluation left goes first, then single pictures, then keys by their names."""
    images = [one for one in artifacts if one.path in hrefs and kind_of(one.path) is Kind.IMAGE]
    judged, single, series = [], [], []
    for image in images:
        if STEPPED.fullmatch(posixpath.basename(image.path)):
            series.append(image)
        elif title := evaluation_title(image.path):
            judged.append(_picture(image, hrefs, title))
        else:
            single.append(_picture(image, hrefs, image.path))
    groups = [
        Gallery("Evaluation", tuple(judged)),
        Gallery("Pictures", tuple(single)),
        *_series(series, hrefs),
    ]
    return tuple(group for group in groups if group.pictures)


def in_galleries(groups: Iterable[Gallery]) -> frozenset[str]:
    """The anchors of all that they show."""
    return frozenset(one.anchor for group in groups for one in group.pictures)


def _key(written: str) -> str:
    """Slashes of a key are written `#` before MLflow 3.11, then `~`."""
    return written.replace("#", "/").replace("~", "/")


def _picture(image: Artifact, hrefs: Mapping[str, str], name: str) -> Picture:
    href = hrefs[image.path]
    return Picture(
        name,
        href,
        href,
        f"Image {name}",
        anchor=anchor(image.path),
        size=wording.size(image.size),
        title=image.path if name != image.path else "",
    )


def _series(images: Sequence[Artifact], hrefs: Mapping[str, str]) -> list[Gallery]:
    """One gallery a key. Of a step that was logged again the last picture counts."""
    found: dict[str, dict[int, tuple[int, Picture]]] = {}
    small = _small_twins(images)
    for image in images:
        named = STEPPED.fullmatch(posixpath.basename(image.path))
        if not named or named["small"]:
            continue
        key, step, logged = _key(named["key"]), int(named["step"]), int(named["time"])
        twin = small.get(_stem(image.path))
        lighter = twin is not None and twin.size < image.size
        steps = found.setdefault(key, {})
        if step not in steps or steps[step][0] <= logged:
            steps[step] = (
                logged,
                Picture(
                    key,
                    hrefs[twin.path] if twin is not None and lighter else hrefs[image.path],
                    hrefs[image.path],
                    f"Image {key} at step {step}",
                    step,
                    anchor(image.path),
                    wording.size(image.size),
                ),
            )
    return [
        Gallery(
            key,
            tuple(steps[step][1] for step in sorted(steps)),
            wording.count(len(steps), "step"),
            stepped=len(steps) > 1,
            code=True,
        )
        for key, steps in sorted(found.items())
    ]


def _small_twins(images: Sequence[Artifact]) -> dict[str, Artifact]:
    """MLflow keeps a compressed twin of each picture with a key, mostly the smaller one."""
    return {
        _stem(one.path): one
        for one in images
        if (named := STEPPED.fullmatch(posixpath.basename(one.path))) and named["small"]
    }


def _stem(path: str) -> str:
    return re.sub(r"[%+]compressed$", "", posixpath.splitext(path)[0])
