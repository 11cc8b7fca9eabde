"""Renders and writes the run pages of a store from ready content: `render_pages.py SOURCE FOLDER`.

Prints the processor's seconds that this alone took, with loading the theme; what comes before, the
reading and the making of what a page says, is not counted. The pages stay in FOLDER/pages.
"""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from reportgen import build
from reportgen.config import Options
from reportgen.site.writer import SiteFolder
from reportgen.theme import Theme
from reportgen.views.run import RunPage


def ready(source: str, folder: Path) -> list[tuple[RunPage, Any]]:
    """The content of every run's page, with what all pages say alike."""
    pages: list[tuple[RunPage, Any]] = []
    render = Theme.render

    def kept(theme: Theme, page: Any, shared: Any) -> Any:
        if isinstance(page, RunPage):
            pages.append((page, shared))
        return render(theme, page, shared)

    Theme.render = kept  # type: ignore[method-assign]
    options = replace(Options(), sources=(source,), output=folder, jobs=1)
    build.publish_report(options, SiteFolder(folder), lambda *_: None)
    Theme.render = render  # type: ignore[method-assign]
    return pages


def main() -> None:
    source, folder = sys.argv[1], Path(sys.argv[2])
    pages = ready(source, folder / "site")
    site = SiteFolder(folder / "pages")
    site.prepare()
    began = time.process_time()
    theme, _ = build.appearance("default", "")
    for number, (page, shared) in enumerate(pages):
        site.add(f"runs/{number}.html", theme.render(page, shared))
    print(time.process_time() - began)


if __name__ == "__main__":
    os.environ.setdefault("XDG_CACHE_HOME", str(Path(sys.argv[2]).parent / "cache"))
    main()
