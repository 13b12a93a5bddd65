"""The governance database (互联网+基层治理): who and what there is, entered once and used by every other room.

``places`` (区划与村居), ``organisations`` (组织), ``people`` (人员), ``positions`` (任职与证书) and
``corrections`` (更正请求, by which those who do not own a field ask its owner to mend it). Every other room asks
these rooms instead of keeping its own copy; entering the same fact twice is a defect.
"""
