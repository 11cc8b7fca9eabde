"""No secret of a store is in any file of its report, in no form; and with `fail` there is none."""

import base64
import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from reportgen import overview
from reportgen.errors import ReportError
from reportgen.guard.allowed import Allowed
from reportgen.last_build import Summary
from tests.guard.planted_leaks import Secrets, planted, planted_pages
from tests.guard.planted_people import readable
from tests.sites import build_site, contents


class Lab:
    """A store with secrets, and its report."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.folder = folder
        self.store, self.secrets = planted(store, folder)
        self.pages = planted_pages(folder, self.secrets)
        self.summary = self.build("site")
        self.files = contents(folder / "site")

    def build(self, name: str, **settings: object) -> Summary:
        return build_site(self.folder / name, self.store, pages=self.pages, **settings)


@pytest.fixture(scope="module")
def lab(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Lab:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overview, "is_packed", lambda runs: True)
        return Lab(tmp_path_factory.mktemp("leaks"), stores["mlproject-flow"])


NOT_SHOWN = {"a README", "a history", "a dataset", "a git URL", "UTF-16"}
"""Places that pages have no text of, that lose their credentials anyway, or that a search of bytes
does not see into."""


def forms(secret: str) -> set[str]:
    """As JSON, HTML, an address, an escape or base64 would have it; and its two halves."""
    middle = secret[4:-4]
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    return {
        *(secret, quote(secret, safe=""), html.escape(secret), json.dumps(secret)[1:-1], encoded),
        *(middle[: len(middle) // 2], middle[len(middle) // 2 :], secret[::-1]),
    }


def left(files: Mapping[str, bytes], secrets: Secrets) -> dict[str, list[str]]:
    """The files that a secret is in, by the place that it had in the store."""
    wanted = {form: place for one, place in secrets.places.items() for form in forms(one)}
    form = re.compile("|".join(re.escape(one) for one in sorted(wanted, key=len, reverse=True)))
    found: dict[str, list[str]] = {}
    for address, content in files.items():
        for one in set(form.findall(f"{address}\n{readable(address, content)}")):
            found.setdefault(wanted[one], []).append(address)
    return found


def test_no_file_of_the_report_has_any_of_the_secrets_in_any_form(lab: Lab) -> None:
    assert len(lab.secrets.places) >= 40
    assert left(lab.files, lab.secrets) == {}


def test_where_all_of_them_are_allowed_they_are_there(lab: Lab) -> None:
    """Else the test above would show nothing."""
    lab.build("allowed", allow_secrets=(Allowed("*", "*", "To see them."),))

    shown = left(contents(lab.folder / "allowed"), lab.secrets)
    assert set(lab.secrets.places.values()) - set(shown) == NOT_SHOWN


def test_each_that_a_page_would_have_shown_is_told_of_by_its_kind(lab: Lab) -> None:
    leaks = [one for one in lab.summary.problems if one.leak]

    assert len(leaks) >= 40
    assert {"Hugging Face token", "password in a URL", "value of a secret name"} <= {
        one.leak for one in leaks
    }


def test_the_page_of_problems_lists_them(lab: Lab) -> None:
    page = lab.files["problems.html"].decode()

    assert page.count("Hugging Face token") >= 20
    assert "params/db_password" in page


def test_files_that_hold_one_are_listed_and_not_copied(lab: Lab) -> None:
    page = next(
        text
        for text in (one.decode() for name, one in lab.files.items() if name.startswith("runs/"))
        if "conf.yaml" in text
    )

    assert page.count("not copied: holds a secret") >= 10
    assert not any(name.endswith(("conf.yaml", ".env.txt")) for name in lab.files)


def test_with_fail_nothing_at_all_is_written(lab: Lab) -> None:
    with pytest.raises(ReportError, match="nothing was written") as refused:
        lab.build("refused", secrets="fail")

    assert not (lab.folder / "refused").exists()
    assert left({"error": str(refused.value).encode()}, lab.secrets) == {}


def test_the_error_names_places_and_kinds(lab: Lab) -> None:
    with pytest.raises(ReportError) as refused:
        lab.build("refused", secrets="fail")

    lines = str(refused.value).splitlines()
    assert len(lines) == 22
    assert lines[-1].endswith("more")
    assert any(line.endswith(": Hugging Face token") for line in lines)
