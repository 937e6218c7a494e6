"""A page that shows what a running or recorded loop does."""
