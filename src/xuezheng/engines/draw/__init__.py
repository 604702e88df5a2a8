"""Public draws whose numbers nobody can choose and everybody can check."""
