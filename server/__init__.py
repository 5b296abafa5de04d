"""The assistant: red flags, queries, cited answers, the HTTP doors and the chat page."""
