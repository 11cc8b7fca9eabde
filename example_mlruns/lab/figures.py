"""Figures and pictures; every function returns what `mlflow.log_figure` or `log_image` takes."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix

mpl.rcParams.update(
    {
        "figure.dpi": 100,
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "svg.hashsalt": "wine-lab",
    }
)
INK, WINE, STRAW = "#2b2b2b", "#8c1d40", "#c9a227"


def curves(history: list[dict[str, float]], best: int) -> Figure:
    """Loss and accuracy over the epochs; a line marks the epoch that was kept."""
    table = pd.DataFrame(history, index=np.arange(1, len(history) + 1))
    table = table.where(np.isfinite(table))
    figure = Figure(figsize=(7, 2.8), layout="constrained")
    for axes, metric in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        axes.plot(table[f"{metric}/train"], color=STRAW, label="train")
        axes.plot(table[f"{metric}/val"], color=WINE, label="validation")
        axes.axvline(best, color=INK, linewidth=0.8, linestyle=":")
        axes.set(xlabel="epoch", ylabel=metric)
    axes.legend(frameon=False)
    return figure


def confusion(truth: pd.Series, predicted: np.ndarray) -> Figure:
    """Confusion matrix with counts."""
    figure = Figure(figsize=(4.2, 3.6), layout="constrained")
    ConfusionMatrixDisplay.from_predictions(
        truth, predicted, ax=figure.subplots(), cmap="PuRd", colorbar=False
    )
    return figure


def confusion_html(truth: pd.Series, predicted: np.ndarray) -> str:
    """The confusion matrix as a page by itself, coloured, with a title on each cell."""
    names = [str(name) for name in sorted(truth.unique())]
    counts = confusion_matrix(truth, predicted)
    top = max(1, counts.max())
    rows = "".join(
        f"<tr><th>{name}</th>"
        + "".join(
            f'<td title="{count} × {name}, taken for {other}"'
            f' style="background:rgba(140,29,64,{0.8 * count / top:.2f})">{count}</td>'
            for other, count in zip(names, row, strict=True)
        )
        + "</tr>"
        for name, row in zip(names, counts, strict=True)
    )
    head = "".join(f"<th>{name}</th>" for name in names)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Confusion matrix</title>'
        "<style>body{font:14px/1.4 system-ui,sans-serif;margin:1rem}"
        "td{width:5.5rem;height:3rem;text-align:center}th{padding:.4rem .8rem;font-weight:500}"
        "table{border-collapse:separate;border-spacing:3px}</style>"
        f"<table><caption>rows: truth, columns: prediction</caption><tr><td></td>{head}</tr>{rows}"
        "</table></html>"
    )


def importances(values: pd.Series, title: str) -> Figure:
    """A bar for each measurement, the longest on top."""
    ordered = values.sort_values()
    figure = Figure(figsize=(5.2, 0.5 + 0.28 * len(ordered)), layout="constrained")
    axes = figure.subplots()
    axes.barh(ordered.index, ordered, color=WINE)
    axes.set_xlabel(title)
    return figure


def residuals(truth: pd.Series, predicted: np.ndarray) -> Figure:
    """Prediction against truth."""
    figure = Figure(figsize=(4, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.scatter(truth, predicted, s=12, color=WINE, alpha=0.7, linewidths=0)
    low, high = truth.min(), truth.max()
    axes.plot([low, high], [low, high], color=INK, linewidth=0.8, linestyle=":")
    axes.set(xlabel="measured", ylabel="predicted")
    return figure


def first_layer(weights: np.ndarray, tiles: int = 4, zoom: int = 5) -> np.ndarray:
    """What the first hidden units look for: `tiles` × `tiles` of them, as one RGB picture."""
    units = weights[:, : tiles * tiles].T.reshape(tiles, tiles, 8, 8)
    units = units / np.abs(units).max(axis=(2, 3), keepdims=True)
    padded = np.pad(units, ((0, 0), (0, 0), (0, 1), (0, 1)))
    sheet = padded.transpose(0, 2, 1, 3).reshape(tiles * 9, tiles * 9)[:-1, :-1]
    colours = mpl.colormaps["PuOr"]((sheet + 1) / 2)[:, :, :3]
    return (255 * colours).astype(np.uint8).repeat(zoom, axis=0).repeat(zoom, axis=1)


def digits(rows: pd.DataFrame, captions: list[str], most: int = 12) -> Figure:
    """A strip of images with a caption each."""
    shown = rows.head(most).to_numpy().reshape(-1, 8, 8)
    figure = Figure(figsize=(7, 1.5 * (1 + (len(shown) - 1) // 6)), layout="constrained")
    for axes in (grid := np.atleast_1d(figure.subplots(-(-len(shown) // 6), 6)).ravel()):
        axes.set_axis_off()
    for axes, image, caption in zip(grid, shown, captions[:most], strict=False):
        axes.imshow(image, cmap="gray_r")
        axes.set_title(caption, fontsize=8)
    return figure
