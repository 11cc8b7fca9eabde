"""The pictures among a run's files: of evaluations, over steps, single ones."""

import pytest

from reportgen.views.artifacts import ArtifactList, artifact_list
from reportgen.views.artifacts.galleries import evaluation_title, readable
from tests.builders import an_artifact

PAGE = "runs/id-baseline.abc.html"


def pictures(*paths: str) -> ArtifactList:
    copies = {path: f"files/{place}/{place}.png" for place, path in enumerate(paths)}
    return artifact_list([an_artifact(path) for path in paths], copies, {}, PAGE)


def test_single_pictures_are_shown_together() -> None:
    (gallery,) = pictures("loss.png", "plots/weights.webp", "notes.txt").galleries

    assert [picture.name for picture in gallery.pictures] == ["loss.png", "plots/weights.webp"]
    assert gallery.pictures[0].src == "../files/0/0.png"


def test_pictures_over_steps_are_shown_in_order_under_their_key() -> None:
    """As `mlflow.log_image(image, key=…, step=…)` names them, with a small twin of each."""
    name = "images/pred%sample%step%{}%timestamp%1795521600000%4f1c{}.png"

    (gallery,) = pictures(
        name.format(10, ""), name.format(2, ""), name.format(2, "%compressed")
    ).galleries

    assert gallery.title == "pred%sample"
    assert [picture.step for picture in gallery.pictures] == [2, 10]


def test_a_picture_that_was_not_copied_is_not_shown() -> None:
    assert artifact_list([an_artifact("roc.png")], {}, {}, PAGE).galleries == ()


def test_the_smaller_twin_is_shown_and_the_full_picture_linked() -> None:
    name = "images/layer+step+0+timestamp+1795521600000+4f1c{}.{}"
    full, small = name.format("", "png"), name.format("+compressed", "webp")
    files = [an_artifact(full, 5000), an_artifact(small, 900)]

    (gallery,) = artifact_list(files, {full: "files/1/a", small: "files/2/b"}, {}, PAGE).galleries

    (picture,) = gallery.pictures
    assert (picture.src, picture.href) == ("../files/2/b", "../files/1/a")


def test_of_a_step_that_was_logged_twice_the_later_picture_is_shown() -> None:
    name = "images/layer+step+0+timestamp+{}+4f1c.png"

    (gallery,) = pictures(name.format(2), name.format(1)).galleries

    assert [picture.src for picture in gallery.pictures] == ["../files/0/0.png"]


def test_what_an_evaluation_left_goes_first_under_titles_to_read() -> None:
    found = pictures("a.png", "training_confusion_matrix.png", "roc_curve_plot.png")

    assert [gallery.title for gallery in found.galleries] == ["Evaluation", "Pictures"]
    assert [one.name for one in found.galleries[0].pictures] == [
        "Confusion matrix, training",
        "ROC curve",
    ]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("confusion_matrix.png", "Confusion matrix"),
        ("training_precision_recall_curve.png", "Precision–recall curve, training"),
        ("eval/shap_beeswarm_plot.png", "SHAP values, beeswarm"),
        ("lift_curve_plot_on_data_wine.png", "Lift curve, wine"),
        ("val_roc_curve.png", "ROC curve, validation"),
        ("feature_importance_weight.png", "Feature importance"),
        ("cat.png", ""),
    ],
)
def test_titles_of_evaluations(path: str, title: str) -> None:
    assert evaluation_title(path) == title


def test_names_of_logged_images_are_made_readable() -> None:
    name = "first~layer+step+80+timestamp+1794908940366+e68697cf+compressed.webp"

    assert readable(name) == "first/layer · step 80, compressed.webp"
    assert readable("roc.png") == ""
