"""Train one network on one data set, and log the network of its best epoch."""

import argparse
from dataclasses import fields

import mlflow

from lab import data, figures, tracking
from lab.training import Settings, test_metrics, train

EXPERIMENTS = {"wine": "cultivar-release", "digits": "digits-seeds"}


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="wine", choices=EXPERIMENTS)
    parser.add_argument("--run-name")
    parser.add_argument("--watch", type=int, default=0, help="epochs between pictures of weights")
    for field in fields(Settings):
        name = "--" + field.name.replace("_", "-")
        parser.add_argument(name, type=type(field.default), default=field.default)
    return parser.parse_args()


def main() -> None:
    args = parsed()
    settings = Settings(**{field.name: getattr(args, field.name) for field in fields(Settings)})
    split = data.load(args.data)
    with tracking.run(EXPERIMENTS[args.data], args.run_name, system_metrics=True):
        best = train(split, settings, watch=args.watch)
        mlflow.log_metrics(test_metrics(best.model, split.test), step=best.number)
        predicted = best.model.predict(split.test.x)
        mlflow.log_figure(figures.confusion(split.test.y, predicted), "figures/confusion.png")
        tracking.log_estimator(best.model, f"{args.data}-mlp", split.train.x, step=best.number)


if __name__ == "__main__":
    main()
