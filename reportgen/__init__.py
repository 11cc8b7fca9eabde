"""Static sites for machine-learning experiments recorded with MLflow."""

__version__ = "0.1.0"
