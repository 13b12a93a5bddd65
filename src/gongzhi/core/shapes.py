"""Shapes that every room's API shares: figures leave the house exactly, never as binary floating point."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

Exact = Annotated[Decimal, Field(description="精确的十进制数，写成字符串，例如 86.05", examples=["86.05"])]
"""A score or a quantity."""

Percent = Annotated[
    Decimal, Field(description="百分数，两位小数，写成字符串，例如 95.57", examples=["95.57"])
]
"""A rate in per cent, two decimals, half up."""
