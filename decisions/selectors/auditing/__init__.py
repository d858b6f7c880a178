"""What the auditor's room reads: the whole log searched, and what is taken out of it."""
