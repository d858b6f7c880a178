"""Parse, call one action or selector, render."""
