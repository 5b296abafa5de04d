"""The floor: passages, embedders, vector stores, lexical search, fusion and the on-disk index generations."""
