"""What the plan's pages and services read."""
