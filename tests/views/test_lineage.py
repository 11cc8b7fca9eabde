"""What the graph of registered versions shows, and what it leaves out."""

import re

from reportgen.model import ModelVersion
from reportgen.views.lineage import (
    MOST_VERSIONS,
    Origin,
    Provenance,
    drawn_versions,
    lineage_graph,
)

CHAMPION = ModelVersion("iris", 2, stage="Production", aliases=("champion",))
MADE = Provenance("lab", "wine-lab", "train", ("iris (6a1b2c3d)",))
WHOLE = Origin(CHAMPION, "r1", "lynx", MADE, "forest", "models/m-1/k.html")


def told(*origins: Origin, address: str = "registry/iris/k.html") -> list[str]:
    """What each box says of itself and of what it leads to, sorted."""
    graph = lineage_graph(origins, address, title="Lineage of iris")
    return sorted(re.findall(r'<(?:a|g) [^>]*aria-label="([^"]*)"', graph))


def links(origin: Origin, address: str) -> set[str]:
    return set(re.findall(r'href="([^#"]+)"', lineage_graph([origin], address, title="t")))


def test_a_version_is_followed_back_to_project_and_data() -> None:
    assert told(WHOLE) == [
        "Alias @champion",
        "Dataset iris, 6a1b2c3d; was read by run lynx",
        "Model forest; became version iris v2",
        "Project wine-lab, train; launched run lynx",
        "Run lynx, r1; made model forest",
        "Version iris v2, Production; is called alias @champion",
    ]


def test_versions_of_one_run_share_its_box() -> None:
    first = Origin(ModelVersion("iris", 1), "r1", "lynx", Provenance(), "forest", "models/a/k.html")
    second = Origin(ModelVersion("iris", 2), "r1", "lynx", Provenance(), "tree", "models/b/k.html")

    assert told(first, second)[2] == "Run lynx, r1; made model forest; made model tree"


def test_a_version_whose_model_is_not_here_became_of_its_run() -> None:
    assert told(Origin(ModelVersion("iris", 1), "r1", "lynx")) == [
        "Run lynx, r1; became version iris v1",
        "Version iris v1",
    ]


def test_a_run_that_is_not_here_says_so_and_leads_nowhere() -> None:
    lost = Origin(ModelVersion("iris", 1), "abcdef0123")

    assert told(lost)[0] == "Run abcdef01, not in this report; became version iris v1"
    assert links(lost, "registry/iris/k.html") == set()


def test_versions_of_which_nothing_is_known_are_not_drawn() -> None:
    assert lineage_graph([Origin(CHAMPION)], "registry/iris/k.html", title="t") == ""


def test_boxes_lead_to_other_pages_and_never_to_their_own() -> None:
    run = "../../runs/index.html?id=r1"

    assert links(WHOLE, "registry/iris/k.html") == {
        *("../../projects/lab/index.html", run, "../../models/m-1/k.html"),
    }
    assert links(WHOLE, "models/m-1/k.html") == {
        *("../../projects/lab/index.html", run, "../../registry/iris/index.html"),
    }


def test_of_many_versions_those_with_an_alias_are_drawn_and_the_newest() -> None:
    many = [ModelVersion("iris", n, aliases=("old",) if n == 2 else ()) for n in range(1, 21)]

    drawn = [one.version for one in drawn_versions(many)]

    assert drawn == [20, 19, 18, 17, 16, 2]
    assert len(drawn) == MOST_VERSIONS
