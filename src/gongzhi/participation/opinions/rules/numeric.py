"""NumPy for the opinion map, on one thread.

The matrices are small: more threads would only wait for each other on a busy server, and one thread adds up in one order, so
that the same inputs give the same map. The setting counts only before NumPy is first loaded.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt

__all__ = ["np", "npt"]
