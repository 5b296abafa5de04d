"""From files and addresses to clean, split, deduplicated passages."""
