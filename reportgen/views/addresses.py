"""Where every page lives, and how one page names another: relative, in full, for any host.

Pages named by a key never change; those named `index.html` are pointers that move.
"""

import hashlib
import re
from functools import lru_cache
from urllib.parse import quote

HOME = "index.html"
VERSIONS = "versions/index.html"
MODELS = "models/index.html"
REGISTRY = "registry/index.html"
PROJECTS = "projects/index.html"
PROBLEMS = "problems.html"
ABOUT = "about.html"
REPRODUCIBILITY = "reproducibility.html"
NOTICES = "THIRD-PARTY.txt"
COMPARE = "compare.html"
ENVIRONMENTS = "environments.html"
RUNS = "runs/index.html"
SEARCH = "search.html"
MISSING = "404.html"

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@lru_cache(maxsize=1 << 16)  # every run's is asked for again and again
def slug(name: str) -> str:
    """A name for a file or folder, safe on every file system; the name itself where it is.

    Anything else keeps its readable letters and gets 12 hex digits of its hash, so that different
    names never meet, not even where capital letters do not count.
    """
    plain = _PLAIN.fullmatch(name) and not _RESERVED.fullmatch(name) and name[-1] != "."
    if plain and name == name.lower() and name.partition(".")[0] != "index":
        return name
    kept = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{kept or 'x'}~{digest}"


def version(name: str) -> str:
    """The home page of a report version, frozen."""
    return f"versions/{name}.html"


def alias(name: str) -> str:
    """The pointer to the version that an alias means."""
    return f"versions/{name}/index.html"


def facts(digest: str) -> str:
    """What is remembered of one experiment, or of the registry, in whichever versions."""
    return f"versions/facts/{digest}.js"


def experiment(key: str, page: str = "index") -> str:
    """An experiment's pointer, or with `page` one of its pages."""
    return f"experiments/{slug(key)}/{page}.html"


def experiment_order(key: str) -> str:
    """The pointer script that lists an experiment's runs, the best first."""
    return f"experiments/{slug(key)}/order.js"


def run(run_id: str, page: str) -> str:
    return f"runs/{slug(run_id)}.{page}.html"


def run_pointer(run_id: str) -> str:
    """The resolver asked for a run."""
    return f"{RUNS}?id={quote(slug(run_id))}"


def compare(*run_ids: str) -> str:
    """The comparison of these runs; the first is the baseline."""
    return f"{COMPARE}?runs={','.join(quote(slug(id)) for id in run_ids)}"


def model(model_id: str, page: str = "index") -> str:
    return f"models/{slug(model_id)}/{page}.html"


def registered_model(name: str, page: str = "index") -> str:
    return f"registry/{slug(name)}/{page}.html"


def project(path: str, page: str = "index") -> str:
    return f"projects/{slug(path)}/{page}.html"


def narrative_id(name: str) -> str:
    """What a page of the user's own is called in addresses, before `slug`."""
    return name.replace("/", ".")


def narrative(name: str, page: str = "index") -> str:
    """A page of the user's own; `name` is its path without its ending."""
    return f"pages/{slug(narrative_id(name))}/{page}.html"


def data(page: str) -> str:
    """The data beside a page."""
    return page.removesuffix(".html") + ".js"


def charts(page: str) -> str:
    """What the live charts of an experiment's page need, beside the page."""
    return page.removesuffix(".html") + ".charts.js"


def columns(page: str, place: int) -> str:
    """A part of the columns of an experiment's table, beside the page."""
    return f"{page.removesuffix('.html')}.c{place}.js"


def csv(page: str, *, packed: bool) -> str:
    """The whole table of an experiment, beside the page; packed (gzip) where it is long."""
    return page.removesuffix(".html") + (".csv.gz" if packed else ".csv")


def history(page: str, metric: str) -> str:
    """The full history of a metric whose curve was thinned, beside the page."""
    return f"{page.removesuffix('.html')}.{slug(metric)}.csv"


def file(digest: str, name: str) -> str:
    """A copied artifact, by content; `name` is its last part, as people should save it."""
    return f"files/{digest}/{safe_name(name)}"


def safe_name(name: str) -> str:
    """A file name that every host and system takes, with its ending kept."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    stem = re.sub(r"[^\w.+-]+", "_", stem, flags=re.ASCII).strip("._") or "file"
    ending = re.sub(r"\W+", "", ending, flags=re.ASCII)[:12]
    if _RESERVED.fullmatch(stem):
        stem += "_"
    return f"{stem[:80]}.{ending}" if ending else stem[:80]


def relative(target: str, page: str) -> str:
    """The address of `target` as written in `page`; both are from the site's root."""
    path, mark, rest = target.partition("?")
    here, there = page.split("/")[:-1], path.split("/")
    shared = 0
    for one, other in zip(here, there[:-1], strict=False):
        if one != other:
            break
        shared += 1
    way = "../" * (len(here) - shared) + "/".join(there[shared:])
    return f"{quote(way)}{mark}{rest}"


def root(page: str) -> str:
    """The way from a page to the site's root: '', '../', '../../'."""
    return "../" * page.count("/")
