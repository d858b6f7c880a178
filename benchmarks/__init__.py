"""Speed, measured as ratios against named peers in one run on one PostgreSQL. Never part of the tests."""
