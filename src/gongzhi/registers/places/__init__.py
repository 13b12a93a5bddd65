"""Places (区划与村居): the county, its townships, its villages and communities, with codes, former names and successors.

The division code is the statistical one (统计用区划代码, twelve digits); other systems' codes are aliases with
dates. What was merged, split or renamed stays and points to its successors (村民委员会组织法第三条、规模调整).
The register can also hold every division of the country, so that any county can start from it.
"""
