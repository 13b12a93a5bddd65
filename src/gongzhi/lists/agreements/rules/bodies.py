"""Which bodies of the committee must decide before it signs. Pure."""

from __future__ import annotations

from gongzhi.core.decisions import ASSEMBLY, REPRESENTATIVES, TWO_COMMITTEES


def bodies_needed(touches_residents: bool) -> tuple[str, ...]:
    """Which bodies must decide before signing: the two committees, and the representatives where residents'
    interests are touched (the assembly may decide in their place)."""
    return (TWO_COMMITTEES, REPRESENTATIVES) if touches_residents else (TWO_COMMITTEES,)


def still_needed(touches_residents: bool, passed: set[str]) -> list[str]:
    """The bodies whose decision is missing. A committee can never stand in for the representatives."""
    have = passed | ({REPRESENTATIVES} if ASSEMBLY in passed else set())
    return [b for b in bodies_needed(touches_residents) if b not in have]
