"""Corrections (更正请求): whoever sees a mistake in a register but does not keep the field asks its keeper to mend it.

The keeper accepts, and the register's own verb makes the change, or declines with a reason. The right to have one's
data corrected is in 个人信息保护法第 46 条.
"""
