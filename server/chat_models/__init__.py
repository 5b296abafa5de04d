"""Language models, all optional."""
