"""Organisations (组织): departments, township governments, village and residents' committees, Party organisations,
registered social organisations, recorded community organisations, enterprises.

A registered social organisation is a legal person with a unified social credit code; a recorded one (备案) is not,
it carries the township's record number. 村（居）委会 are 特别法人 (民法典第 96、101 条), not government.
"""
