"""The agreements' pages."""
