"""Residents (居民): people without an office who come in by phone, and where they live.

Whoever has a phone may raise a matter. To take part in a consultative vote a resident claims a residence (居住登记) and
the village or community confirms it; one person is confirmed in one place at a time. Nobody needs a phone: a community
worker registers the person and acts on their behalf (代办), and every record says so. What is kept about a person, on
which ground and how long, follows 个人信息保护法: notice (17), consent and its withdrawal (14–15), sensitive data and
children (28–31), access, copy, correction, deletion (44–48).
"""
