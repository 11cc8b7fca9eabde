"""One process of a real MLflow that serves models of many flavors, for all tests that ask them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from reportgen.views.model_use import Use
from tests.serving import a_free_port, running, use_of_folder

SCRIPT = Path(__file__).with_name("served_by_mlflow.py")


@pytest.fixture(scope="session")
def served_models(
    flavor_models: Mapping[str, Path], stores: Mapping[str, Path]
) -> Mapping[str, Use]:
    """What the pages say, by the folder: of models of seven flavors and of two runs."""
    from tests.test_serving_for_real import ADVISOR, ARRAYS, EXAMPLE, the_model

    others = [the_model(EXAMPLE, ADVISOR), the_model(stores["v3.17-file"], ARRAYS)]
    uses = {str(folder): use_of_folder(folder) for folder in (*flavor_models.values(), *others)}
    return {folder: use for folder, use in uses.items() if not use.cannot}


@pytest.fixture(scope="session")
def model_server(
    served_models: Mapping[str, Use], mlflow_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address under which the models answer, each by its number.

    Files with tests that ask for it are `TOGETHER` in workers.py: one process has them all.
    """
    folder, port = tmp_path_factory.mktemp("served"), a_free_port()
    listed = folder / "models.json"
    listed.write_text(json.dumps(dict(enumerate(served_models))), "utf-8")
    words = [str(mlflow_python), str(SCRIPT), str(port), str(listed)]
    with running(words, port, mlflow_python, folder / "server.log"):
        yield f"http://127.0.0.1:{port}"
