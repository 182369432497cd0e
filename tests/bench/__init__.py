"""Benchmarks: `./setup/bench` runs them all and prints one table."""
