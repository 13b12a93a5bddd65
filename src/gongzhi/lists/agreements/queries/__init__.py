"""Reads of agreements, always within the actor's scope."""
