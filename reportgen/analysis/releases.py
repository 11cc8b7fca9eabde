"""What tells one version of a registered model from another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.model import Environment, Flavor, LoggedModel, Signature


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Of a registered model's version all that its files say and that another is compared by."""

    flavors: Mapping[str, str] = field(default_factory=dict)
    """The version of its library by flavor, empty where MLmodel has none; sorted."""

    signature: Signature | None = None
    environment: Environment = field(default_factory=Environment)
    python: str = ""
    """That it asks for, else that it was made with."""

    mlflow_version: str = ""
    size: int | None = None
    """Bytes."""

    params: Mapping[str, str] = field(default_factory=dict)
    """Of the logged model of MLflow 3."""


def model_facts(model: LoggedModel) -> ModelFacts:
    """The facts of a model; those that its files would tell are empty where these are not here."""
    mlmodel = model.mlmodel
    if mlmodel is None:
        return ModelFacts(params=model.params)
    function = mlmodel.flavor("python_function")
    made_with = str(function.settings.get("python_version") or "") if function else ""
    return ModelFacts(
        flavors={one.name: _library_version(one) for one in mlmodel.flavors},
        signature=mlmodel.signature,
        environment=mlmodel.environment,
        python=mlmodel.environment.python or made_with,
        mlflow_version=mlmodel.mlflow_version,
        size=mlmodel.size,
        params=model.params,
    )


def _library_version(flavor: Flavor) -> str:
    """`sklearn_version`, `xgb_version`: every flavor but python_function names its library's."""
    if flavor.name == "python_function":
        return ""
    found = (value for name, value in flavor.settings.items() if name.endswith("_version"))
    return str(next(found, ""))
