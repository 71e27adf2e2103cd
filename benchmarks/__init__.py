"""The same work on this engine and on its peers, measured in one run. `python -m benchmarks` runs all of it."""
