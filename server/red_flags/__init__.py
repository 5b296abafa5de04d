"""Finds warning signs in what people write and says how urgent they are; needs no model and no index."""
