"""Conversations (讨论): what people say about a thing, kept in order by its committee, and what they wish to hear of.

A thread hangs on any thing. Comments are read at once unless a hold word stops them; whoever reads may report, the
committee may hide for a reason of the closed list, the author may appeal to somebody else. What one follows comes back
as news and one digest a day. 网络信息内容生态治理规定; 互联网跟帖评论服务管理规定; 个人信息保护法.
"""
