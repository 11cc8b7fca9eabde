"""Every combination of rate, width and weight decay: one parent run, one child for each."""

import argparse
from itertools import product

import mlflow
import pandas as pd

from lab import data, tracking
from lab.training import Diverged, Settings, train, train_folds


def numbers(kind):
    return lambda text: [kind(part) for part in text.split(",")]


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rates", type=numbers(float), default=[0.003, 0.01, 0.03, 1.0])
    parser.add_argument("--widths", type=numbers(int), default=[8, 32])
    parser.add_argument("--decays", type=numbers(float), default=[0.001, 0.1])
    parser.add_argument("--epochs", type=int, default=240)
    parser.add_argument("--folds", type=int, default=0, help="0: the fixed split")
    parser.add_argument("--run-name", default="sweep")
    return parser.parse_args()


def child(split: data.Split, settings: Settings, folds: int) -> dict | None:
    """One cell of the grid; None if it diverged (the child is then marked as failed)."""
    name = f"lr={settings.lr:g} hidden={settings.hidden} wd={settings.weight_decay:g}"
    try:
        with tracking.run("", name, nested=True):
            best = train_folds(split, settings, folds) if folds else train(split, settings)
    except Diverged:
        return None
    return {
        "lr": settings.lr,
        "hidden": settings.hidden,
        "weight_decay": settings.weight_decay,
        "best_epoch": best.number,
        "loss/val": best.metrics["loss/val"],
        "accuracy/val": best.metrics["accuracy/val"],
    }


def main() -> None:
    args = parsed()
    split = data.load("wine")
    with tracking.run("cultivar-mlp-sweep", args.run_name):
        given = {name: getattr(args, name) for name in ("rates", "widths", "decays")}
        tracking.log_params({key: ",".join(map(str, value)) for key, value in given.items()})
        tracking.log_params({"epochs": args.epochs, "folds": args.folds})
        tracking.log_split(split)
        rows = []
        for cell in product(args.widths, args.decays, args.rates):
            hidden, weight_decay, lr = cell
            row = child(split, Settings(hidden, lr, weight_decay, args.epochs), args.folds)
            if row:
                rows.append(row)
                best = min(row["loss/val"] for row in rows)
                mlflow.log_metric("best_loss/val", best, step=len(rows))
        table = pd.DataFrame(rows).sort_values("loss/val")
        mlflow.log_table(table.round(4), "sweep.json")
        mlflow.log_text(table.to_csv(index=False), "sweep.csv")
        mlflow.log_metrics({"children": len(rows), "accuracy/val": table.iloc[0]["accuracy/val"]})


if __name__ == "__main__":
    main()
