"""The pages of what is asked for and given before tabling, and of the calendar."""
