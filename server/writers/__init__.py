"""Ways of answering: each turns a query and its hits into a draft."""
