"""What changes the registers; each service writes its audit event in the same transaction."""
