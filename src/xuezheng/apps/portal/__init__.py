"""The way in: front page, home of a role, search, progress of jobs, checking a published document, and the menu."""
