"""The table of flavors, held against the modules of a real MLflow: a new flavor fails here."""

import json
import subprocess
from pathlib import Path

import pytest

from reportgen.analysis.flavors import FACTS
from tests.mlflow_environment import mlflow_variables

pytestmark = pytest.mark.mlflow

LISTED = """
import json, re
from pathlib import Path
from importlib.util import find_spec

root = Path(find_spec("mlflow").origin).parent
found = {}
for home in sorted(root.iterdir()):
    text = "\\n".join(path.read_text("utf-8") for path in sorted(home.rglob("*.py")))
    name = re.search(r'^FLAVOR_NAME = "(\\w+)"', text, re.M)
    saves = re.search(r"\\.add_flavor\\(", text)
    if name and (saves or home.name == "rfunc"):
        loads = re.search(r"^def (load_model|load_explainer)\\(", text, re.M)
        found[name[1]] = f"mlflow.{home.name}.{loads[1]}" if loads else ""
print(json.dumps(found))
"""
"""Reads MLflow's source and imports none of it: that of a dozen libraries would be needed."""

GONE = {"diviner", "fastai", "gluon", "mleap", "promptflow"}


def test_the_table_has_every_flavor_and_the_function_that_loads_it(mlflow_python: Path) -> None:
    done = subprocess.run(
        [str(mlflow_python), "-c", LISTED],
        env=mlflow_variables(),
        capture_output=True,
        text=True,
        check=True,
    )
    modules = json.loads(done.stdout)
    modules["python_function"] = "mlflow.pyfunc.load_model"

    assert {name: facts.loader for name, facts in FACTS.items() if name not in GONE} == modules
