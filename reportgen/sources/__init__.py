"""Reading what MLflow wrote: one module per format. Nothing here writes, locks or executes."""
