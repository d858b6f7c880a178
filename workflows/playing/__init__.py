"""What `workflows.rehearsal` and `workflows.simulation` need of the house: a version to play, decisions to ask, and words."""
