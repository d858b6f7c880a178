"""The pages of what follows a vote."""
