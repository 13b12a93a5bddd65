"""The ground floor of the house: pieces that every room uses and that know no room.

``flow``, ``action``, ``units``/``access``, ``journal``, ``todo``, ``outbox``, ``calendar``, ``dated``, ``papers``,
``exchange``, ``evidence``, ``sealed`` and the pure ``words``, ``refusal``, ``roles``, ``money``, ``identity``.
"""
