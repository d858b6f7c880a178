"""The approval process, three ways: ours, viewflow by hand, SpiffWorkflow with its state saved per step."""
