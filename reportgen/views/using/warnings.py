"""What can go wrong when this very model is served: facts from its files, each with a way out."""

import re
from collections.abc import Iterator, Mapping, Sequence

from reportgen.analysis.environments import is_pinned
from reportgen.analysis.serving import never_taken
from reportgen.model import Environment, MLmodel
from reportgen.views import wording

LAST_FIXES: Mapping[str, str] = {
    "2.7": "January 2020",
    "3.4": "March 2019",
    "3.5": "September 2020",
    "3.6": "December 2021",
    "3.7": "June 2023",
    "3.8": "October 2024",
    "3.9": "October 2025",
    "3.10": "October 2026",
}
"""When a Python had its last fixes (python/devguide, include/release-cycle.json)."""

LARGE = 10**9
"""Bytes of a model that make its image slow to push and to start."""

TOOLS = frozenset({"pip", "setuptools", "wheel"})
"""What installs the packages, and is not among them."""

NAMED = 4
"""Packages that a warning names; more are counted."""


def warnings_of(mlmodel: MLmodel) -> tuple[str, ...]:
    """Each is a sentence or two; what weighs most comes first."""
    return tuple(_warnings(mlmodel))


def _warnings(mlmodel: MLmodel) -> Iterator[str]:
    yield from _refused(mlmodel)
    yield from _packages(mlmodel.environment)
    yield from _python(mlmodel)
    if mlmodel.env_vars:
        names = _listed(mlmodel.env_vars)
        yield (
            f"It read {names} from the environment while it was logged: set them wherever it runs."
        )
    if not (mlmodel.signature and mlmodel.signature.inputs):
        yield (
            "It has no signature: nothing checks a request before the model gets it, so a wrong "
            "one may be answered all the same."
        )
    elif mlmodel.example is None:
        yield "It has no input example: the values in the requests below are made up."
    if mlmodel.size and mlmodel.size > LARGE:
        yield (
            f"Its files are {wording.size(mlmodel.size)}: an image of it is larger still, slow to "
            "push and slow to start. Give it time before its first answer."
        )


def _refused(mlmodel: MLmodel) -> Iterator[str]:
    kinds = never_taken(mlmodel)
    if kinds:
        yield (
            f"Its signature asks for {' and '.join(kinds)} inside of objects, which MLflow’s "
            "server takes from no request. In Python it can be loaded and used; to serve it, "
            "save it with long for integer and string for datetime."
        )


def _packages(environment: Environment) -> Iterator[str]:
    packages = (*environment.conda, *environment.pip)
    if not packages and not environment.files:
        yield (
            "It records no environment, so MLflow cannot make one: serve it with packages that "
            "you have, by --env-manager local."
        )
        return
    loose = [one.name for one in packages if one.name not in TOOLS and not is_pinned(one)]
    if loose and not environment.locked:
        which = "has" if len(loose) == 1 else "have"
        yield (
            f"{_listed(loose)} {which} no exact version: an image built later may get another "
            "one than the model was tried with."
        )


def _python(mlmodel: MLmodel) -> Iterator[str]:
    version = re.match(r"(\d+\.\d+)", mlmodel.environment.python)
    if version is None:
        return
    last = LAST_FIXES.get(version[1])
    if last:
        yield (
            f"Python {version[1]}, with which it was saved, has had no security fixes since "
            f"{last}: images and packages for it become rare."
        )
    if _is_pickled(mlmodel):
        yield (
            f"It was pickled by Python {version[1]}: another minor version may fail to load it, "
            "or load it wrongly. An environment of its own has the right one."
        )


def _is_pickled(mlmodel: MLmodel) -> bool:
    """By cloudpickle, which stores Python's own bytecode; plain pickles of classes are safe."""
    pyfunc, sklearn = mlmodel.flavor("python_function"), mlmodel.flavor("sklearn")
    if pyfunc and ("python_model" in pyfunc.settings or "cloudpickle_version" in pyfunc.settings):
        return True
    return bool(sklearn and sklearn.settings.get("serialization_format") == "cloudpickle")


def _listed(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        first = ", ".join(names[: NAMED - 1])
        return f"{first} and {len(names) - NAMED + 1} more"
    if len(names) > 1:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return names[0]
