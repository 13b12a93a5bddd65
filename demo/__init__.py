"""The demonstration county: a year of 太仓 on its real divisions, with invented people, made by the verbs people use.

Everything is seeded: every start gives the same county. No name, number or telephone belongs to anyone.
"""
