"""Who may come in: the first admin, people and their roles, sessions, API keys."""
