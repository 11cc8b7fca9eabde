"""Try a model on the test wines, and write down every bottle it got wrong."""

import argparse

import mlflow
import pandas as pd
from mlflow.entities import LoggedModelInput
from sklearn.metrics import classification_report

from lab import data, figures, tracking
from lab.training import test_metrics


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-uri", required=True, help="such as models:/wine-cultivar@champion")
    parser.add_argument("--name", default="champion")
    return parser.parse_args()


def predictions(model, test: data.Part) -> pd.DataFrame:
    """One row for each bottle: truth, prediction, how sure, and whether right."""
    chances = model.predict_proba(test.x)
    table = test.x.assign(
        cultivar=test.y,
        predicted=model.predict(test.x),
        confidence=chances.max(axis=1).round(4),
    )
    return table.assign(right=table["cultivar"] == table["predicted"])


def verdict(name: str, table: pd.DataFrame) -> str:
    """The result in words, and the mistakes it was surest of."""
    wrong = table[~table["right"]].sort_values("confidence", ascending=False)
    lines = [
        f"- bottle {bottle}: **{row.cultivar}**, taken for {row.predicted} ({row.confidence:.0%})"
        for bottle, row in wrong.iterrows()
    ]
    return (
        f"# {name}\n\n{len(table) - len(wrong)} of {len(table)} bottles are right.\n\n"
        + "\n".join(lines or ["No mistake."])
        + "\n"
    )


def main() -> None:
    args = parsed()
    split = data.load("wine")
    with tracking.run("cultivar-release", f"evaluate {args.name}") as active:
        tracking.log_params({"model_uri": args.model_uri, "name": args.name})
        model = mlflow.sklearn.load_model(args.model_uri)
        model_id = mlflow.models.get_model_info(args.model_uri).model_id
        mlflow.MlflowClient().log_inputs(
            active.info.run_id, models=[LoggedModelInput(model_id=model_id)]
        )
        test = split.dataset("test")
        mlflow.log_input(test, context="test")
        mlflow.log_metrics(test_metrics(model, split.test), model_id=model_id, dataset=test)
        table = predictions(model, split.test)
        mlflow.log_table(table, "predictions.json")
        mlflow.log_text(table[~table["right"]].to_csv(index_label="bottle"), "mistakes.csv")
        report = classification_report(table["cultivar"], table["predicted"], output_dict=True)
        mlflow.log_dict(report, "classification_report.json")
        mlflow.log_figure(
            figures.confusion(table["cultivar"], table["predicted"]), "figures/confusion.png"
        )
        mlflow.log_text(
            figures.confusion_html(table["cultivar"], table["predicted"]), "confusion.html"
        )
        mlflow.log_text(verdict(args.name, table), "verdict.md")


if __name__ == "__main__":
    main()
