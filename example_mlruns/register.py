"""Put the best model of an experiment into the registry."""

import argparse
import os

import mlflow

from lab import tracking


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experiment", default="cultivar-release")
    parser.add_argument("--metric", default="loss/val", help="lower is better")
    parser.add_argument("--model-name", default="wine-cultivar")
    parser.add_argument("--alias", default="challenger")
    parser.add_argument("--stage", default="Staging")
    parser.add_argument("--among", default="", help="a further filter, in MLflow's search syntax")
    return parser.parse_args()


def candidates(experiment: str, among: str) -> list[mlflow.entities.Run]:
    """Finished runs of the experiment that logged a model."""
    found = mlflow.search_runs(
        experiment_names=[experiment],
        filter_string=" and ".join(filter(None, ["attributes.status = 'FINISHED'", among])),
        output_format="list",
    )
    return [run for run in found if run.outputs and run.outputs.model_outputs]


def best_value(run: mlflow.entities.Run, metric: str) -> float:
    """The lowest value that the run ever had; infinity without the metric."""
    history = mlflow.MlflowClient().get_metric_history(run.info.run_id, metric)
    return min((point.value for point in history), default=float("inf"))


def main() -> None:
    args = parsed()
    runs = candidates(args.experiment, args.among)
    best = min(runs, key=lambda run: best_value(run, args.metric))
    value = best_value(best, args.metric)
    name = best.info.run_name
    among = f"the lowest of {len(runs)} candidates" if len(runs) > 1 else "the only candidate"
    made = tracking.register(
        f"models:/{best.outputs.model_outputs[0].model_id}",
        args.model_name,
        description=f"`{name}` of *{args.experiment}*: `{args.metric}` **{value:.4f}**, {among}.",
        alias=args.alias,
        stage=args.stage,
    )
    if "MLFLOW_RUN_ID" in os.environ:  # `mlflow run` began a run: say in it what came of it
        with tracking.run(""):
            mlflow.log_metrics({"candidates": len(runs), f"best_{args.metric}": value})
            chosen = {"version": int(made.version), "run": best.info.run_id, "run_name": name}
            mlflow.log_dict({"name": args.model_name, **chosen}, "registered.json")


if __name__ == "__main__":
    main()
