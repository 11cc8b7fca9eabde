"""What a model page says of using the model, one concern to a module."""
