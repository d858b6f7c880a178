"""Reading: everything pages and other actions want to know about items and sittings."""
