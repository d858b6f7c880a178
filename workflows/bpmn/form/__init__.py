"""The fields a user task asks for, as its diagram has them (``sangong:form``): what they are (`model`), how they are read
(`reading`), what an answer is worth (`answers`, `numerals`), and how somebody changes them (`questions`) in their file (`writing`).

Import the parts by name: the model of diagrams holds fields itself.
"""
