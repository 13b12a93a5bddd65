"""Positions and certificates (任职与证书): who does what in which organisation, from when to when, and on what basis.

One person may hold many positions; every count shows distinct persons and positions. Members of a village or
residents' committee are elected, nobody appoints them (村民委员会组织法第 11 条), and none of them sits on the
supervision committee (第 32 条). Social workers' certificates carry their continuing education.
"""
