"""A flow as plain BPMN 2.0: without the words of any product, for tools that know the standard alone."""

from __future__ import annotations

from typing import Final

from lxml import etree

from .namespaces import BPMNDI, DC, DI, MODEL, XSI, split
from .source import parse

_STANDARD: Final = frozenset({MODEL, BPMNDI, DC, DI, XSI, "", "http://www.w3.org/XML/1998/namespace"})


def plain(text: str) -> str:
    """The file without foreign attributes and elements. Whatever the standard has stays: nodes, flows, conditions, the drawing.

    Raises `BpmnError` for what cannot be read.
    """
    root = parse(text)
    for element in [*root.iter()]:
        for name in [str(name) for name in element.attrib if split(str(name))[0] not in _STANDARD]:
            del element.attrib[name]
        parent = element.getparent()
        if parent is not None and split(str(element.tag))[0] not in _STANDARD:
            parent.remove(element)
    for holder in [*root.iter(f"{{{MODEL}}}extensionElements")]:
        parent = holder.getparent()
        if parent is not None and len(holder) == 0:
            parent.remove(holder)
    etree.cleanup_namespaces(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{etree.tostring(root, encoding="unicode")}\n'
