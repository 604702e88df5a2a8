"""Points tables (积分): counted exactly, line by line."""
