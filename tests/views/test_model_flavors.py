"""The section of a model's page on its flavors, and the files that it offers."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from reportgen.analysis.training import training_of
from reportgen.model import (
    Artifact,
    Field,
    Flavor,
    LoggedModel,
    MLmodel,
    ModelMetric,
    Signature,
)
from reportgen.reach import reach
from reportgen.site.writer import SiteFolder
from reportgen.sources.mlmodel import read_mlmodel
from reportgen.versions import site_history, verify
from reportgen.views.downloads import model_downloads
from reportgen.views.model_flavors import FlavorCard, ability_rows, flavor_cards, flavor_name
from reportgen.views.model_use import use_of
from tests.builders import a_run
from tests.conftest import Stores
from tests.sites import links, pages

PYFUNC = Flavor("python_function", {"loader_module": "mlflow.sklearn"})


def a_model(*flavors: Flavor, **more: object) -> LoggedModel:
    mlmodel = MLmodel(flavors=flavors, mlflow_version="3.17.2", **more)
    return LoggedModel("m-1", "forest", "7", mlmodel=mlmodel)


def the_card(*flavors: Flavor) -> FlavorCard:
    return flavor_cards(a_model(*flavors), {})[0]


def line_of(card: FlavorCard) -> str:
    assert card.line
    return html.unescape(re.sub(r"<[^>]*>", "", card.line.html)).splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("sklearn", 'model = mlflow.sklearn.load_model("models:/m-1")'),
        ("shap", 'model = mlflow.shap.load_explainer("models:/m-1")'),
        ("python_function", 'model = mlflow.pyfunc.load_model("models:/m-1")'),
    ],
)
def test_a_flavor_has_the_very_line_that_loads_it(name, line):
    assert line_of(the_card(Flavor(name))) == line


@pytest.mark.parametrize("name", ["crate", "mleap", "x; import os"])
def test_what_python_cannot_load_has_no_line(name):
    assert the_card(Flavor(name)).line is None


def test_an_unknown_flavor_says_what_its_file_says():
    card = the_card(Flavor("of_a_plug_in", {"its_version": "0.1", "path": "x"}))

    assert "no flavor of this name" in card.about[0]
    assert card.version == "of_a_plug_in 0.1"
    assert [pair.name for pair in card.settings] == ["its_version", "path"]
    assert card.portable == ()


def test_a_flavor_that_is_gone_says_which_release_loads_it():
    assert any("MLflow 2 was the last" in words for words in the_card(Flavor("fastai")).about)


def test_the_native_flavor_comes_first():
    cards = flavor_cards(a_model(PYFUNC, Flavor("sklearn")), {})

    assert [card.name for card in cards] == ["sklearn", "python_function"]
    assert cards[1].about == ("It wraps the flavor sklearn.",)


def test_a_flavor_is_named_with_the_version_of_its_library():
    assert flavor_name(Flavor("lightgbm", {"lgb_version": "4.7.0"})) == "lightgbm 4.7.0"
    assert flavor_name(Flavor("python_function", {"python_version": "3.11"})) == "python_function"


def test_routes_to_other_programs_are_told_by_their_form():
    card = the_card(Flavor("sklearn"))

    assert card.portable == ("ONNX: by skl2onnx.", "PMML: by sklearn2pmml.")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("spacy", "; its own flavor can load it."),
        ("crate", "through R alone"),
        ("of_a_plug_in", "in the generic way."),
    ],
)
def test_without_a_python_function_it_says_who_can_load_it(name, said):
    assert said in use_of(a_model(Flavor(name))).cannot


def test_what_cannot_be_done_says_why():
    rows = ability_rows(MLmodel(flavors=(Flavor("spacy"),)))

    assert {row.chip.text for row in rows} == {"No"}
    assert all("no python_function flavor" in row.how for row in rows)


def test_files_have_their_sizes_and_lead_to_their_copies():
    artifacts = (Artifact("model.pkl", 2000, ""), Artifact("MLmodel", 1, ""))
    model = LoggedModel(
        "m-1",
        "m",
        "7",
        artifacts=artifacts,
        mlmodel=MLmodel(flavors=(Flavor("sklearn", {"pickled_model": "model.pkl"}),)),
    )

    (card,) = flavor_cards(model, {"model.pkl": "../../files/x/model.pkl"})

    assert [(one.path, one.size, one.href) for one in card.files] == [
        ("model.pkl", "2.0 kB", "../../files/x/model.pkl")
    ]


@pytest.mark.parametrize(
    "name", ["dspy_program", "spark", "chat_agent", "openai", "tensorflow_keras"]
)
def test_every_saved_model_has_a_card_for_each_flavor(stores: Stores, name: str) -> None:
    folder = stores["flavors-3.x"] / name
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    artifacts = tuple(Artifact(one.relative_to(folder).as_posix(), 1, str(one)) for one in files)
    mlmodel, problems = read_mlmodel(folder, artifacts, name)
    cards = flavor_cards(LoggedModel("m-1", name, "", mlmodel=mlmodel, artifacts=artifacts), {})

    assert problems == ()
    assert all(card.line for card in cards)
    assert any(card.loading for card in cards)


# ---- downloads ---------------------------------------------------------------------------------

COLUMN = Field("age", "long", spec={"type": "long", "name": "age"})


def made_of(model: LoggedModel) -> Mapping[str, bytes]:
    return {one.name: one.content for one in model_downloads(model, training_of(model, None), ())}


def test_a_model_that_is_served_has_three_downloads():
    made = made_of(a_model(PYFUNC, signature=Signature(inputs=(COLUMN,))))

    assert list(made) == ["openapi.json", "signature.schema.json", "model-card.md"]
    assert json.loads(made["openapi.json"])["info"]["title"] == "forest"


def test_models_that_are_served_alike_share_their_document():
    one = a_model(PYFUNC)

    assert made_of(one)["openapi.json"] == made_of(replace(one, id="m-2"))["openapi.json"]


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (a_model(Flavor("spacy")), ["model-card.md"]),
        (a_model(PYFUNC), ["openapi.json", "model-card.md"]),
        (LoggedModel("m-1", "forest", "7"), []),
        (a_model(), []),
    ],
)
def test_there_is_no_download_of_what_is_not_known(model, names):
    assert list(made_of(model)) == names


def test_half_a_character_breaks_no_download():
    column = Field("\ud800", "string", spec={"type": "string"})

    made = made_of(a_model(PYFUNC, signature=Signature(inputs=(column,))))

    assert b"\\ud800" in made["signature.schema.json"]
    json.loads(made["openapi.json"])


def test_its_training_is_its_own_else_that_of_its_run():
    run = a_run(params={"lr": "1"})
    own = LoggedModel("m-1", "m", "7", params={"lr": "2"}, metrics=(ModelMetric("a", 1.0),))

    assert training_of(own, run).params == {"lr": "2"}
    assert training_of(LoggedModel("m-2", "m", "7"), run).params == {"lr": "1"}


def test_a_prune_would_leave_all_downloads(site: Path) -> None:
    files = SiteFolder(site).files()

    assert reach(site, files, site_history(site)).loose == ()
    assert any(address.endswith("openapi.json") for address in files)
    assert verify(site)[1] == ()


def test_pages_of_a_site_lead_to_their_downloads(site: Path) -> None:
    found = {
        (href.rsplit("/", 1)[-1], (site / address).parent.joinpath(href).exists())
        for address, page in pages(site).items()
        if address.startswith("models/")
        for _, name, href in links(page)
        if name == "href" and href.endswith(("openapi.json", ".schema.json", "model-card.md"))
    }

    assert found == {
        ("openapi.json", True),
        ("signature.schema.json", True),
        ("model-card.md", True),
    }
