"""清单式管理 (lists): who is responsible for what, agreed with each committee as an equal, scored both ways."""
