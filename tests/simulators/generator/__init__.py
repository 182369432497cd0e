"""Varied realistic orders from a seed, and what a correct hub makes of each of them."""

from .expected import Expected
from .orders import Generated, generate_order, generate_orders, manifest
from .scenarios import SCENARIOS
from .world import World

__all__ = [
    "SCENARIOS",
    "Expected",
    "Generated",
    "World",
    "generate_order",
    "generate_orders",
    "manifest",
]
