"""How to use a model: commands and code for this very one, to copy and run as they are.

Every name that comes from a store is quoted for the language that it stands in.
"""

from collections.abc import Sequence

from msgspec import Struct

from reportgen.analysis.flavors import CRATE, LOADERS, is_loadable
from reportgen.analysis.loading import caution
from reportgen.analysis.payloads import NESTED, Form, forms_of
from reportgen.analysis.serving import Answer, Payload, answer_shape, payload
from reportgen.model import LoggedModel, MLmodel, ModelVersion
from reportgen.views import wording
from reportgen.views.code import code
from reportgen.views.literals import as_json
from reportgen.views.page import Code
from reportgen.views.using import requests
from reportgen.views.using.naming import (
    HERE,
    Address,
    command,
    model_addresses,
    program,
)
from reportgen.views.using.python_input import python_input
from reportgen.views.using.requests import OtherForm
from reportgen.views.using.targets import TargetGroup, targets
from reportgen.views.using.warnings import warnings_of

MANAGERS = (
    ("Packages you have", "local"),
    ("virtualenv", "virtualenv"),
    ("uv", "uv"),
    ("conda", "conda"),
)
"""Managers of environments, with the names of their tabs (`mlflow/utils/env_manager.py`)."""


class Step(Struct, frozen=True):
    """One thing to do. Several codes are alternatives."""

    title: str
    note: str
    codes: tuple[Code, ...]
    result: Code | None = None
    """What comes back."""

    others: tuple[OtherForm, ...] = ()
    """The same in other forms."""


class Use(Struct, frozen=True):
    """All that a page says of using a model."""

    steps: tuple[Step, ...]
    cannot: str
    """Why something cannot be done; empty when all can."""

    caution: str
    """What could run when it is loaded; empty where only data is read."""

    warnings: tuple[str, ...] = ()
    """What can go wrong when it is served."""

    groups: tuple[TargetGroup, ...] = ()
    """Where else it can run."""

    choices: tuple[Address, ...] = ()
    """Addresses to choose from; empty where there is but one."""

    forms: tuple[Form, ...] = ()
    """The requests it takes, the first of which is shown."""

    answer: Answer | None = None


def use_of(model: LoggedModel, versions: Sequence[ModelVersion] = ()) -> Use:
    """The steps for a model, as far as its files allow."""
    mlmodel = model.mlmodel
    if mlmodel is None or not mlmodel.flavors:
        return Use((), _why_not(model), "")
    addresses = model_addresses(model, versions)
    where = addresses[0]
    choices = addresses if len(addresses) > 1 else ()
    native = _native(mlmodel, where)
    if mlmodel.flavor("python_function") is None:
        known = (_store_step(), native) if native else ()
        shown = choices if native else ()
        cannot = _why_not_served(mlmodel)
        return Use(known, cannot, caution(mlmodel, model.artifacts), choices=shown)
    request = payload(mlmodel)
    forms = forms_of(request, mlmodel) if request else ()
    answer = answer_shape(mlmodel, request.body if request else None)
    return Use(
        (
            _store_step(),
            _load_step(mlmodel, where, request, native),
            serve_step(where),
            _ask_step(model, request, forms, answer),
        ),
        "",
        caution(mlmodel, model.artifacts),
        warnings_of(mlmodel),
        targets(model, where, forms),
        choices,
        forms,
        answer,
    )


def _why_not_served(mlmodel: MLmodel) -> str:
    if mlmodel.flavor(CRATE) is not None:
        return (
            "It is a model of R, and has no python_function flavor: Python cannot load it, and "
            "MLflow serves it through R alone, which needs its package mlflow."
        )
    own = " its own flavor can load it." if any(map(is_loadable, mlmodel.flavors)) else ""
    return (
        "It has no python_function flavor, so MLflow can neither serve it nor load it in the "
        f"generic way{';' + own if own else '.'}"
    )


def _why_not(model: LoggedModel) -> str:
    external = model.tags.get("mlflow.model.isExternal", "").lower() == "true"
    if external or (model.mlmodel is not None and not model.mlmodel.flavors):
        return (
            "This model is kept outside MLflow: only its name, parameters and metrics were "
            "recorded, so there are no files to load or to serve."
        )
    return (
        "Its files are not in the sources of this report, so nothing is known of how it is "
        "loaded. The address above works wherever its tracking store is reachable."
    )


# ---- the steps ---------------------------------------------------------------------------------


def _store_step() -> Step:
    database = "export MLFLOW_TRACKING_URI=sqlite:///mlflow.db"
    folder = "export MLFLOW_TRACKING_URI=./mlruns\nexport MLFLOW_ALLOW_FILE_STORE=true"
    server = "export MLFLOW_TRACKING_URI=http://127.0.0.1:5000"
    return Step(
        "Say where the model is",
        "Name the tracking store that holds it, seen from where you are. "
        "With a copy of the model’s folder, give its path instead of the address below.",
        (
            code("Database", database, "bash"),
            code("Folder", folder, "bash"),
            code("Server", server, "bash"),
        ),
    )


def _native(mlmodel: MLmodel, where: Address) -> Step | None:
    name = next((flavor.name for flavor in mlmodel.flavors if flavor.name in LOADERS), "")
    if not name:
        return None
    text = f"import mlflow\n\nmodel = mlflow.{name}.load_model({HERE})"
    return Step(f"Load it with {name}", "", (program(f"mlflow.{name}", text, where),))


def _load_step(
    mlmodel: MLmodel, where: Address, request: Payload | None, native: Step | None
) -> Step:
    given = python_input(request, mlmodel) if request else None
    imports = sorted(("mlflow", *(given.imports if given else ())))
    lines = [*(f"import {name}" for name in imports), ""]
    lines.append(f"model = mlflow.pyfunc.load_model({HERE})")
    if given:
        lines += [*given.lines, f"print(model.predict({given.arguments}))"]
        note = ""
    else:
        lines.append("print(model.metadata)  # then: model.predict(…)")
        note = "Nothing recorded says what it takes: see its source run."
    pyfunc = program("mlflow.pyfunc", "\n".join(lines), where)
    return Step("Load it in Python", note, (pyfunc, *native.codes) if native else (pyfunc,))


def serve_step(where: Address) -> Step:
    """The server of MLflow on this machine, by every manager of environments."""
    base = f"mlflow models serve -m {HERE} \\\n  -h 127.0.0.1 -p 5001 --env-manager"
    return Step(
        "Serve it over HTTP",
        "With the packages you have, or in an environment that MLflow makes of those listed "
        "here: by virtualenv (and pyenv for its Python), by uv from MLflow 2.20 on, or by conda.",
        tuple(command(title, f"{base} {name}", where) for title, name in MANAGERS),
    )


def _ask_step(
    model: LoggedModel, request: Payload | None, forms: Sequence[Form], answer: Answer
) -> Step:
    exact = _is_exact(model.mlmodel)
    codes = list(requests.main_codes(forms, exact=exact))
    if request and request.body is None:
        codes.append(requests.zeros(request.arrays))
        if any(artifact.path == "serving_input_example.json" for artifact in model.artifacts):
            codes.insert(0, requests.saved_file())
    result = None
    if answer.example is not None:
        result = code("Answer, for one row", as_json(answer.example), "json")
    others = requests.other_forms(forms, exact=exact)
    note = _ask_note(request, answer)
    return Step("Ask for a prediction", note, tuple(codes), result, others)


def _is_exact(mlmodel: MLmodel | None) -> bool:
    """Whether 2 is refused for 2.0: where no signature makes the one of the other, and inside of
    the lists and objects of a column (`_enforce_mlflow_datatype` of `mlflow/models/utils.py`)."""
    fields = (mlmodel.signature.inputs or ()) if mlmodel and mlmodel.signature else ()
    specs = [field.spec for field in fields if isinstance(field.spec, dict)]
    return not fields or any(spec.get("type") in NESTED for spec in specs)


def _ask_note(request: Payload | None, answer: Answer) -> str:
    if request is None:
        return "Neither an input example nor a signature says what to send."
    said = f"Made from {request.origin}."
    if request.rows < request.all_rows:
        rows = "row" if request.rows == 1 else f"{request.rows} rows"
        said = f"Made from the first {rows} of {request.all_rows:,} in {request.origin}."
    return f"{said} The answer: {answer.words[:1].lower()}{answer.words[1:]}"


def rows_in_words(shown: int, total: int) -> str:
    """`3 rows`, `first 5 of 120 rows`."""
    if shown < total:
        return f"first {shown} of {total:,} rows"
    return wording.count(total, "row")
