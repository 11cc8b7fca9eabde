"""What is known of each flavor of MLflow: its library, its files, and what can be done with it.

One table holds the facts, read from the source of MLflow 3.17 (`mlflow/FLAVOR/__init__.py`:
`save_model`, `load_model`, `_load_pyfunc`) and, for flavors that are gone, of the last release
that had them. A flavor that is not in it comes from a plug-in or a release of another time: of
such a one only its own settings tell. What loading runs is in `analysis.loading`.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reportgen.model import Artifact, Flavor, Json, MLmodel

PYFUNC = "python_function"
CRATE = "crate"
"""The flavor of models that the R package mlflow saves."""

THIS_MAJOR = 3


@dataclass(frozen=True, slots=True)
class Route:
    """A way into a form that other programs read. Not tried: a route, no promise."""

    form: str
    """`ONNX`, `PMML`, …"""

    tool: str
    """The package or method that converts."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A flavor as MLflow has it."""

    title: str
    """What its library calls itself."""

    versions: tuple[str, ...] = ()
    """The settings that hold the version of its library, the first that is there."""

    files: tuple[str, ...] = ("data",)
    """The settings that name its files and folders."""

    folders: tuple[str, ...] = ()
    """Files and folders that it always has, and names nowhere."""

    loader: str = ""
    """The function of Python that loads it; empty where there is none."""

    routes: tuple[Route, ...] = ()
    portable: str = ""
    """What of its own form other programs can read, as a sentence; empty for nothing."""

    needs: str = ""
    """What loading needs besides its packages, as a sentence."""

    alone: str = ""
    """Why it may have no python_function flavor beside it; empty where it always has one."""

    last: int = THIS_MAJOR
    """The last major release of MLflow that has it."""


ONNXMLTOOLS = Route("ONNX", "onnxmltools")
KEY = "It calls a service: whoever loads it needs the service’s key in the environment."
SPARK = "It needs Spark, hence Java."
HUB = "What was not saved with it is fetched from the Hugging Face Hub."

FACTS: Mapping[str, Facts] = MappingProxyType(
    {
        PYFUNC: Facts(
            "Python",
            files=("model_path", "data", "python_model", "model_code_path"),
            loader="mlflow.pyfunc.load_model",
        ),
        "catboost": Facts(
            "CatBoost",
            ("catboost_version",),
            loader="mlflow.catboost.load_model",
            routes=tuple(
                Route(form, f"CatBoost’s own save_model(…, format={form.lower()!r})")
                for form in ("ONNX", "PMML", "CoreML")
            ),
            portable="CatBoost’s libraries for C++, Java, R and Rust read its file.",
        ),
        CRATE: Facts(
            "R function",
            ("version",),
            files=("model",),
            needs="It needs R with the packages mlflow and carrier: Python cannot load it.",
            alone="R saves no python_function flavor.",
        ),
        "diffusers": Facts(
            "Diffusers",
            ("diffusers_version",),
            files=("adapter_weights",),
            loader="mlflow.diffusers.load_model",
            portable="Its weights are safetensors, which other programs read.",
            needs="Only an adapter is here: the base model that it names is fetched besides.",
        ),
        "diviner": Facts(
            "Diviner",
            ("diviner_version",),
            files=("model_binary",),
            loader="mlflow.diviner.load_model",
            last=2,
        ),
        "dspy": Facts(
            "DSPy", ("dspy_version",), ("model_path",), loader="mlflow.dspy.load_model", needs=KEY
        ),
        "fastai": Facts(
            "fastai",
            ("fastai_version",),
            loader="mlflow.fastai.load_model",
            last=2,
        ),
        "gluon": Facts(
            "MXNet Gluon",
            ("mxnet_version",),
            folders=("data",),
            loader="mlflow.gluon.load_model",
            last=1,
        ),
        "h2o": Facts(
            "H2O",
            ("h2o_version",),
            loader="mlflow.h2o.load_model",
            routes=(
                Route("MOJO", "H2O’s own download_mojo"),
                Route("PMML", "jpmml-h2o, from a MOJO"),
            ),
            needs="It needs an H2O server of the very version that saved it, hence Java.",
        ),
        "johnsnowlabs": Facts(
            "John Snow Labs",
            ("johnsnowlabs_version", "pyspark_version"),
            files=("model_data",),
            loader="mlflow.johnsnowlabs.load_model",
            needs="It needs Spark, hence Java, and a licence of John Snow Labs.",
        ),
        "keras": Facts(
            "Keras",
            ("keras_version", "version"),
            loader="mlflow.keras.load_model",
            routes=(Route("ONNX", "Keras’ own model.export(…, format='onnx')"),),
            portable="Each of Keras’ backends reads its file: TensorFlow, JAX and PyTorch.",
        ),
        "langchain": Facts(
            "LangChain",
            ("langchain_version",),
            files=("model_data", "agent_data", "tools_data", "model_code_path"),
            loader="mlflow.langchain.load_model",
            needs=KEY,
        ),
        "lightgbm": Facts(
            "LightGBM",
            ("lgb_version",),
            loader="mlflow.lightgbm.load_model",
            routes=(ONNXMLTOOLS, Route("PMML", "jpmml-lightgbm")),
        ),
        "llama_index": Facts(
            "LlamaIndex",
            ("llama_index_version",),
            files=("model_code_path",),
            folders=("index", "settings.json"),
            loader="mlflow.llama_index.load_model",
            needs=KEY,
        ),
        "mleap": Facts(
            "MLeap",
            ("mleap_version",),
            files=("model_data",),
            portable="Programs in Java or Scala run it without Spark.",
            needs="Java loads it, with MLflow’s own library: Python cannot.",
            alone="MLeap’s form is for Java.",
            last=2,
        ),
        "onnx": Facts(
            "ONNX",
            ("onnx_version",),
            loader="mlflow.onnx.load_model",
            portable=(
                "It is ONNX: ONNX Runtime and others run it from C++, C#, Java, JavaScript, on "
                "phones and in browsers."
            ),
        ),
        "openai": Facts(
            "OpenAI", ("openai_version",), loader="mlflow.openai.load_model", needs=KEY
        ),
        "paddle": Facts(
            "PaddlePaddle",
            ("paddle_version",),
            files=("pickled_model",),
            loader="mlflow.paddle.load_model",
            routes=(Route("ONNX", "paddle2onnx"),),
        ),
        "pmdarima": Facts("pmdarima", ("pmdarima_version",), loader="mlflow.pmdarima.load_model"),
        "promptflow": Facts(
            "Prompt flow",
            ("promptflow_version",),
            files=("flow", "entry", "model_path"),
            loader="mlflow.promptflow.load_model",
            needs=KEY,
            last=2,
        ),
        "prophet": Facts(
            "Prophet",
            ("prophet_version",),
            loader="mlflow.prophet.load_model",
            portable="Its file is JSON, which only Prophet makes forecasts of.",
        ),
        "pytorch": Facts(
            "PyTorch",
            ("pytorch_version",),
            files=("model_data",),
            loader="mlflow.pytorch.load_model",
            routes=(Route("ONNX", "torch.onnx.export"),),
            alone=(
                "Exported programs (.pt2) that take tensors, or several inputs, are saved without "
                "one."
            ),
        ),
        "sentence_transformers": Facts(
            "Sentence Transformers",
            ("sentence_transformers_version",),
            folders=("model.sentence_transformer",),
            loader="mlflow.sentence_transformers.load_model",
            routes=(Route("ONNX", "Optimum, or Sentence Transformers’ own backend='onnx'"),),
        ),
        "shap": Facts(
            "SHAP explainer",
            ("shap_version",),
            files=("serialized_explainer",),
            folders=("underlying_model",),
            loader="mlflow.shap.load_explainer",
        ),
        "sklearn": Facts(
            "scikit-learn",
            ("sklearn_version",),
            files=("pickled_model",),
            loader="mlflow.sklearn.load_model",
            routes=(Route("ONNX", "skl2onnx"), Route("PMML", "sklearn2pmml")),
        ),
        "spacy": Facts(
            "spaCy",
            ("spacy_version",),
            loader="mlflow.spacy.load_model",
            alone="MLflow adds one only to pipelines that classify texts (textcat).",
        ),
        "spark": Facts(
            "Spark MLlib",
            ("pyspark_version",),
            files=("model_data",),
            loader="mlflow.spark.load_model",
            routes=(ONNXMLTOOLS, Route("PMML", "pyspark2pmml")),
            portable="Spark’s own languages read its files: Scala, Java, Python and R.",
            needs=SPARK,
        ),
        "statsmodels": Facts(
            "statsmodels",
            ("statsmodels_version",),
            loader="mlflow.statsmodels.load_model",
            routes=(Route("PMML", "jpmml-statsmodels"),),
        ),
        "tensorflow": Facts(
            "TensorFlow",
            ("tensorflow_version", "keras_version"),
            files=("data", "saved_model_dir"),
            loader="mlflow.tensorflow.load_model",
            routes=(Route("ONNX", "tf2onnx"), Route("TensorFlow Lite", "tf.lite.TFLiteConverter")),
        ),
        "transformers": Facts(
            "Transformers",
            ("transformers_version",),
            files=("model_binary", "peft"),
            folders=("components",),
            loader="mlflow.transformers.load_model",
            routes=(Route("ONNX", "Optimum (optimum-cli export onnx)"),),
            alone="MLflow has none for pipelines of images, videos and some others.",
        ),
        "xgboost": Facts(
            "XGBoost",
            ("xgb_version",),
            loader="mlflow.xgboost.load_model",
            routes=(ONNXMLTOOLS, Route("PMML", "jpmml-xgboost")),
            portable="XGBoost’s libraries for C++, Java, Scala, R and Julia read its file.",
        ),
    }
)

LOADERS = frozenset(
    name for name, facts in FACTS.items() if facts.loader == f"mlflow.{name}.load_model"
)
"""Flavors that `mlflow.NAME.load_model` loads. A name from a store is code only if it is here."""

AGENTS: Mapping[str, str] = MappingProxyType(
    {
        "agent/v1/chat": "a ChatModel",
        "agent/v2/chat": "a ChatAgent",
        "agent/v1/responses": "a ResponsesAgent",
    }
)
"""By the `task` that MLflow puts into the metadata (`mlflow/pyfunc/__init__.py`)."""

LOADED_AS: Mapping[str, str] = MappingProxyType(
    {
        "mlflow.pyfunc.model": "a class of its author’s (PythonModel)",
        "mlflow.pyfunc.loaders.chat_model": AGENTS["agent/v1/chat"],
        "mlflow.pyfunc.loaders.chat_agent": AGENTS["agent/v2/chat"],
        "mlflow.pyfunc.loaders.responses_agent": AGENTS["agent/v1/responses"],
        "mlflow.pyfunc.loaders.code_model": "a model from code",
        "mlflow.prompt.promptlab_model": "a prompt of MLflow’s Prompt Lab",
        "mlflow._promptlab": "a prompt of MLflow’s Prompt Lab",
    }
)
"""By the `loader_module` of a python_function: what it is where no other flavor says it."""


@dataclass(frozen=True, slots=True)
class Ability:
    """One thing that people do with models, and whether this one is fit for it."""

    what: str
    able: bool
    how: str
    """What does it, or why it cannot; a sentence."""

    code: str = ""
    """The command or function that does it."""


def facts_of(flavor: Flavor) -> Facts:
    """Of an unknown flavor, no more than its own name."""
    return FACTS.get(flavor.name, Facts(flavor.name))


def is_known(flavor: Flavor) -> bool:
    return flavor.name in FACTS


def is_loadable(flavor: Flavor) -> bool:
    """True where a function of MLflow's is known that loads it in Python."""
    return bool(facts_of(flavor).loader)


def version_of(flavor: Flavor) -> str:
    """The version of its library, as MLmodel has it; of a python_function, Python's own."""
    if flavor.name == PYFUNC:
        return str(flavor.settings.get("python_version") or "")
    keys = facts_of(flavor).versions
    others = () if keys else (key for key in flavor.settings if key.endswith("_version"))
    found = (flavor.settings.get(key) for key in (*keys, "version", *others))
    return next((str(value) for value in found if isinstance(value, str | int | float)), "")


def agent_of(mlmodel: MLmodel) -> str:
    """`a ChatModel`, `a ChatAgent`, `a ResponsesAgent`: its requests are never wrapped; else ''."""
    task = mlmodel.metadata.get("task") if isinstance(mlmodel.metadata, Mapping) else None
    kind = AGENTS.get(task, "") if isinstance(task, str) else ""
    if kind:
        return kind
    kind = LOADED_AS.get(_loader(mlmodel.flavor(PYFUNC)), "")
    return kind if kind in AGENTS.values() else ""


def kind_of(mlmodel: MLmodel) -> str:
    """What its python_function is made of: `a ChatModel`, `the flavor sklearn`; else ''."""
    flavor = mlmodel.flavor(PYFUNC)
    module = _loader(flavor)
    name = module.removeprefix("mlflow.")
    if agent := agent_of(mlmodel):
        return agent
    if flavor and "model_code_path" in flavor.settings and name not in FACTS:
        return "a model from code"
    if module in LOADED_AS:
        return LOADED_AS[module]
    if module.startswith("mlflow.") and name in FACTS:
        return f"the flavor {name}"
    return f"the module {module}" if module else ""


def _loader(flavor: Flavor | None) -> str:
    return str(flavor.settings.get("loader_module") or "") if flavor else ""


def files_of(flavor: Flavor, artifacts: Sequence[Artifact]) -> tuple[Artifact, ...]:
    """Those of a model's files that a flavor is loaded from."""
    places = set(_places(flavor))
    return tuple(
        one
        for one in artifacts
        if one.path in places or any(one.path.startswith(f"{place}/") for place in places)
    )


def _places(flavor: Flavor) -> Iterator[str]:
    settings, facts = flavor.settings, facts_of(flavor)
    yield from facts.folders
    for key in (*facts.files, "code"):
        value = settings.get(key)
        if isinstance(value, str) and value:
            # The path of a model's code is that on its author's machine: MLflow takes its name.
            own = (
                posixpath.basename(value.replace("\\", "/")) if key == "model_code_path" else value
            )
            yield own.rstrip("/")
    artifacts = settings.get("artifacts")
    for one in artifacts.values() if isinstance(artifacts, Mapping) else ():
        if isinstance(one, Mapping) and isinstance(one.get("path"), str):
            yield one["path"].rstrip("/")


# ---- what can be done --------------------------------------------------------------------------


def abilities(mlmodel: MLmodel) -> tuple[Ability, ...]:
    """Serving, scoring in batches, scoring on Spark; what each flavor loads is said with it."""
    if mlmodel.flavor(PYFUNC) is not None:
        return (
            Ability(
                "Answer over HTTP",
                True,
                "Also in containers and where they run.",
                "mlflow models serve",
            ),
            Ability(
                "Score files", True, "Takes JSON or CSV, on this machine.", "mlflow models predict"
            ),
            _on_spark(mlmodel),
        )
    if mlmodel.flavor(CRATE) is not None:
        by_r = "R does it: Rscript and R’s package mlflow must be installed."
        return (
            Ability(
                "Answer over HTTP",
                True,
                f"{by_r} MLflow builds no container of it.",
                "mlflow models serve",
            ),
            Ability("Score files", True, by_r, "mlflow models predict"),
            Ability(
                "Score on Spark", False, "MLflow does that with a python_function flavor only."
            ),
        )
    why = why_alone(mlmodel)
    return tuple(
        Ability(what, False, why) for what in ("Answer over HTTP", "Score files", "Score on Spark")
    )


def why_alone(mlmodel: MLmodel) -> str:
    """Why there is no python_function flavor, and what follows, in a sentence or two."""
    said = [facts_of(one).alone for one in mlmodel.flavors]
    reason = next((words for words in said if words), "")
    return f"It has no python_function flavor. {reason}".strip()


def _on_spark(mlmodel: MLmodel) -> Ability:
    """By `mlflow.pyfunc.spark_udf`, which hands on columns (its docstring tells how)."""
    what, code = "Score on Spark", "mlflow.pyfunc.spark_udf"
    inputs = (mlmodel.signature.inputs or ()) if mlmodel.signature else ()
    if mlmodel.flavor("spark") or mlmodel.flavor("johnsnowlabs"):
        return Ability(
            what,
            True,
            "Best natively, by the model’s own transform: as a function of columns each process "
            "of Spark would start a Spark of its own.",
            "mlflow.spark.load_model" if mlmodel.flavor("spark") else code,
        )
    tensors = [one for one in inputs if one.is_tensor]
    if any(
        (one.shape or (0,))[0] >= 0 or any(n < 0 for n in (one.shape or ())[1:]) for one in tensors
    ):
        return Ability(
            what,
            False,
            "Columns become arrays with one entry per row, all of one shape; its signature asks "
            "for others.",
        )
    if tensors:
        return Ability(
            what,
            True,
            "Each array travels as a column of flat lists, and gets its shape back.",
            code,
        )
    if not inputs:
        return Ability(
            what, True, "Without a signature, say which columns it takes and what it gives.", code
        )
    return Ability(what, True, "Takes the columns of its signature by their names.", code)


def task_of(flavor: Flavor) -> str:
    """What a model of Transformers is for: `text-classification`; empty where nothing says."""
    task: Json = flavor.settings.get("task") if flavor.name == "transformers" else None
    return task if isinstance(task, str) else ""
