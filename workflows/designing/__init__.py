"""Drawing flows in the browser: what the editor is given to choose from, what it asks while somebody draws, and what became of
a flow since they began. Reads only; `workflows.actions.drawings` writes."""
