"""Amazon orders from a seed, with what a correct hub makes of them."""

from .expected import Expected
from .orders import Generated, generate_order, generate_orders, manifest
from .world import World

__all__ = (
    "Expected",
    "Generated",
    "World",
    "generate_order",
    "generate_orders",
    "manifest",
)
