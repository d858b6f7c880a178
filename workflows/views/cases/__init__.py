"""Pages of running cases: the list, one case, and what somebody does to one."""
