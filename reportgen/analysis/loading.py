"""What loading a model runs, told from how it was written; nothing is ever loaded to find out.

Each flavor's loader was read in MLflow 3.17 (`mlflow/FLAVOR/__init__.py`, `_load_model`), and
what the library itself does with such a file in its own documentation. Where neither the settings
nor the names of the files tell, the worse is assumed, as MLflow does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from reportgen.analysis.flavors import PYFUNC, files_of
from reportgen.model import Artifact, Flavor, Json, MLmodel


class Runs(StrEnum):
    """What happens when a file is loaded, the harmless first."""

    DATA = "data"
    """It is read, and no more."""

    OBJECTS = "objects"
    """Objects are made of classes that it names, of libraries which are installed."""

    FETCH = "fetch"
    """Parts are fetched from elsewhere."""

    PICKLE = "pickle"
    """A pickle is read, which can call anything."""

    CODE = "code"
    """Its own program is run."""


RISKY = frozenset({Runs.PICKLE, Runs.CODE})


@dataclass(frozen=True, slots=True)
class Loading:
    """One thing that loading does."""

    runs: Runs
    why: str
    """A sentence."""


def loading_of(flavor: Flavor, artifacts: Sequence[Artifact] = ()) -> tuple[Loading, ...]:
    """What loading this flavor does; empty where nothing is known of it."""
    own = files_of(flavor, artifacts)
    rule = RULES.get(flavor.name)
    found = list(rule(flavor.settings, own)) if rule else []
    if flavor.settings.get("code"):
        words = "The modules in its code folder are put on Python’s path."
        found.append(Loading(Runs.CODE, words))
    return tuple(found)


def caution(mlmodel: MLmodel, artifacts: Sequence[Artifact] = ()) -> str:
    """What loading the model could run, in sentences; '' where only data is read."""
    said = [
        one.why
        for flavor in sorted(mlmodel.flavors, key=lambda flavor: flavor.name == PYFUNC)
        for one in loading_of(flavor, artifacts)
        if one.runs in RISKY
    ]
    words = " ".join(dict.fromkeys(said))
    return f"{words} Load it only if you trust where it comes from." if words else ""


# ---- one rule per flavor -----------------------------------------------------------------------

Settings = Mapping[str, Json]
Files = Sequence[Artifact]
Rule = Callable[[Settings, Files], Iterator[Loading]]

KNOWN_TYPES = (
    *("sklearn.", "numpy.", "scipy.", "lightgbm.", "xgboost.", "catboost.", "collections."),
    *("builtins.", "pandas."),
)
"""Modules whose types a skops file may well hold; others are its author's."""

PYTHON = (".py",)
PICKLED_WEIGHTS = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")


def unpickles(name: str, how: str = "unpickles") -> Loading:
    return Loading(
        Runs.PICKLE, f"Loading it {how} {name}, which can run any code that its author put there."
    )


def _text(settings: Settings, key: str, otherwise: str = "its file") -> str:
    value = settings.get(key)
    return value if isinstance(value, str) and value else otherwise


def _ending(files: Files, endings: tuple[str, ...]) -> list[str]:
    return [one.path for one in files if one.path.lower().endswith(endings)]


def _listed(names: Sequence[str], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _data(why: str) -> Rule:
    def rule(_settings: Settings, _files: Files) -> Iterator[Loading]:
        yield Loading(Runs.DATA, why)

    return rule


def _pickle(key: str) -> Rule:
    def rule(settings: Settings, _files: Files) -> Iterator[Loading]:
        yield unpickles(_text(settings, key))

    return rule


def _like_sklearn(settings: Settings, key: str, otherwise: str) -> Iterator[Loading]:
    """MLflow takes a file without a format for a pickle; what skops may make, MLmodel lists."""
    if settings.get("serialization_format", otherwise) != "skops":
        yield unpickles(_text(settings, key))
        return
    trusted = settings.get("skops_trusted_types")
    names = [str(one) for one in trusted] if isinstance(trusted, list) else []
    own = sorted(name for name in names if not name.startswith(KNOWN_TYPES))
    yield Loading(
        Runs.OBJECTS,
        "skops makes objects of the types that it knows, and of those that MLmodel lists as "
        "trusted.",
    )
    if own:
        yield Loading(
            Runs.CODE, f"Its MLmodel has loading trust types of no known library: {_listed(own)}."
        )


def _sklearn(settings: Settings, _files: Files) -> Iterator[Loading]:
    yield from _like_sklearn(settings, "pickled_model", "pickle")


def _lightgbm(settings: Settings, _files: Files) -> Iterator[Loading]:
    if str(settings.get("model_class") or "").endswith("Booster"):
        yield Loading(Runs.DATA, "LightGBM reads its own text form, which holds data alone.")
    else:
        yield from _like_sklearn(settings, "data", "cloudpickle")


def _xgboost(settings: Settings, _files: Files) -> Iterator[Loading]:
    yield Loading(Runs.DATA, "XGBoost reads its own form, which holds data alone.")
    name = _text(settings, "model_class", "xgboost.core.Booster")
    if not name.startswith("xgboost."):
        yield Loading(Runs.CODE, f"The class that its MLmodel names is imported: {name}.")


def _pytorch(settings: Settings, files: Files) -> Iterator[Loading]:
    exported = _ending(files, (".pt2",))
    if exported:
        yield Loading(
            Runs.PICKLE,
            f"torch.export.load unpickles what is in {_listed(exported)}, unless "
            "MLFLOW_ALLOW_PICKLE_DESERIALIZATION is false: then MLflow looks through it first.",
        )
    else:
        name = f"{_text(settings, 'model_data', 'data')}/model.pth"
        yield unpickles(name, "has torch.load unpickle")


def _tensorflow(_settings: Settings, files: Files) -> Iterator[Loading]:
    yield Loading(
        Runs.OBJECTS,
        "TensorFlow loads a graph of its own operations; these may read and write files.",
    )
    pickled = _ending(files, ("custom_objects.cloudpickle",))
    if pickled:
        yield unpickles(_listed(pickled))
    yield from _hdf5(files)


def _keras(settings: Settings, files: Files) -> Iterator[Loading]:
    if settings.get("save_exported_model"):
        yield from _tensorflow(settings, files)
    else:
        yield Loading(
            Runs.OBJECTS,
            "Keras makes the layers that its file names, and in its safe mode refuses those that "
            "hold code.",
        )
        yield from _hdf5(files)


def _hdf5(files: Files) -> Iterator[Loading]:
    if _ending(files, (".h5",)):
        yield Loading(Runs.CODE, "Lambda layers of an HDF5 file hold Python code, which is run.")


def _transformers(settings: Settings, files: Files) -> Iterator[Loading]:
    yield Loading(Runs.OBJECTS, "Transformers makes the model and the parts that its files name.")
    yield from _from_hub_form(files)
    if not settings.get("model_binary") and not settings.get("peft"):
        source = _text(settings, "source_model_name", "the model that MLmodel names")
        yield Loading(
            Runs.FETCH, f"Its weights are not here: {source} is fetched when it is loaded."
        )


def _sentence_transformers(_settings: Settings, files: Files) -> Iterator[Loading]:
    yield Loading(Runs.OBJECTS, "Sentence Transformers makes the modules that its files name.")
    yield from _from_hub_form(files)


def _from_hub_form(files: Files) -> Iterator[Loading]:
    """Folders as on the Hugging Face Hub; MLflow trusts the code in them (trust_remote_code)."""
    own, pickled = _ending(files, PYTHON), _ending(files, PICKLED_WEIGHTS)
    if own:
        yield Loading(Runs.CODE, f"Loading it runs the model’s own Python: {_listed(own)}.")
    if pickled:
        yield Loading(
            Runs.PICKLE,
            f"Loading it unpickles {_listed(pickled)}; only newer releases of PyTorch and "
            "Transformers read no more than weights from it.",
        )


def _langchain(settings: Settings, files: Files) -> Iterator[Loading]:
    pickled = _ending(files, (".pkl",))
    if pickled:
        yield unpickles(_listed(pickled))
    elif "model_code_path" not in settings and "model_data" in settings:
        yield Loading(Runs.OBJECTS, "LangChain makes the objects that its files name.")


def _llama_index(_settings: Settings, files: Files) -> Iterator[Loading]:
    if any(one.path.startswith("index/") for one in files):
        yield Loading(
            Runs.OBJECTS, "LlamaIndex makes its index, and the objects that settings.json names."
        )


def _dspy(settings: Settings, _files: Files) -> Iterator[Loading]:
    name = _text(settings, "model_path", "its program")
    how = "unpickles" if name.endswith(".pkl") else "has dspy.load unpickle what is in"
    yield unpickles(name, how)


def _pyfunc(settings: Settings, _files: Files) -> Iterator[Loading]:
    """Its own part alone: what it hands on to another flavor is said of that."""
    module = _text(settings, "loader_module", "")
    if "python_model" in settings:
        name = _text(settings, "python_model", "python_model.pkl")
        yield Loading(Runs.PICKLE, f"Loading it unpickles {name}, which can run any code.")
    elif "model_code_path" in settings:
        yield Loading(Runs.CODE, "Loading it runs the model’s own Python file.")
    if module and not module.startswith("mlflow."):
        yield Loading(Runs.CODE, f"Loading it imports the module {module} and calls it.")


def _crate(settings: Settings, _files: Files) -> Iterator[Loading]:
    yield Loading(
        Runs.CODE,
        f"R reads {_text(settings, 'model')}, which holds an R function: predicting runs it.",
    )


def _h2o(_settings: Settings, _files: Files) -> Iterator[Loading]:
    yield Loading(Runs.OBJECTS, "An H2O server is given its file, and makes Java objects of it.")


def _spark(_settings: Settings, _files: Files) -> Iterator[Loading]:
    yield Loading(Runs.OBJECTS, "Spark makes the stages that its metadata name.")


def _spacy(_settings: Settings, _files: Files) -> Iterator[Loading]:
    yield Loading(
        Runs.OBJECTS, "spaCy makes the pipeline of registered parts that config.cfg names."
    )


def _diffusers(settings: Settings, _files: Files) -> Iterator[Loading]:
    yield Loading(Runs.DATA, "The adapter’s weights are safetensors, which hold data alone.")
    base = _text(settings, "base_model", "the base model")
    yield Loading(Runs.FETCH, f"{base} is fetched when the pipeline is made.")


def _promptflow(_settings: Settings, _files: Files) -> Iterator[Loading]:
    yield Loading(Runs.CODE, "Predicting runs the Python files of its flow.")


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        PYFUNC: _pyfunc,
        "catboost": _data("CatBoost reads its own form, which holds data alone."),
        "crate": _crate,
        "diffusers": _diffusers,
        "diviner": _data("Diviner reads its own form, which holds data alone."),
        "dspy": _dspy,
        "fastai": _pickle("data"),
        "gluon": _data("MXNet reads a graph and its weights."),
        "h2o": _h2o,
        "johnsnowlabs": _spark,
        "keras": _keras,
        "langchain": _langchain,
        "lightgbm": _lightgbm,
        "llama_index": _llama_index,
        "mleap": _data("MLeap reads its own form, which holds data alone."),
        "onnx": _data("ONNX holds a graph and its weights: data alone."),
        "openai": _data("Its file names a model, a task and a prompt: data alone."),
        "paddle": _pickle("pickled_model"),
        "pmdarima": _pickle("data"),
        "promptflow": _promptflow,
        "prophet": _data("Its file is JSON: data alone."),
        "pytorch": _pytorch,
        "sentence_transformers": _sentence_transformers,
        "shap": _pickle("serialized_explainer"),
        "sklearn": _sklearn,
        "spacy": _spacy,
        "spark": _spark,
        "statsmodels": _pickle("data"),
        "tensorflow": _tensorflow,
        "transformers": _transformers,
        "xgboost": _xgboost,
    }
)
"""By flavor. One that is missing here is one of which `analysis.flavors` knows nothing either."""
