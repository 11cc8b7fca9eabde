"""The same pages for Hugo: the content of our run pages, with their tables as rows of its data.

What is not a row of a table (headings, drawings, forms) is handed over as ready HTML, so that Hugo
has less to do than we have: it escapes the cells of the tables, and writes.
"""

import html
import json
import re
from pathlib import Path

BODY = re.compile(r"<tbody[^>]*>(.*?)</tbody>", re.DOTALL)
ROW = re.compile(r"<tr[^>]*>(.*?)(?=<tr|\Z)", re.DOTALL)
CELL = re.compile(r"<t[dh][^>]*>(.*?)(?=<t[dh][ >]|</tr|\Z)", re.DOTALL)

CONFIG = """\
baseURL: https://example.org/
disableKinds: [taxonomy, term, RSS, sitemap, robotsTXT, 404, home, section]
"""

LAYOUT = """\
{{ range .Params.parts }}{{ with .html }}{{ . | safeHTML }}{{ end }}
{{ with .rows }}<tbody>
{{ range . }}<tr>{{ range . }}<td>{{ with .text }}{{ . }}{{ end }}\
{{ with .html }}{{ . | safeHTML }}{{ end }}</td>{{ end }}</tr>
{{ end }}</tbody>{{ end }}{{ end }}
"""


def hugo_site(folder: Path, pages: list[Path]) -> Path:
    """Sources of a Hugo site with one page for each of these HTML files."""
    (folder / "layouts" / "_default").mkdir(parents=True)
    (folder / "content").mkdir()
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "layouts" / "_default" / "single.html").write_text(LAYOUT)
    for page in pages:
        front = {"title": page.stem, "parts": _parts(page.read_text("utf-8"))}
        (folder / "content" / f"{page.stem}.html").write_text(json.dumps(front) + "\n")
    return folder


def _parts(page: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number, part in enumerate(BODY.split(page)):
        if number % 2:
            found.append(
                {"rows": [[_cell(cell) for cell in CELL.findall(row)] for row in _rows(part)]}
            )
        else:
            found.append({"html": part})
    return found


def _rows(body: str) -> list[str]:
    return ROW.findall(body)


def _cell(content: str) -> dict[str, str]:
    content = re.sub(r"</t[dh]>\s*$", "", content.strip())
    return {"html": content} if "<" in content else {"text": html.unescape(content)}
