"""The same network from several seeds: is a difference larger than the luck of the draw?"""

import argparse
from dataclasses import replace

import mlflow
import pandas as pd

from lab import data, figures, tracking
from lab.training import Settings, test_metrics, train


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--shift", type=int, default=0)
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--run-name", default="seeds")
    return parser.parse_args()


def child(split: data.Split, settings: Settings) -> dict[str, float]:
    """One seed; the first one also shows its weights and its mistakes."""
    style = "shifted" if settings.shift else "plain"
    first = settings.seed == 0
    name = f"{style}, seed {settings.seed}"
    with tracking.run("", name, nested=True, system_metrics=first):
        mlflow.set_tag("images", style)
        best = train(split, settings, watch=40 if first else 0)
        scores = test_metrics(best.model, split.test)
        mlflow.log_metrics(scores, step=best.number)
        if first:
            log_mistakes(best.model, split)
            tracking.log_estimator(best.model, f"digits-{style}", split.train.x, step=best.number)
        return {"seed": settings.seed, **best.metrics, **scores}


def log_mistakes(model, split: data.Split) -> None:
    predicted = model.predict(split.test.x)
    wrong = predicted != split.test.y
    captions = [
        f"{truth}, read as {guess}"
        for truth, guess in zip(split.test.y[wrong], predicted[wrong], strict=True)
    ]
    mlflow.log_figure(figures.digits(split.test.x[wrong], captions), "figures/mistakes.png")
    mlflow.log_figure(figures.confusion(split.test.y, predicted), "figures/confusion.png")


def main() -> None:
    args = parsed()
    split = data.load("digits")
    with tracking.run("digits-seeds", args.run_name):
        given = ("seeds", "shift", "lr", "epochs")
        tracking.log_params({name: getattr(args, name) for name in given})
        tracking.log_split(split)
        settings = Settings(64, args.lr, 0.0001, args.epochs, batch_size=64, shift=args.shift)
        rows = [child(split, replace(settings, seed=seed)) for seed in range(args.seeds)]
        table = pd.DataFrame(rows)
        for metric in ("accuracy/test", "loss/test"):
            mlflow.log_metric(f"{metric}_mean", table[metric].mean())
            mlflow.log_metric(f"{metric}_std", table[metric].std())
        mlflow.log_table(table.round(4), "seeds.json")


if __name__ == "__main__":
    main()
