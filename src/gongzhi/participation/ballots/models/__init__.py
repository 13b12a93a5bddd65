"""Facts of a ballot and what the database itself guarantees about them."""

from .ballot import Ballot
from .counting import Batch, Entry, Result
from .voting import Envelope, Slip, Voter

__all__ = ["Ballot", "Batch", "Entry", "Envelope", "Result", "Slip", "Voter"]
