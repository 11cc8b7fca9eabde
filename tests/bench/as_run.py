"""Logs the figures of a benchmark, JSON on its input, as an MLflow run: `as_run.py < FILE`.

Run by a Python that has MLflow, which finds the store by `MLFLOW_TRACKING_URI`. Nothing of this
machine but what the figures say of it gets into the store: no user, no path, no command line.
"""

import json
import re
import sys

import mlflow

NAME = "benchmark"
NOTE = """\
How fast and how small reportgen is, by `python -m tests.bench`: multiples of what a peer needs on
the same machine in the same minutes, smaller is better. The note of a run names what it does not
reach.
"""

told = json.load(sys.stdin)
client = mlflow.MlflowClient()
if client.get_experiment_by_name(NAME) is None:
    client.create_experiment(
        NAME,
        artifact_location="mlflow-artifacts:/benchmark",
        tags={
            "mlflow.note.content": NOTE,
            "mlflow.experiment.primaryMetric.name": "build/1000_runs",
            "mlflow.experiment.primaryMetric.greaterIsBetter": "False",
        },
    )
experiment = client.get_experiment_by_name(NAME)
missed = [row for row in told["rows"] if row["is"] > row["reach"]]
lines = [
    f"- {row['case']}: {row['is']:g} {row['against']}, to reach: {row['reach']:g}" for row in missed
]
run = client.create_run(
    experiment.experiment_id,
    run_name=told["date"],
    tags={
        "mlflow.user": "reportgen",
        "mlflow.source.name": "tests/bench",
        "mlflow.source.type": "LOCAL",
        "mlflow.note.content": "\n".join(
            ["Not reached:", "", *lines] if lines else ["All reached."]
        ),
    },
)
for name, value in told["machine"].items():
    client.log_param(run.info.run_id, name, value)
for row in told["rows"]:
    client.log_metric(run.info.run_id, re.sub(r"[^\w/. -]", "_", row["key"]), row["is"])
client.set_terminated(run.info.run_id)
