"""What changes the plan; each service writes its audit event in the same transaction."""
