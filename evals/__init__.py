"""Retrieval, safety and quality evaluations of the installed assistant; imported by nobody."""
