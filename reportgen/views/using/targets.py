"""Where else a model runs: containers, clouds, files and Spark; each with this model's names.

Sources: `mlflow models --help`, `mlflow sagemaker --help` and `mlflow deployments help -t
sagemaker` of 3.17; `mlflow/sagemaker/__init__.py`; `mlflow/deployments/databricks`; Azure's
reference of `managedOnlineDeployment`; KServe's page on MLflow models.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from reportgen.analysis.payloads import NESTED, Form
from reportgen.model import Field, Json, LoggedModel, MLmodel
from reportgen.views import wording
from reportgen.views.code import code
from reportgen.views.literals import as_json, as_python
from reportgen.views.page import Code
from reportgen.views.using import manifests
from reportgen.views.using.naming import (
    HERE,
    Address,
    command,
    host_name,
    image_name,
    program,
    python_name,
)
from reportgen.views.using.requests import LONGEST

REGISTRY = "registry.example.com"
STORES = ("s3://", "gs://", "https://", "abfs://", "abfss://", "wasbs://", "hdfs://", "pvc://")
"""Addresses from which KServe fetches a model's folder."""

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MOST_COLUMNS = 12
SERVERLESS_MEMORY = 6 * 2**30
"""Bytes that a serverless endpoint of SageMaker has at most (`MemorySizeInMB` up to 6144)."""


class Target(Struct, frozen=True):
    """One place where the model can run."""

    title: str
    needs: str
    """What must be there before, in a sentence."""

    notes: tuple[str, ...]
    """What to know, of this very model."""

    codes: tuple[Code, ...]


class TargetGroup(Struct, frozen=True):
    """Targets of one kind."""

    title: str
    targets: tuple[Target, ...]


class _Subject(Struct, frozen=True):
    """What is deployed."""

    mlmodel: MLmodel
    name: str
    where: Address
    location: str
    variables: tuple[str, ...]

    @property
    def inputs(self) -> tuple[Field, ...]:
        return (self.mlmodel.signature.inputs or ()) if self.mlmodel.signature else ()


def targets(model: LoggedModel, where: Address, forms: Sequence[Form]) -> tuple[TargetGroup, ...]:
    """All of them, for a model that has the flavor python_function; `forms` are its requests."""
    mlmodel = model.mlmodel or MLmodel()
    return targets_of(mlmodel, model.name, where, forms, location=model.location)


def targets_of(
    mlmodel: MLmodel, name: str, where: Address, forms: Sequence[Form], *, location: str = ""
) -> tuple[TargetGroup, ...]:
    """As `targets`, of a model known by a name, such as a registered one.

    `location` is the URI of its files, where it is known.
    """
    variables = tuple(one for one in mlmodel.env_vars if VARIABLE.fullmatch(one))
    it = _Subject(mlmodel, name, where, location, variables)
    return (
        TargetGroup("Containers", (_docker(it), _kubernetes(it), _kserve(it))),
        TargetGroup("Clouds", (_sagemaker(it), _azure(it, forms), _databricks(it))),
        TargetGroup("Files and tables", (_batch(it, forms), _spark(it))),
    )


# ---- containers --------------------------------------------------------------------------------


def _docker(it: _Subject) -> Target:
    image = image_name(it.name)
    java = " \\\n  --install-java true" if it.mlmodel.flavor("spark") else ""
    given = "".join(f" -e {one}" for one in it.variables)
    run = f"docker run --rm -p 5001:8080{given} {image}"
    build = f"mlflow models build-docker -m {HERE} \\\n  -n {image}{java}\n{run}"
    write = (
        f"mlflow models generate-dockerfile -m {HERE} \\\n  -d {image}-image{java}\n"
        f"docker build -t {image} {image}-image\n{run}"
    )
    return Target(
        "Docker",
        "Needs Docker, and MLflow to build the image, which holds the model and its packages.",
        ("It answers the requests above on port 5001.",),
        (
            command("Build the image", build, it.where),
            command("Write a Dockerfile", write, it.where),
        ),
    )


def _kubernetes(it: _Subject) -> Target:
    name, image = host_name(it.name), _image(it)
    apply = (
        f"mlflow models build-docker -m {HERE} -n {image}\ndocker push {image}\n"
        f"{_secret(it, name)}kubectl apply -f {name}.yaml\n"
        f"kubectl port-forward service/{name} 5001:80"
    )
    return Target(
        "Kubernetes",
        f"Needs a cluster, and a registry of images that it reads: put yours for {REGISTRY}.",
        ("Through the last command it answers the requests above.",),
        (
            code(f"{name}.yaml", manifests.deployment(name, image, it.variables), "yaml"),
            command("Commands", apply, it.where),
        ),
    )


def _kserve(it: _Subject) -> Target:
    name, image = host_name(it.name), _image(it)
    known = it.location.startswith(STORES)
    storage = as_json(it.location if known else "s3://BUCKET/PATH/OF/THE/MODEL")
    notes = [
        "With its own image it answers the requests above, at /invocations.",
        "KServe’s own server for MLflow (MLServer) fetches the model’s folder from storage instead "
        f"and takes the Open Inference Protocol: tensors, sent to /v2/models/{name}/infer.",
    ]
    if not it.inputs:
        notes.append("MLServer reads the names and types of tensors by the signature: it has none.")
    elif any(_kind(field) in NESTED for field in it.inputs):
        notes.append("Nested columns have no tensor: take its own image.")
    return Target(
        "KServe",
        "Needs KServe in the cluster, and the image that is pushed for Kubernetes.",
        tuple(notes),
        (
            code("Its own image", manifests.inference_service(name, image, it.variables), "yaml"),
            code("From storage", manifests.from_storage(name, storage), "yaml"),
            code("Commands", f"kubectl apply -f {name}.yaml\nkubectl get isvc {name}", "bash"),
        ),
    )


def _image(it: _Subject) -> str:
    return f"{REGISTRY}/{image_name(it.name)}:1"


def _secret(it: _Subject, name: str) -> str:
    if not it.variables:
        return ""
    values = "".join(f' \\\n  --from-literal={one}="${one}"' for one in it.variables)
    return f"kubectl create secret generic {name}{values}\n"


# ---- clouds ------------------------------------------------------------------------------------


def _sagemaker(it: _Subject) -> Target:
    name = host_name(it.name)
    role = "arn:aws:iam::123456789012:role/SageMaker"
    env = ", ".join(f'"{one}": "…"' for one in it.variables)
    given = f" \\\n  -C env='{{{env}}}'" if env else ""
    deploy = (
        "mlflow sagemaker build-and-push-container  # once for each release of MLflow\n"
        f"mlflow deployments create -t sagemaker:/eu-west-1 --name {name} \\\n  -m {HERE} \\\n"
        f"  -C execution_role_arn={role} \\\n"
        "  -C instance_type=ml.m5.large -C instance_count=1" + given
    )
    ask = (
        f"mlflow deployments predict -t sagemaker:/eu-west-1 --name {name} -I request.json\n"
        f"mlflow deployments delete -t sagemaker:/eu-west-1 --name {name}"
    )
    local = (
        "mlflow sagemaker build-and-push-container --no-push\n"
        f"mlflow deployments run-local -t sagemaker --name {name} \\\n  -m {HERE} \\\n"
        "  -C image=mlflow-pyfunc -C port=5001"
    )
    notes = ["Put your region and the role that SageMaker takes on; a bucket is made unless named."]
    if it.mlmodel.size and it.mlmodel.size > SERVERLESS_MEMORY:
        size = wording.size(it.mlmodel.size)
        notes.append(f"Its {size} do not fit a serverless endpoint, which has 6 GB of memory.")
    return Target(
        "Amazon SageMaker",
        "Needs Docker, boto3, and credentials for AWS that may write to ECR, S3 and SageMaker.",
        tuple(notes),
        (
            command("Deploy", deploy, it.where),
            code("Ask and delete", ask, "bash"),
            command("Try it here first", local, it.where),
        ),
    )


def _azure(it: _Subject, forms: Sequence[Form]) -> Target:
    name = host_name(it.name)
    manifest = (
        "$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json\n"
        f"name: blue\nendpoint_name: {name}\nmodel:\n  name: {name}\n  version: 1\n"
        f"  type: mlflow_model\n  path: {name}-model\n"
        "instance_type: Standard_DS3_v2\ninstance_count: 1\n"
    )
    if it.variables:
        values = "".join(f'  {one}: "…"\n' for one in it.variables)
        manifest += f"environment_variables:\n{values}"
    commands = (
        f"mlflow artifacts download -u {HERE} -d {name}-model\n"
        f"az ml online-endpoint create -n {name}\n"
        "az ml online-deployment create -f deployment.yml --all-traffic\n"
        f"az ml online-endpoint invoke -n {name} -r request.json"
    )
    notes = [
        "Requests have another form there: their data under the key input_data.",
        "path is the folder in which MLmodel lies: from a runs:/ address it is one deeper.",
    ]
    if not (it.mlmodel.environment.files or it.mlmodel.environment.pip):
        notes.append("It builds its image from conda.yaml, which this model has not.")
    return Target(
        "Azure ML",
        "Needs the Azure CLI with its extension ml, and defaults for group and workspace.",
        tuple(notes),
        (
            code("deployment.yml", manifest, "yaml"),
            command("Commands", commands, it.where),
            *_azure_request(forms),
        ),
    )


def _azure_request(forms: Sequence[Form]) -> Iterator[Code]:
    """A data frame in split form with an index, or the arrays, under one key (Microsoft's
    guidelines for deploying MLflow models, "Input structure")."""
    for form in forms:
        match form.body:
            case {"dataframe_split": {"data": [*rows], **table}, **more}:
                data: Json = {**table, "index": list(range(len(rows))), "data": rows}
            case {"inputs": data, **more}:
                pass
            case _:
                continue
        text = as_json({"input_data": data, **more})
        if len(text) <= LONGEST:
            yield code("request.json", text, "json")
        return


def _databricks(it: _Subject) -> Target:
    full = f"main.default.{python_name(it.name)}"
    config = {
        "name": host_name(it.name),
        "config": {
            "served_entities": [
                {
                    "entity_name": full,
                    "entity_version": HERE,
                    "workload_size": "Small",
                    "scale_to_zero_enabled": True,
                    **_databricks_variables(it),
                }
            ]
        },
    }
    text = (
        "import mlflow\nfrom mlflow.deployments import get_deploy_client\n\n"
        'mlflow.set_registry_uri("databricks-uc")\n'
        f"version = mlflow.register_model({HERE}, {as_python(full)})\n"
        f"config = {as_python(config).replace(as_python(HERE), 'version.version')}\n"
        'get_deploy_client("databricks").create_endpoint(config=config)'
    )
    notes = []
    if not it.inputs:
        notes.append("Unity Catalog registers no model without a signature: add one first.")
    return Target(
        "Databricks",
        "Needs DATABRICKS_HOST and DATABRICKS_TOKEN, and a schema that you may write to: put "
        "yours for main.default.",
        tuple(notes),
        (program("Register and serve", text, it.where),),
    )


def _databricks_variables(it: _Subject) -> dict[str, Json]:
    if not it.variables:
        return {}
    return {"environment_vars": {one: f"{{{{secrets/SCOPE/{one}}}}}" for one in it.variables}}


# ---- files and tables --------------------------------------------------------------------------


def _batch(it: _Subject, forms: Sequence[Form]) -> Target:
    base = f"mlflow models predict -m {HERE} \\\n  --env-manager local"
    json = f"{base} -t json -i request.json -o answer.json"
    codes = [command("JSON", json, it.where)]
    notes = ["request.json holds the body of a request, as above; the answer is that of a server."]
    if any(form.name == "csv" for form in forms) or not it.inputs:
        codes.append(command("CSV", f"{base} -t csv -i rows.csv -o answer.json", it.where))
        notes.append("rows.csv has a header with the names of the columns.")
    return Target(
        "Files",
        "Needs its packages; virtualenv, uv or conda for local has MLflow install them apart.",
        tuple(notes),
        tuple(codes),
    )


def _spark(it: _Subject) -> Target:
    names = [field.name for field in it.inputs]
    if names and all(names) and len(names) <= MOST_COLUMNS:
        columns = ", ".join(as_python(_column(name)) for name in names)
    else:
        columns = "*rows.columns"
    outputs = it.mlmodel.signature.outputs if it.mlmodel.signature else None
    notes = []
    given = ""
    if not outputs:
        given = ', result_type="double"'
        notes.append("No signature says what it gives: put the type of one prediction.")
    if it.mlmodel.flavor("spark"):
        notes.append("A model of Spark itself is better loaded with mlflow.spark.load_model.")
    text = (
        "import mlflow\nfrom pyspark.sql import SparkSession\n"
        "from pyspark.sql.functions import struct\n\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        'rows = spark.read.parquet("rows.parquet")\n'
        f"predict = mlflow.pyfunc.spark_udf(\n    spark, {HERE},\n"
        f'    env_manager="local"{given},\n)\n'
        f'rows.withColumn("prediction", predict(struct({columns}))).show()'
    )
    return Target(
        "Spark",
        "Needs PySpark, and the model’s packages on every worker; or env_manager virtualenv.",
        tuple(notes),
        (program("Spark UDF", text, it.where),),
    )


def _column(name: str) -> str:
    """Dots and the like mean something else to Spark unless quoted its way."""
    return name if VARIABLE.fullmatch(name) else f"`{name.replace('`', '``')}`"


def _kind(field: Field) -> str:
    spec = field.spec
    return str(spec.get("type", "")) if isinstance(spec, dict) else field.type
