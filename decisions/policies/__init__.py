"""Who may do what with items and sittings."""
