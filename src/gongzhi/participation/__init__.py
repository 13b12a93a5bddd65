"""Participation (能动式善治): residents raise what concerns them, deliberate as equals, act together and check the result.

In the mission's words: 五事协商、邻里家园、发展型幸福社区. Residents come in by the registers' room ``residents``; their
conversations, statements and votes have rooms of their own here, and ``deliberations`` leads a matter through the five steps.
"""
