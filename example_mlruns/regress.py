"""How far a diabetes has progressed after a year, from ten measurements at its start."""

import argparse

import lightgbm as lgb
import mlflow
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import ElasticNet, Lasso, Ridge
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lab import data, figures, tracking

MODELS = {
    "mean": (DummyRegressor, {"strategy": "mean"}),
    "ridge": (Ridge, {"alpha": 10.0}),
    "lasso": (Lasso, {"alpha": 1.0}),
    "elastic-net": (ElasticNet, {"alpha": 0.1, "l1_ratio": 0.5}),
    "nearest-neighbours": (KNeighborsRegressor, {"n_neighbors": 15}),
}


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="ridge", choices=[*MODELS, "lightgbm"])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--lr", type=float, default=0.03)
    parser.add_argument("--leaves", type=int, default=7)
    parser.add_argument("--run-name")
    return parser.parse_args()


def boosted(split: data.Split, args: argparse.Namespace) -> lgb.Booster:
    """Boosted trees up to their best round, with the error after every round."""
    settings = {"learning_rate": args.lr, "num_leaves": args.leaves, "min_data_in_leaf": 12}
    tracking.log_params({"rounds": args.rounds, "lr": args.lr, "leaves": args.leaves})

    def log(env: lgb.callback.CallbackEnv) -> None:
        now = {f"rmse/{part}": error for part, _, error, _ in env.evaluation_result_list}
        mlflow.log_metrics(now, step=env.iteration + 1)

    train = lgb.Dataset(split.train.x, split.train.y)
    errors: dict[str, dict[str, list[float]]] = {}
    model = lgb.train(
        {"objective": "regression", "metric": "rmse", "seed": 0, "verbose": -1, **settings},
        train,
        num_boost_round=args.rounds,
        valid_sets=[train, lgb.Dataset(split.val.x, split.val.y, reference=train)],
        valid_names=["train", "val"],
        callbacks=[log, lgb.record_evaluation(errors)],
    )
    model.best_iteration = int(np.argmin(errors["val"]["rmse"])) + 1  # later trees are not kept
    return model


def log_boosted(split: data.Split, args: argparse.Namespace) -> lgb.Booster:
    model = boosted(split, args)
    gain = pd.Series(model.feature_importance("gain"), index=model.feature_name())
    mlflow.log_figure(figures.importances(gain, "gain"), "figures/importances.svg")
    mlflow.lightgbm.log_model(
        model,
        name="boosted-trees",
        step=model.best_iteration,
        signature=infer_signature(split.train.x, model.predict(split.train.x)),
        input_example=split.train.x.head(3).reset_index(drop=True),
        pip_requirements=tracking.pins("mlflow", "lightgbm", "numpy", "pandas"),
    )
    return model


def log_classic(split: data.Split, name: str):
    kind, settings = MODELS[name]
    tracking.log_params(settings)
    model = make_pipeline(StandardScaler(), kind(**settings)).fit(split.train.x, split.train.y)
    for part, rows in (("train", split.train), ("val", split.val)):
        mlflow.log_metric(f"rmse/{part}", root_mean_squared_error(rows.y, model.predict(rows.x)))
    if name == "ridge":
        slopes = pd.Series(model[-1].coef_, index=split.train.x.columns, name="slope")
        mlflow.log_text(slopes.round(3).to_csv(index_label="measurement"), "slopes.csv")
        tracking.log_estimator(model, "ridge", split.train.x)
    return model


def log_test(model, test: data.Part) -> None:
    predicted = model.predict(test.x)
    mlflow.log_metrics(
        {
            "rmse/test": root_mean_squared_error(test.y, predicted),
            "mae/test": mean_absolute_error(test.y, predicted),
            "r2/test": r2_score(test.y, predicted),
        }
    )
    mlflow.log_figure(figures.residuals(test.y, predicted), "figures/predicted_vs_measured.png")
    table = pd.DataFrame({"measured": test.y, "predicted": np.round(predicted, 1)})
    mlflow.log_text(table.to_csv(index_label="patient"), "predictions.csv")


def main() -> None:
    args = parsed()
    split = data.load("diabetes")
    with tracking.run("diabetes-regression", args.run_name or args.model):
        tracking.log_params({"model": args.model})
        tracking.log_split(split)
        classic = args.model in MODELS
        model = log_classic(split, args.model) if classic else log_boosted(split, args)
        log_test(model, split.test)


if __name__ == "__main__":
    main()
