"""The data sets of the lab, split once and for all: 60 % train, 20 % validation, 20 % test.

All come with scikit-learn. The split never changes, so every run of an experiment is comparable.
"""

from dataclasses import dataclass

import mlflow.data
import pandas as pd
from mlflow.data.dataset import Dataset
from sklearn.datasets import load_diabetes, load_digits, load_wine
from sklearn.model_selection import StratifiedKFold, train_test_split

SPLIT_SEED = 2026
CULTIVARS = ("Barolo", "Grignolino", "Barbera")
# What a cellar can measure by itself; the other seven need an outside laboratory.
CELLAR = ("alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "hue")
SOURCES = {
    "wine": "https://archive.ics.uci.edu/ml/machine-learning-databases/wine/wine.data",
    "digits": "https://archive.ics.uci.edu/ml/machine-learning-databases/optdigits/optdigits.tes",
    "diabetes": "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.tab.txt",
}


@dataclass(frozen=True)
class Part:
    """Some rows of a data set."""

    x: pd.DataFrame
    y: pd.Series


@dataclass(frozen=True)
class Split:
    """A data set in three parts; `name` also names it in MLflow."""

    name: str
    train: Part
    val: Part
    test: Part

    @property
    def classes(self) -> list:
        return sorted(self.train.y.unique())

    def folds(self, count: int) -> list["Split"]:
        """Training and validation rows thrown together and divided anew; the test stays aside."""
        x = pd.concat([self.train.x, self.val.x])
        y = pd.concat([self.train.y, self.val.y])
        cuts = StratifiedKFold(count, shuffle=True, random_state=SPLIT_SEED).split(x, y)
        return [
            Split(
                self.name,
                Part(x.iloc[train], y.iloc[train]),
                Part(x.iloc[val], y.iloc[val]),
                self.test,
            )
            for train, val in cuts
        ]

    def dataset(self, part: str) -> Dataset:
        """One part as MLflow's description of it (schema, profile, digest)."""
        rows: Part = getattr(self, part)
        return mlflow.data.from_pandas(
            rows.x.assign(**{rows.y.name: rows.y}),
            source=SOURCES[self.name.split("-")[0]],
            name=f"{self.name}-{part}",
            targets=rows.y.name,
        )


def load(name: str, measurements: str = "cellar") -> Split:
    """`wine`, `digits` or `diabetes`.

    `measurements` of the wine: the six of the `cellar`, or the thirteen of the `laboratory`.
    """
    if name == "wine":
        return _wine(measurements)
    if name == "digits":
        x, y = load_digits(return_X_y=True, as_frame=True)
        return _split("digits", x, y.rename("digit"), stratified=True)
    if name == "diabetes":
        x, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
        return _split("diabetes", x, y.rename("progression"), stratified=False)
    raise ValueError(f"no data set named {name!r}; there are wine, digits and diabetes")


def _wine(measurements: str) -> Split:
    x, y = load_wine(return_X_y=True, as_frame=True)
    y = y.map(dict(enumerate(CULTIVARS))).rename("cultivar")
    if measurements == "laboratory":
        return _split("wine-laboratory", x, y, stratified=True)
    return _split("wine-cellar", x[list(CELLAR)], y, stratified=True)


def _split(name: str, x: pd.DataFrame, y: pd.Series, *, stratified: bool) -> Split:
    rest_x, test_x, rest_y, test_y = train_test_split(
        x, y, test_size=0.2, random_state=SPLIT_SEED, stratify=y if stratified else None
    )
    train_x, val_x, train_y, val_y = train_test_split(
        rest_x,
        rest_y,
        test_size=0.25,
        random_state=SPLIT_SEED,
        stratify=rest_y if stratified else None,
    )
    return Split(name, Part(train_x, train_y), Part(val_x, val_y), Part(test_x, test_y))
