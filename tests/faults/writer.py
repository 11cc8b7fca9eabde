"""A real MLflow client that logs as fast as it can; run by the Python of an environment of its own.

    python writer.py TRACKING_URI SECONDS

Says in JSON what it logged, how long the slowest call took, and every error that it met.
"""

import json
import sys
import time

import mlflow
from mlflow.tracking import MlflowClient


def main(uri: str, seconds: float) -> None:
    mlflow.set_tracking_uri(uri)
    client = MlflowClient()
    experiment = client.create_experiment("at full speed")
    logged: dict[str, int] = {}
    errors, slowest = [], 0.0
    print("ready", flush=True)
    until = time.monotonic() + seconds
    run = None
    while time.monotonic() < until:
        if run is None or logged[run] >= 400:
            if run is not None:
                client.set_terminated(run)
            run = client.create_run(experiment).info.run_id
            client.log_param(run, "lr", 0.1)
            logged[run] = 0
        began = time.monotonic()
        try:
            step = logged[run]
            client.log_metric(run, "loss", value(step), timestamp=1795521600000 + step, step=step)
            logged[run] += 1
        except Exception as error:
            errors.append(repr(error)[:300])
        slowest = max(slowest, time.monotonic() - began)
    print(json.dumps({"logged": logged, "errors": errors, "slowest": slowest}), flush=True)


def value(step: int) -> float:
    """Of many digits: half a point would be another number."""
    return 1000.123456789 + step


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
