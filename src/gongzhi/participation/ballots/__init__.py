"""Ballots (投票): a question with options, put to confirmed residents or to a list of people who were invited.

Online votes lie in sealed envelopes until voting ends, paper ballots of a hall meeting are counted by two people apart;
both are added up in integers, by the rule of the body that decides (村民委员会组织法第 22、26、28 条, 城市居民委员会组织法
第 9 条; dated packs in ``rules.bodies``). People say 表决, 选方案, 投票, 唱票, 计票.

What secrecy there is, and what there is not, stands in ``models.voting``.
"""
