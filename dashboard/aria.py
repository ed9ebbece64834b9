"""Attributes that tell screen readers what an element is."""

from typing import Any


def aria(**attributes: str) -> dict[str, Any]:
    """`aria(label="Scenario")` as attributes of a component: `aria-label`."""
    return {f"aria-{name}": value for name, value in attributes.items()}
