"""A simulated site, to compare autoscalers on equal arrivals; `python -m tests.benchmarks.operator` runs it."""
