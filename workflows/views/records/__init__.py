"""Pages of the records of packs."""
