"""Measuring: pages beside the machine's raw limit, imports beside a bare COPY, the opinion map beside red-dwarf. Run by ``gongzhi bench``."""
