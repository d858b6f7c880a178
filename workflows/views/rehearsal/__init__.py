"""演练: a version played in the page, writing nothing, and the plays that were recorded as its tests."""
