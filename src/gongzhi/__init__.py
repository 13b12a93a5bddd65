"""gongzhi 共治: what a county, its departments, its townships, villages and communities do together, in one place.

The folders follow the modes of governance that people already speak of: ``registers`` is the governance database,
``lists`` is 清单式管理, and each later wing is one more mode. ``docs/map.md`` shows the whole on one page.
"""

__version__ = "0.1.0"
