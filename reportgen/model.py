"""What MLflow recorded, in MLflow's words.

These values are read once and never changed. They know nothing of files' formats, HTML or
charts; whatever is worked out from them lives in `reportgen.analysis`. Times are whole
milliseconds since 1970-01-01 UTC, as MLflow keeps them; ids are text, always (experiment ids
exceed what a JavaScript number can hold).
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from string import Formatter
from typing import Any

from reportgen.errors import Problem

Json = Any
"""A value as `json.loads` returns it."""


class RunStatus(StrEnum):
    """The states of a run (`mlflow/entities/run_status.py`)."""

    RUNNING = "RUNNING"
    SCHEDULED = "SCHEDULED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"
    UNKNOWN = "UNKNOWN"
    """Nothing readable says; ours, for runs whose `meta.yaml` is lost."""


class ModelStatus(StrEnum):
    """The states of a logged model (`mlflow/entities/logged_model_status.py`)."""

    UNSPECIFIED = "UNSPECIFIED"
    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class MetricHistory:
    """Every point of one metric of one run: three columns of the same length n ≥ 1.

    Ordered by (step, timestamp, value), so that the last point is the one MLflow calls the
    latest; exact duplicates are gone. Values may be NaN or ±inf.
    """

    steps: "array[int]"
    """Type code 'q'. Steps may be negative, repeated, or all 0."""

    timestamps: "array[int]"
    """Type code 'q', milliseconds."""

    values: "array[float]"
    """Type code 'd'."""

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file that a run or a model kept."""

    path: str
    """Relative to the artifact root of its owner, with '/' between folders."""

    size: int
    """Bytes."""

    file: str
    """Where its bytes are on this machine. Known to lie inside an allowed root; never shown."""

    withheld: str = ""
    """Why it is listed and nothing more, in words; empty where nothing is against it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column, tensor or parameter of a signature, or of a dataset's schema."""

    name: str
    """Empty where the model takes one unnamed thing."""

    type: str
    """In words: `double`, `array<string>`, `object{id: long, note?: string}`; a tensor's dtype."""

    required: bool = True

    shape: tuple[int, ...] | None = None
    """Of a tensor (-1 means any length) or of a parameter that takes a list; else None."""

    default: Json = None
    """Of a parameter."""

    spec: Json = None
    """The specification as recorded (MLmodel's JSON), for what `type` flattens into words."""

    @property
    def is_tensor(self) -> bool:
        return isinstance(self.spec, Mapping) and self.spec.get("type") == "tensor"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset that a run read (`datasets/<id>/meta.yaml`, table `datasets`)."""

    name: str
    digest: str
    source_type: str
    """`local`, `http`, `s3`, `hugging_face`, `code`, …"""

    source: str
    """As recorded: usually JSON text such as `{"uri": "…"}`."""

    schema: tuple[Field, ...] = ()
    profile: Mapping[str, Json] = field(default_factory=dict)
    """Such as `{"num_rows": 150, "num_elements": 600}`."""


@dataclass(frozen=True, slots=True)
class DatasetInput:
    """A dataset, and what this run used it for."""

    dataset: Dataset
    context: str = ""
    """The tag `mlflow.data.context`: `training`, `eval`, …"""

    tags: Mapping[str, str] = field(default_factory=dict)
    """The other tags of the input."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of an environment."""

    name: str
    """The package, or the whole line where it names none (`--no-binary :all:`)."""

    version: str = ""
    """What is asked for, as written: `==1.4.2`, `>=2,<3`, `@ https://…`; conda's `=1.4`,
    `=1.4=h_0`; empty for any."""

    line: str = ""
    """As written."""

    extras: tuple[str, ...] = ()
    """Sorted: `standard` of `uvicorn[standard]`."""

    marker: str = ""
    """Where alone it is needed: `python_version < "3.11"`."""

    url: str = ""
    """What is installed instead of a version from an index: an archive, a folder, or a version
    control system's address (`git+https://…@commit`). It may hold credentials."""

    hashes: tuple[str, ...] = ()
    """`sha256:…` of each file that may be installed for it."""

    constraint: str = ""
    """What a constraints file adds to the version that it asks for: `==1.26.4`."""

    channel: str = ""
    """conda's, where the line names one: `conda-forge`."""

    editable: bool = False
    """True for pip's `-e`."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a project or a model says it needs, from whichever files say it."""

    files: tuple[str, ...] = ()
    """The names of the files it was read from, such as `conda.yaml`."""

    python: str = ""
    """Such as `3.11.7`."""

    conda: tuple[Requirement, ...] = ()
    """Packages that conda installs, without Python itself."""

    pip: tuple[Requirement, ...] = ()
    """Packages that pip installs, from `requirements.txt`, else from the other files."""

    build: tuple[Requirement, ...] = ()
    """`build_dependencies` of a `python_env.yaml`."""

    channels: tuple[str, ...] = ()

    constraints: tuple[Requirement, ...] = ()
    """Of constraints files: versions that hold if anything at all brings the package along."""

    locked: tuple[Requirement, ...] = ()
    """Of lock files: every package that is installed, those that others bring along too."""

    docker_image: str = ""
    """Such as `python:3.11-slim`; the environment of a run in a container."""

    docker_id: str = ""
    """The image's digest: `sha256:…`."""

    runtime: str = ""
    """The Databricks runtime, which brings packages of its own: `15.4.x-cpu-ml-scala2.12`."""


@dataclass(frozen=True, slots=True)
class Flavor:
    """One way to load a model, and its settings as MLmodel has them."""

    name: str
    settings: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a model takes and gives. None means: not recorded."""

    inputs: tuple[Field, ...] | None = None
    outputs: tuple[Field, ...] | None = None
    params: tuple[Field, ...] | None = None


@dataclass(frozen=True, slots=True)
class InputExample:
    """An input saved with a model. Not-a-numbers in it are None."""

    kind: str
    """`dataframe`, `ndarray`, `json_object`, `sparse_matrix_csr`, … (MLmodel's `type`)."""

    content: Json = None
    """Of `input_example.json`, without the parameters it may be wrapped with."""

    params: Mapping[str, Json] | None = None
    """The parameters saved with it."""

    serving: Json = None
    """Of `serving_input_example.json`: the very body to send; None when there is none."""


@dataclass(frozen=True, slots=True)
class MLmodel:
    """The file `MLmodel` and what lies beside it (`mlflow/models/model.py`)."""

    flavors: tuple[Flavor, ...] = ()
    """Sorted by name."""

    signature: Signature | None = None
    from_type_hint: bool = False
    """The signature was made of the type hints of its `predict`: requests have `inputs` alone."""

    example: InputExample | None = None
    environment: Environment = Environment()
    mlflow_version: str = ""
    created: int | None = None
    size: int | None = None
    """`model_size_bytes`, else what the files add up to."""

    metadata: Json = None
    """Whatever the author attached."""

    env_vars: tuple[str, ...] = ()
    """Names of environment variables that the model read while it was logged."""

    def flavor(self, name: str) -> Flavor | None:
        return next((flavor for flavor in self.flavors if flavor.name == name), None)


@dataclass(frozen=True, slots=True)
class ModelMetric:
    """The latest value of a metric of a logged model on one dataset."""

    key: str
    value: float
    step: int = 0
    dataset: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class LoggedModel:
    """A model that a run made: of MLflow 3, or found among a run's artifacts before it."""

    id: str
    """MLflow 3's `m-…`; before it `<run id>/<artifact path>`; of a saved model its folder."""

    name: str
    """MLflow 3's name; before it the artifact path."""

    experiment_id: str
    run_id: str = ""
    """The run that made it; empty when logged outside a run."""

    artifact_path: str = ""
    """Before MLflow 3: where it lies in the run's artifacts. Empty from MLflow 3 on."""

    status: ModelStatus = ModelStatus.READY
    status_message: str = ""
    model_type: str = ""
    deleted: bool = False
    created: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    metrics: tuple[ModelMetric, ...] = ()
    mlmodel: MLmodel | None = None
    """None when its files are not here, or it is an external model without any."""

    artifacts: tuple[Artifact, ...] = ()
    """Sorted by path."""

    location: str = ""
    """The URI of its files as recorded."""

    problems: tuple[Problem, ...] = ()

    @property
    def uri(self) -> str:
        """The address that `mlflow.pyfunc.load_model` and `mlflow models` take."""
        if self.artifact_path and self.run_id:
            return f"runs:/{self.run_id}/{self.artifact_path}"
        if not self.experiment_id:
            return self.location
        return f"models:/{self.id}"


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as recorded, deleted ones too."""

    id: str
    experiment_id: str
    """The `key` of its `Experiment`."""

    name: str = ""
    """Empty when nobody named it."""

    status: RunStatus = RunStatus.UNKNOWN
    started: int | None = None
    ended: int | None = None
    deleted: bool = False
    user: str = ""
    artifact_uri: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    """Sorted by key. Values verbatim: trailing newlines, quotes and all."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """Sorted by key, MLflow's own (`mlflow.…`) among them."""

    metrics: Mapping[str, MetricHistory] = field(default_factory=dict)
    """Sorted by key."""

    datasets: tuple[DatasetInput, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    """Sorted by path."""

    artifacts_missing: str = ""
    """Why there are none to show, as a sentence, when the run recorded a place for them."""

    models: tuple[LoggedModel, ...] = ()
    """Found among its artifacts, as MLflow kept them before version 3."""

    output_models: tuple[tuple[str, int], ...] = ()
    """(model id, step) of the logged models it made (MLflow 3)."""

    input_models: tuple[str, ...] = ()
    """Ids of the logged models it evaluated (MLflow 3)."""

    problems: tuple[Problem, ...] = ()

    @property
    def parent_id(self) -> str:
        return self.tags.get("mlflow.parentRunId", "")

    @property
    def note(self) -> str:
        """Markdown, untrusted."""
        return self.tags.get("mlflow.note.content", "")


@dataclass(frozen=True, slots=True)
class Experiment:
    """A named set of runs."""

    key: str
    """Names it in this report: its id, made unique where two sources use the same id."""

    id: str
    """MLflow's."""

    name: str
    deleted: bool = False
    created: int | None = None
    updated: int | None = None
    artifact_location: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def note(self) -> str:
        """Markdown, untrusted."""
        return self.tags.get("mlflow.note.content", "")


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version in the model registry."""

    name: str
    version: int
    stage: str = ""
    """`Staging`, `Production`, `Archived`; empty for none."""

    aliases: tuple[str, ...] = ()
    status: str = "READY"
    run_id: str = ""
    model_id: str = ""
    """MLflow 3's `m-…` where the version came from one."""

    source: str = ""
    """The URI it was registered from, as recorded."""

    description: str = ""
    """Markdown, untrusted."""

    created: int | None = None
    updated: int | None = None
    user: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A name in the model registry. Prompts, which MLflow 3 keeps as such, are left out."""

    name: str
    description: str = ""
    """Markdown, untrusted."""

    created: int | None = None
    updated: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    versions: tuple[ModelVersion, ...] = ()
    """By number, oldest first; deleted ones are left out."""

    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an entry point."""

    name: str
    type: str = "string"
    default: Json = None
    required: bool = False
    """True when it has no default."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A command that a project offers."""

    name: str
    command: str = ""
    """A `str.format` template: `python train.py --alpha {alpha}`."""

    parameters: tuple[Parameter, ...] = ()
    """In the order of the file."""

    def pieces(self) -> tuple[tuple[str, str | None], ...]:
        """The command cut at its placeholders: (text, what stands in the braces after it or None).

        Raises ValueError for a command that is no such template.
        """
        return tuple(
            (text, None if name is None else _in_braces(name, shape, how))
            for text, name, shape, how in Formatter().parse(self.command)
        )


def _in_braces(name: str, shape: str | None, conversion: str | None) -> str:
    """`alpha`; of one that formats, all of it: `alpha!r:>10`."""
    ending = f":{shape}" if shape else ""
    return f"{name}!{conversion}{ending}" if conversion else f"{name}{ending}"


@dataclass(frozen=True, slots=True)
class DockerEnvironment:
    """The image that a project runs in (`docker_env`)."""

    image: str = ""
    volumes: tuple[str, ...] = ()
    """`host:container`, as given to `docker run -v`."""

    environment: tuple[tuple[str, str | None], ...] = ()
    """Variables by name: with the value that is set, or None for one that is copied from where
    `mlflow run` is called."""


@dataclass(frozen=True, slots=True)
class SparkJob:
    """What a project runs on Databricks without an entry point (`databricks_spark_job`)."""

    python_file: str = ""
    parameters: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with an `MLproject` file (`mlflow/projects/_project_spec.py`)."""

    path: str
    """The folder, relative to the source that was named; `.` for the source itself."""

    name: str = ""
    entry_points: tuple[EntryPoint, ...] = ()
    """In the order of the file."""

    environment: Environment | None = None
    env_kind: str = ""
    """`python_env`, `conda_env` or `docker_env`; empty when the file names none."""

    env_file: str = ""
    """The file that describes the environment: named, or found beside; empty for neither."""

    docker: DockerEnvironment | None = None
    spark_job: SparkJob | None = None
    file: str = ""
    """What its file is called: `MLproject`, in any mixture of cases; empty where there is none."""

    repository: str = ""
    """The address from which its repository was cloned, as recorded; empty where unknown."""

    subdirectory: str = ""
    """Where it lies below the root of its repository; empty for the root, or without one."""

    problems: tuple[Problem, ...] = ()

    @property
    def docker_image(self) -> str:
        return self.docker.image if self.docker else ""

    def entry_point(self, name: str) -> EntryPoint | None:
        return next((entry for entry in self.entry_points if entry.name == name), None)


@dataclass(frozen=True, slots=True)
class RunRef:
    """What a store's index knows of a run, cheaply: enough to order runs and find parents."""

    id: str
    experiment_id: str
    """The `key` of its `Experiment`."""

    store: int
    """Which of `Catalog.stores` holds it."""

    place: str
    """Where in the store; only that store reads it."""

    name: str = ""
    status: RunStatus = RunStatus.UNKNOWN
    started: int | None = None
    ended: int | None = None
    deleted: bool = False
    parent_id: str = ""
    entry_point: str = ""
    """Of the project that it was launched from; empty for other runs."""

    artifact_uri: str = ""
    user: str = ""
    """As the index has it; the run's own tag may tell of another."""


@dataclass(frozen=True, slots=True)
class ModelRef:
    """What a store's index knows of a logged model (MLflow 3)."""

    id: str
    experiment_id: str
    """The `key` of its `Experiment`."""

    run_id: str
    """The run that made it; may be empty."""

    store: int
    place: str
    name: str = ""
    artifact_uri: str = ""


@dataclass(frozen=True, slots=True)
class Narrative:
    """A page of the user's own, as its Markdown file has it."""

    name: str
    """Its path without its ending: `guide/watch`; empty for what the front page begins with."""

    path: str
    """In the folder of pages: `guide/watch.md`."""

    title: str
    text: str
    """Markdown, without its title."""

    description: str = ""
    """A sentence for lists."""

    order: float = 0.0
    first_line: int = 0
    """How many lines of the file come before `text`."""
