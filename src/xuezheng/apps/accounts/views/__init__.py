"""Pages of users, grants, tokens and the own account."""
