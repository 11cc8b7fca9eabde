"""One classic model on the cultivars: what a network has to beat."""

import argparse

import mlflow
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, classification_report
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score, learning_curve
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import estimator_html_repr

from lab import data, figures, tracking
from lab.training import log_loss, test_metrics

MODELS: dict[str, tuple[type[BaseEstimator], dict[str, object]]] = {
    "majority": (DummyClassifier, {"strategy": "prior"}),
    "nearest-neighbours": (KNeighborsClassifier, {"n_neighbors": 9, "weights": "distance"}),
    "naive-bayes": (GaussianNB, {"var_smoothing": 1e-9}),
    "decision-tree": (DecisionTreeClassifier, {"max_depth": 4, "random_state": 0}),
    "random-forest": (
        RandomForestClassifier,
        {"n_estimators": 80, "max_depth": 6, "random_state": 0},
    ),
    "logistic-regression": (LogisticRegression, {"C": 1.0, "max_iter": 1000}),
}
KEPT = {"random-forest", "logistic-regression"}  # models that are worth their bytes


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="logistic-regression")
    parser.add_argument("--measurements", default="cellar", choices=["cellar", "laboratory"])
    return parser.parse_args()


def log_scores(model: BaseEstimator, split: data.Split) -> None:
    """The scores of the fixed split, and those of a repeated cross-validation on its train part."""
    seen = pd.concat([split.train.x, split.val.x]), pd.concat([split.train.y, split.val.y])
    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=4, random_state=data.SPLIT_SEED)
    scores = cross_val_score(model, *seen, cv=folds)
    mlflow.log_metrics(
        {
            "accuracy/train": accuracy_score(split.train.y, model.predict(split.train.x)),
            "accuracy/val": accuracy_score(split.val.y, model.predict(split.val.x)),
            "loss/train": log_loss(model, split.train),
            "loss/val": log_loss(model, split.val),
            "accuracy/cv_mean": scores.mean(),
            "accuracy/cv_std": scores.std(),
            **test_metrics(model, split.test),
        }
    )
    for number, score in enumerate(scores):
        mlflow.log_metric("accuracy/cv_fold", score, step=number)


def log_learning_curve(model: BaseEstimator, split: data.Split) -> None:
    """Accuracy against the number of bottles, which is the step."""
    sizes, train, val = learning_curve(
        model,
        split.train.x,
        split.train.y,
        train_sizes=np.linspace(0.15, 1, 12),
        cv=5,
        shuffle=True,
        random_state=data.SPLIT_SEED,
    )
    for size, on_train, on_val in zip(sizes, train.mean(axis=1), val.mean(axis=1), strict=True):
        mlflow.log_metrics(
            {"bottles/accuracy_train": on_train, "bottles/accuracy_val": on_val}, step=int(size)
        )


def log_reading(model: BaseEstimator, split: data.Split) -> None:
    """What a person wants to look at."""
    truth, predicted = split.test.y, model.predict(split.test.x)
    mlflow.log_figure(figures.confusion(truth, predicted), "figures/confusion.png")
    mlflow.log_text(figures.confusion_html(truth, predicted), "confusion.html")
    mlflow.log_text(
        classification_report(truth, predicted, zero_division=0), "classification_report.txt"
    )
    lost = permutation_importance(
        model, split.val.x, split.val.y, n_repeats=20, random_state=data.SPLIT_SEED
    )
    lost = pd.Series(lost.importances_mean, index=split.val.x.columns, name="accuracy_lost")
    mlflow.log_figure(
        figures.importances(lost, "accuracy lost without it"), "figures/importances.png"
    )
    mlflow.log_text(lost.round(4).to_csv(index_label="measurement"), "importances.csv")


def main() -> None:
    args = parsed()
    split = data.load("wine", args.measurements)
    suffix = " (laboratory)" if args.measurements == "laboratory" else ""
    with tracking.run("cultivar-baselines", args.model + suffix):
        tracking.log_params({"model": args.model, "measurements": args.measurements})
        tracking.log_split(split)
        kind, settings = MODELS[args.model]
        tracking.log_params(settings)
        model = make_pipeline(StandardScaler(), kind(**settings)).fit(split.train.x, split.train.y)
        log_scores(model, split)
        log_learning_curve(model, split)
        log_reading(model, split)
        if args.model in KEPT:
            forest = args.model == "random-forest"
            mlflow.log_text(estimator_html_repr(model), "estimator.html")
            tracking.log_estimator(model, args.model, split.train.x, pickled=forest)


if __name__ == "__main__":
    main()
