"""The advisor: a cultivar with how sure it is, and what the cellar should do with the bottle."""

import mlflow
import pandas as pd
from mlflow.pyfunc import PythonModel, PythonModelContext


class CultivarAdvisor(PythonModel):
    """Wraps the champion; `threshold` says how sure is sure enough."""

    def load_context(self, context: PythonModelContext) -> None:
        self.classifier = mlflow.sklearn.load_model(context.artifacts["classifier"])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict | None = None
    ) -> pd.DataFrame:
        """Columns `cultivar`, `confidence` (0 to 1) and `advice`."""
        threshold = (params or {}).get("threshold", 0.8)
        chances = self.classifier.predict_proba(model_input)
        sure = chances.max(axis=1)
        verdicts = ["label it" if s >= threshold else "send to the laboratory" for s in sure]
        return pd.DataFrame(
            {
                "cultivar": self.classifier.classes_[chances.argmax(axis=1)],
                "confidence": sure.round(4),
                "advice": verdicts,
            }
        )
