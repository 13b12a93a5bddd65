"""Opinions (大家怎么看): short statements, each answered with agree, disagree or pass, and the opinion map drawn from them.

A poll hangs on any thing that is being talked about, above all a matter in step 议 of 五事协商. It is consultative: it
prepares 协商 and decides nothing (《关于加强城乡社区协商的意见》2015); what decides is a ballot or an assembly. The map groups
people who answered alike (意见群), names what all groups share (共识) and what divides them (分歧), and shows nobody.
"""
