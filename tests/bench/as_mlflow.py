"""What MLflow's own client needs for the same: `as_mlflow.py (search|history) URI`.

Run by a Python that has MLflow; nothing of reportgen is imported.
"""

import sys

import mlflow

what, uri = sys.argv[1:]
client = mlflow.MlflowClient(uri)
mlflow.set_tracking_uri(uri)
experiments = [one.experiment_id for one in client.search_experiments()]
if what == "search":
    print(len(mlflow.search_runs(experiments, max_results=100_000)))
else:
    runs = []
    token = None
    while token != "":
        page = client.search_runs(experiments, max_results=1000, page_token=token)
        runs += page
        token = page.token or ""
    print(
        sum(
            len(client.get_metric_history(run.info.run_id, key))
            for run in runs
            for key in run.data.metrics
        )
    )
