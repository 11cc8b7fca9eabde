"""Training of a small network, epoch by epoch, with everything logged as it happens."""

import copy
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import mlflow
import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from lab import figures, tracking
from lab.data import Part, Split


class Diverged(RuntimeError):
    """The weights of the network are no longer finite numbers."""


@dataclass(frozen=True)
class Settings:
    """What can be chosen; `shift` moves each training image by up to so many pixels."""

    hidden: int = 32
    lr: float = 0.01
    weight_decay: float = 0.001
    epochs: int = 240
    batch_size: int = 16
    seed: int = 0
    shift: int = 0


@dataclass(frozen=True)
class Epoch:
    """The network after one more pass over the data."""

    number: int
    model: Pipeline
    metrics: dict[str, float]


def train(split: Split, settings: Settings, *, watch: int = 0) -> Epoch:
    """Train within the active run; the result is the epoch of the lowest validation loss.

    `watch` logs a picture of the first layer every so many epochs (images only).
    """
    log_setup(split, settings)
    history, best = [], None
    for epoch in epochs(split, settings):
        mlflow.log_metrics(epoch.metrics, step=epoch.number)
        history.append(epoch.metrics)
        if best is None or epoch.metrics["loss/val"] < best.metrics["loss/val"]:
            best = copy.deepcopy(epoch)
        if watch and epoch.number % watch == 0:
            picture = figures.first_layer(epoch.model[-1].coefs_[0])
            mlflow.log_image(picture, key="first layer", step=epoch.number)
    log_best(best)
    best.model[-1].loss_curve_ = []  # MLflow has the curves; the model need not carry them
    if not mlflow.active_run().data.tags.get("mlflow.parentRunId"):
        mlflow.log_figure(figures.curves(history, best.number), "figures/learning_curves.png")
    return best


def train_folds(split: Split, settings: Settings, count: int) -> Epoch:
    """Train one network for each fold in step with the others, and log the means."""
    log_setup(split, settings)
    tracking.log_params({"folds": count})
    parts = [epochs(fold, settings) for fold in split.folds(count)]
    best = None
    for together in zip(*parts, strict=True):
        table = pd.DataFrame([epoch.metrics for epoch in together])
        epoch = Epoch(together[0].number, together[0].model, table.mean().to_dict())
        spread = table["loss/val"].std()
        mlflow.log_metrics({**epoch.metrics, "loss/val_std": spread}, step=epoch.number)
        if best is None or epoch.metrics["loss/val"] < best.metrics["loss/val"]:
            best = epoch
    log_best(best)
    return best


def log_setup(split: Split, settings: Settings) -> None:
    tracking.log_params({"data": split.name, **asdict(settings)})
    tracking.log_split(split)
    mlflow.log_dict({"data": split.name, **asdict(settings)}, "settings.yaml")


def log_best(best: Epoch) -> None:
    result = {key: round(value, 4) for key, value in best.metrics.items()}
    mlflow.log_dict({"epoch": best.number, **result}, "best.yaml")


def epochs(split: Split, settings: Settings) -> Iterator[Epoch]:
    """One item for each epoch; ends with `Diverged` after an epoch that broke the weights."""
    scaler = StandardScaler().fit(split.train.x)
    network = MLPClassifier(
        (settings.hidden,),
        solver="sgd",
        learning_rate_init=settings.lr,
        alpha=settings.weight_decay,
        batch_size=settings.batch_size,
        random_state=settings.seed,
    )
    model = make_pipeline(scaler, network)
    rng = np.random.default_rng(settings.seed)
    for number in range(1, settings.epochs + 1):
        x = split.train.x if not settings.shift else shifted(split.train.x, settings.shift, rng)
        broken = None
        try:
            network.partial_fit(scaler.transform(x), split.train.y, classes=split.classes)
        except ValueError as error:
            broken = error
        yield Epoch(number, model, measured(model, split))
        if broken:
            raise Diverged(f"no finite weights any more after epoch {number}") from broken


def shifted(x: pd.DataFrame, most: int, rng: np.random.Generator) -> pd.DataFrame:
    """Images of 8 × 8 pixels, each moved by up to `most` pixels in both directions."""
    images = x.to_numpy().reshape(-1, 8, 8)
    down, right = rng.integers(-most, most + 1, size=(2, len(images), 1, 1))
    rows = (np.arange(8).reshape(1, 8, 1) - down) % 8
    columns = (np.arange(8).reshape(1, 1, 8) - right) % 8
    moved = images[np.arange(len(images)).reshape(-1, 1, 1), rows, columns]
    return pd.DataFrame(moved.reshape(-1, 64), columns=x.columns, index=x.index)


def measured(model: Pipeline, split: Split) -> dict[str, float]:
    """Loss and accuracy on the training and validation rows, and the size of the weights."""
    weights = np.concatenate([layer.ravel() for layer in model[-1].coefs_])
    return {
        "loss/train": log_loss(model, split.train),
        "loss/val": log_loss(model, split.val),
        "accuracy/train": accuracy_score(split.train.y, model.predict(split.train.x)),
        "accuracy/val": accuracy_score(split.val.y, model.predict(split.val.x)),
        "weights_norm": float(np.linalg.norm(weights)),
    }


def test_metrics(model: Pipeline, part: Part) -> dict[str, float]:
    """How the model does on rows that played no part in choosing it."""
    predicted = model.predict(part.x)
    return {
        "loss/test": log_loss(model, part),
        "accuracy/test": accuracy_score(part.y, predicted),
        "f1_macro/test": f1_score(part.y, predicted, average="macro"),
    }


def log_loss(model, part: Part) -> float:
    """Mean negative log-likelihood, not clipped: a sure and wrong prediction costs infinity."""
    columns = np.searchsorted(model.classes_, part.y)
    chance = model.predict_proba(part.x)[np.arange(len(part.y)), columns]
    with np.errstate(divide="ignore"):
        return float(-np.log(chance).mean())
