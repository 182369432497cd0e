"""Local marketplaces: stateful servers that speak the marketplaces' real protocols (see
README.md)."""
