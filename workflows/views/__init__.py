"""Pages of the flows. A view parses, calls one action or selector, and renders."""
