"""双向评估: at the year's end both sides of an agreement score each other against it (政社互动).

It replaces one-way 考核 of committees by the township. Party A scores how Party B fulfilled each assisted item;
Party B scores A's guidance, payment and conditions. Scores stay sealed until both have handed in; silence ends
as 未评, never as 100. An exchange meeting, objections with a joint re-check, 公示, a rectification list with
dates for both sides and the settlement of the tail payment follow. The purpose is correction and payment, not a
ranking of committees.

Basis: the agreement itself (民法典合同编), 村民委员会组织法第 30、33 条, 城市居民委员会组织法; what no law fixes
is the county's own setting and marked so in ``rules.parameters``.
"""
