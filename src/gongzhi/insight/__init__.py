"""县情: what the county sees. Figures of both sides side by side, per township and place, down to the row.

It owns no facts and writes nothing: everything is read through the queries of the rooms below, within the
reader's scope. A township sees its own places beside the county's averages; the county sees all.
"""
