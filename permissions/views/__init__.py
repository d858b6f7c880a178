"""Pages: parse, call one action, render."""
