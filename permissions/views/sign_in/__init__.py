"""Coming in and going out; one's own factors and sessions; what administrators do about other people's."""
