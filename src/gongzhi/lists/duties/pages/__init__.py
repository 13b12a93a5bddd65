"""The faces of this room: what everybody reads, what the office works with, and what is carried away as a file."""
