"""The guard: what was read loses its secrets, and what nobody asked to publish, at one door."""
