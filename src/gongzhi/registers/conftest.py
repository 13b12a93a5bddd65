"""The registers' fixtures, for every room of theirs."""

from gongzhi.registers.tests.county import county, doors

__all__ = ["county", "doors"]
