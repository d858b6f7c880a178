"""The pages of the planning room: writing and merging plans, reading and comparing them, talking about their clauses."""
