"""How fast and how small, as whole processes beside their peers: `python -m tests.bench`."""
