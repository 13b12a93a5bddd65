"""Measuring: pages beside the machine's raw limit, imports beside a bare COPY. Run by ``gongzhi bench``."""
