"""The pages of the registry: which version is in use, and what each version leads to."""

from typing import Any

import pytest

from reportgen.analysis.releases import ModelFacts
from reportgen.model import (
    Environment,
    Field,
    ModelVersion,
    RegisteredModel,
    Requirement,
    Signature,
)
from reportgen.theme import load_theme
from reportgen.views.registered_model import (
    RegisteredModelPage,
    compared_versions,
    registered_data,
    registered_model_page,
    version_uri,
)
from reportgen.views.registry import VersionLink, registry_page, version_in_use
from tests.sites import SHARED


def a_version(number: int, **more: Any) -> ModelVersion:
    return ModelVersion("iris", number, **more)


def a_registered_model(*versions: ModelVersion, **more: Any) -> RegisteredModel:
    return RegisteredModel("iris", versions=versions, **more)


def page_of(model: RegisteredModel, **links: VersionLink) -> RegisteredModelPage:
    by_number = {int(name.removeprefix("v")): link for name, link in links.items()}
    return registered_model_page(model, address="registry/iris/k.html", key="k", links=by_number)


@pytest.mark.parametrize(
    ("versions", "number"),
    [
        ((a_version(1, aliases=("champion",)), a_version(2, stage="Production")), 1),
        ((a_version(1, stage="Production"), a_version(2, stage="Staging")), 1),
        ((a_version(1, aliases=("blue",)), a_version(2)), 1),
        ((a_version(1), a_version(2)), 2),
    ],
)
def test_the_version_in_use(versions, number):
    used = version_in_use(a_registered_model(*versions))

    assert used
    assert used.version == number


def test_a_name_without_versions_has_none_in_use():
    assert version_in_use(a_registered_model()) is None


@pytest.mark.parametrize(
    ("version", "uri"),
    [
        (a_version(3), "models:/iris/3"),
        (a_version(3, aliases=("blue",)), "models:/iris@blue"),
        (a_version(3, aliases=("blue", "champion")), "models:/iris@champion"),
    ],
)
def test_the_address_of_a_version_is_its_alias_where_it_has_one(version, uri):
    assert version_uri(version) == uri


def test_versions_come_newest_first():
    page = page_of(a_registered_model(a_version(1), a_version(2)))

    assert [row.name for row in page.versions] == ["v2", "v1"]


def test_a_version_leads_to_its_run_and_its_model():
    link = VersionLink("r1", "lynx", "models/m-1/k.html", (("accuracy", 0.9733),))

    page = page_of(a_registered_model(a_version(1, run_id="r1")), v1=link)

    assert page.versions[0].run.href == "../../runs/index.html?id=r1"
    assert page.versions[0].model.href == "../../models/m-1/k.html"
    assert page.metric_names == ("accuracy",)
    assert page.versions[0].metrics == ("0.9733",)


def test_a_version_whose_run_is_not_here_names_it_without_a_link():
    page = page_of(a_registered_model(a_version(1, run_id="abcdef0123")))

    assert page.versions[0].run.text == "abcdef01"
    assert page.versions[0].run.href == ""


def test_the_metrics_shown_are_those_of_the_newest_version():
    old = VersionLink(metrics=tuple((f"old{place}", 1.0) for place in range(9)))
    new = VersionLink(metrics=(("accuracy", 0.9),))

    page = page_of(a_registered_model(a_version(1), a_version(2)), v1=old, v2=new)

    assert page.metric_names == ("accuracy", "old0", "old1", "old2")


def test_a_version_says_what_its_model_is_takes_and_needs():
    facts = ModelFacts(
        flavors={"python_function": "", "sklearn": "1.7.2"},
        signature=Signature(inputs=(Field("a", "double"),)),
        environment=Environment(files=("conda.yaml",), pip=(Requirement("numpy"),)),
        python="3.11.7",
        size=2000,
    )
    link = VersionLink(model="models/m-1/k.html", facts=facts)

    (row,) = page_of(a_registered_model(a_version(1)), v1=link).versions

    assert (row.model.text, row.size) == ("sklearn 1.7.2", "2.0 kB")
    assert (row.signature, row.packages, row.python) == (
        "1 column → ?",
        "1 package",
        "Python 3.11.7",
    )


def test_each_version_stands_against_the_one_before_it():
    page = page_of(a_registered_model(a_version(1), a_version(2), a_version(5)))

    assert [(diff.before, diff.after) for diff in page.diffs] == [("v2", "v5"), ("v1", "v2")]


def test_a_single_version_has_nothing_to_stand_against():
    page = page_of(a_registered_model(a_version(1)))

    assert page.diffs == page.choices == ()
    assert page.head.scripts == ("report",)


def test_at_first_the_version_in_use_is_compared_with_the_newest():
    page = page_of(
        a_registered_model(a_version(1, aliases=("champion",)), a_version(2), a_version(3))
    )

    assert [(one.text, one.before, one.after) for one in page.choices] == [
        ("v3", False, True),
        ("v2", False, False),
        ("v1 @champion", True, False),
    ]


def test_of_many_versions_the_newest_are_told_of_and_those_with_a_name_can_be_compared():
    many = [a_version(n, aliases=("old",) if n == 3 else ()) for n in range(1, 41)]
    model = a_registered_model(*many)

    page = page_of(model)

    assert [diff.after for diff in page.diffs] == [f"v{n}" for n in range(40, 32, -1)]
    assert page.older == "Of the 31 older versions no difference is told."
    assert [one.version for one in compared_versions(model)] == [*range(40, 31, -1), 3]


def test_any_two_versions_are_compared_both_ways():
    """A step back is a question of its own: what is compatible one way may break the other."""
    names = {1: "double", 2: "any"}
    links = {
        number: VersionLink(
            facts=ModelFacts(signature=Signature(inputs=(Field("a", name, spec={"type": name}),)))
        )
        for number, name in names.items()
    }
    model = a_registered_model(a_version(1), a_version(2))

    pairs = registered_data(model, links, "registry/iris/k.html")["pairs"]

    assert pairs["1>2"]["chips"][0][0] == "Compatible signature"
    assert pairs["2>1"]["chips"][0][0] == "Breaking signature"


def test_descriptions_of_versions_are_prose():
    page = page_of(a_registered_model(a_version(1, description="*new* <script>x</script>")))

    assert page.notes[0].note == "<p><em>new</em> </p>"
    assert page.versions[0].id == page.notes[0].id


def test_a_failed_registration_is_marked():
    page = page_of(a_registered_model(a_version(1, status="FAILED_REGISTRATION")))

    assert [chip.text for chip in page.versions[0].chips] == ["Registration failed"]


def test_the_registry_lists_every_name_with_what_is_in_use():
    empty = RegisteredModel("Größe <b> & co")

    page = registry_page([a_registered_model(a_version(1, stage="Production")), empty])

    assert [(row.link.text, row.in_use) for row in page.models] == [
        ("Größe <b> & co", "–"),
        ("iris", "v1"),
    ]
    assert page.models[1].link.href == "iris/index.html"


def test_the_registry_says_what_is_in_use_and_how_well_it_did():
    link = VersionLink(metrics=(("accuracy", 0.97),), facts=ModelFacts(flavors={"onnx": "1.17"}))

    (row,) = registry_page([a_registered_model(a_version(1))], used={"iris": link}).models

    assert (row.model, row.metric, str(row.value)) == ("onnx 1.17", "accuracy", "0.9700")


def test_a_page_of_the_registry_may_name_pages_by_their_keys():
    page = registry_page([a_registered_model()], pages={"iris": "registry/iris/k1.html"})

    assert page.models[0].link.href == "iris/k1.html"


@pytest.mark.parametrize(
    "page",
    [
        page_of(a_registered_model()),
        page_of(a_registered_model(a_version(1), a_version(2))),
        page_of(
            a_registered_model(
                a_version(1, aliases=("a",), tags={"k": "v"}), tags={"t": "1"}, description="A. B."
            )
        ),
        registry_page([]),
        registry_page([a_registered_model(a_version(1))]),
    ],
)
def test_the_templates_know_every_field(page):
    assert b"</html>" in load_theme().render(page, SHARED)
