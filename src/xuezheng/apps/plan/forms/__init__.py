"""Forms of the plan: each checks what was typed; rules that need the database are the services'."""
