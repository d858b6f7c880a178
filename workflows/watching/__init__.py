"""What really happened on a version of a flow: how long its steps took, which ways cases went, where they left the diagram."""
