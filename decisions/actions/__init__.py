"""Everything that changes a decision. Each function is one transaction: lock, policy, rule, write and log."""
