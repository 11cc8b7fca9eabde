"""Run by a Python that has MLflow: one process serves many models, each under its own name.

    python served_by_mlflow.py PORT MODELS.json

MODELS.json has the folder of each by its name. Each gets the very app of `mlflow models serve`, at
http://127.0.0.1:PORT/NAME/invocations.
"""

import json
import logging
import sys
import warnings
from pathlib import Path

import mlflow  # type: ignore[import-not-found, unused-ignore]
import uvicorn  # type: ignore[import-not-found, unused-ignore]
from fastapi import FastAPI  # type: ignore[import-not-found, unused-ignore]
from mlflow.pyfunc import scoring_server

if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    server = FastAPI()
    for name, folder in json.loads(Path(sys.argv[2]).read_text("utf-8")).items():
        server.mount(f"/{name}", scoring_server.init(mlflow.pyfunc.load_model(folder)))
    server.add_api_route("/ping", lambda: "")
    uvicorn.run(server, port=int(sys.argv[1]), log_level="warning")
