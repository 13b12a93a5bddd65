"""Duty lists: what committees do by themselves, what they help government with, and what nobody may ask of them.

The county's 两份清单 (依法履行职责事项, 协助政府工作事项) and their successor, the 三份权责清单, draw the line
between administrative power and self-government. What is on no list need not be done. Each version goes
through inventory by departments, legality review, consultation of every committee, publicity with
objections and issue with a document number; a version in force is never edited, only superseded by the
yearly revision. Basis: 村民委员会组织法 articles 2, 5, 37; 城市居民委员会组织法 articles 2, 3, 20 (2018 texts);
民法典 101; 民发〔2015〕136号.
"""
