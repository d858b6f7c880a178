"""Pages and answers for drawing flows in the browser."""
