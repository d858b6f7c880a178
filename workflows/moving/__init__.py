"""Moving running cases to another version of their flow: what would happen, what is written, what undoing restores.

The engine decides (:func:`workflows.engine.migrate`); here is what it means for the tables, and the words for people. The
actions are :mod:`workflows.actions.migrations`.
"""
