"""People (人员): the least that the other rooms need to know of a person, sealed and masked.

Citizen ID and phone are encrypted and found by a blind index only; names are masked until someone gives a reason,
which the journal keeps (个人信息保护法第 6、19、28 条). Duplicates are proposed by one person and confirmed by
another; a merge can be undone.
"""
