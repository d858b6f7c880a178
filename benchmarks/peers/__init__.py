"""What we are measured against, written as their users would write it."""
