"""What the scripts of the wine lab share: data, training, figures, tracking."""
