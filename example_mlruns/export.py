"""Other forms of the champion: ONNX for the cellar's tablet, and the advisor for its web page."""

import argparse

import mlflow
import numpy as np
import onnxruntime
import pandas as pd
from mlflow.models import infer_signature
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType

from lab import data, tracking
from lab.advisor import CultivarAdvisor

CHAMPION = "models:/wine-cultivar@champion"


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--form", choices=["onnx", "advisor"], required=True)
    parser.add_argument("--threshold", type=float, default=0.8)
    return parser.parse_args()


def log_onnx(champion, split: data.Split) -> None:
    """The champion as ONNX, with how far its answers are from the original's."""
    made = convert_sklearn(
        champion,
        initial_types=[("measurements", FloatTensorType([None, split.test.x.shape[1]]))],
        options={"zipmap": False},
    )
    session = onnxruntime.InferenceSession(made.SerializeToString())
    x = split.test.x.to_numpy(np.float32)
    labels, chances = session.run(None, {"measurements": x})
    names = [f"{name} (ONNX)" for name in champion.classes_]
    table = pd.DataFrame(chances, columns=names, index=split.test.x.index).assign(label=labels)
    mlflow.log_text(table.round(4).to_csv(index_label="bottle"), "answers.csv")
    apart = np.abs(chances - champion.predict_proba(split.test.x)).max()
    mlflow.log_metrics(
        {
            "accuracy/test": float((labels == split.test.y).mean()),
            "largest_difference": float(apart),
        }
    )
    mlflow.onnx.log_model(
        made,
        name="wine-onnx",
        signature=infer_signature(x, {"label": labels.astype(str), "probabilities": chances}),
        input_example=x[:3],
        pip_requirements=tracking.pins("mlflow", "onnx", "onnxruntime", "numpy", "pandas"),
    )


def log_advisor(champion, split: data.Split, threshold: float) -> None:
    """The advisor around the champion, and what the threshold costs."""
    chances = champion.predict_proba(split.val.x)
    sure = chances.max(axis=1)
    right = champion.classes_[chances.argmax(axis=1)] == split.val.y
    rows = []
    for percent in range(40, 100):
        kept = sure >= percent / 100
        accuracy = right[kept].mean() if kept.any() else np.nan
        rows.append({"labelled_share": kept.mean(), "labelled_accuracy": accuracy})
        mlflow.log_metrics(rows[-1], step=percent)
    table = pd.DataFrame(rows, index=range(40, 100)).round(4)
    mlflow.log_text(table.to_csv(index_label="threshold_percent"), "thresholds.csv")
    made = mlflow.pyfunc.log_model(
        name="cultivar-advisor",
        python_model=CultivarAdvisor(),
        artifacts={"classifier": CHAMPION},
        code_paths=["lab"],
        signature=infer_signature(split.val.x, advice(), {"threshold": threshold}),
        input_example=(split.val.x.head(3).reset_index(drop=True), {"threshold": threshold}),
        pip_requirements=tracking.pins("mlflow", "scikit-learn", "skops", "numpy", "pandas"),
        metadata={"champion": CHAMPION, "audience": "cellar"},
    )
    tracking.register(
        made,
        "cultivar-advisor",
        description=f"Asks for the laboratory below a confidence of **{threshold:g}**.",
        alias="champion" if threshold < 0.85 else "cautious",
        stage="Production" if threshold < 0.85 else "Staging",
    )


def advice() -> pd.DataFrame:
    """What the advisor answers, by example."""
    return pd.DataFrame({"cultivar": ["Barolo"], "confidence": [0.97], "advice": ["label it"]})


def main() -> None:
    args = parsed()
    split = data.load("wine")
    with tracking.run("cultivar-release", f"export {args.form}"):
        tracking.log_params({"form": args.form, "source": CHAMPION})
        mlflow.log_input(split.dataset("test" if args.form == "onnx" else "val"), context="check")
        champion = mlflow.sklearn.load_model(CHAMPION)
        if args.form == "onnx":
            log_onnx(champion, split)
        else:
            tracking.log_params({"threshold": args.threshold})
            log_advisor(champion, split, args.threshold)


if __name__ == "__main__":
    main()
