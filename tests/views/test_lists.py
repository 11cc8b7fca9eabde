"""The pages that only list."""

from pathlib import Path

from reportgen.errors import Problem
from reportgen.views.home import HomeInputs, ProjectGlance, home_page
from reportgen.views.lists import ListedProject, problems_page, projects_page
from tests.sites import links, pages


def listed(name: str, **more: int) -> ListedProject:
    address = f"projects/{name}/k.html"
    given = {"runs": 0, "problems": 0, **more}
    return ListedProject(name, f"lab/{name}", address, "Docker image", ("main",), **given)


def test_every_project_is_listed_with_the_way_to_its_page() -> None:
    page = projects_page([listed("wine", runs=1200), listed("beer", problems=2)])

    assert page.head.description == "2 projects."
    assert [(row.link.href, row.runs, row.problems) for row in page.projects] == [
        ("wine/k.html", "1,200", ""),
        ("beer/k.html", "0", "2 problems"),
    ]


def test_home_leads_to_the_list_of_several_projects() -> None:
    def way(count: int) -> tuple[str, str]:
        projects = tuple(ProjectGlance("x", f"p{n}", "k", (), 0) for n in range(count))
        inputs = HomeInputs("Lab", (), (), projects, models=0, problems=0)
        link = home_page(inputs, address="index.html", key="k").all_projects
        return link.text, link.href

    assert way(1)[0] == ""
    assert way(3) == ("All 3 projects", "projects/index.html")


def test_the_projects_of_a_repository_are_listed_together(flow: Path) -> None:
    page = pages(flow)["projects/index.html"]
    targets = [target for _, name, target in links(page) if name == "href"]

    assert [one.partition("~")[0] for one in targets if "~" in one] == ["lab-flow", "lab-plots"]


def test_what_was_covered_is_not_said_to_be_unreadable() -> None:
    unread = Problem("mlruns/1/meta.yaml", "Is empty.")
    covered = Problem("mlruns/1/params/key", "Holds a secret, which is covered.", leak="AWS key")

    def lede(*problems: Problem) -> str:
        return problems_page([("a run", "", problems)]).lede

    assert lede() == "Everything could be read."
    assert lede(covered) == (
        "Everything could be read. 1 place with a secret in it: covered, or left out."
    )
    assert lede(unread, covered).startswith("1 thing could not be read as MLflow writes them.")
