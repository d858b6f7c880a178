"""Two files of a diagram as what they say, so that a difference is one of content: no order, no spelling, no default written out."""

from __future__ import annotations

from collections import Counter
from typing import Final

from lxml import etree

from workflows.bpmn.namespaces import BPMNDI, DC, DI, MODEL, XSI
from workflows.bpmn.source import parse

#: what the standard's schema takes an attribute for that is not written (BPMN 2.0.2, the XML schema of each element)
DEFAULTS: Final = {
    ("*", "isForCompensation"): "false",
    ("*", "startQuantity"): "1",
    ("*", "completionQuantity"): "1",
    ("*", "parallelMultiple"): "false",
    ("*", "gatewayDirection"): "Unspecified",
    ("*", "implementation"): "##unspecified",
    ("*", "isCollection"): "false",
    ("definitions", "expressionLanguage"): "http://www.w3.org/1999/XPath",
    ("definitions", "typeLanguage"): "http://www.w3.org/2001/XMLSchema",
    ("process", "processType"): "None",
    ("process", "isClosed"): "false",
    ("collaboration", "isClosed"): "false",
    ("startEvent", "isInterrupting"): "true",
    ("boundaryEvent", "cancelActivity"): "true",
    ("subProcess", "triggeredByEvent"): "false",
    ("adHocSubProcess", "triggeredByEvent"): "false",
    ("adHocSubProcess", "ordering"): "Parallel",
    ("adHocSubProcess", "cancelRemainingInstances"): "true",
    ("receiveTask", "instantiate"): "false",
    ("eventBasedGateway", "instantiate"): "false",
    ("eventBasedGateway", "eventGatewayType"): "Exclusive",
    ("multiInstanceLoopCharacteristics", "isSequential"): "false",
    ("multiInstanceLoopCharacteristics", "behavior"): "All",
    ("standardLoopCharacteristics", "testBefore"): "false",
    ("association", "associationDirection"): "None",
    ("textAnnotation", "textFormat"): "text/plain",
    ("itemDefinition", "itemKind"): "Information",
    ("dataStore", "isUnlimited"): "true",
    ("participantMultiplicity", "minimum"): "0",
    ("participantMultiplicity", "maximum"): "1",
}
_DRAWN: Final = frozenset({BPMNDI, DC, DI})

Said = Counter[tuple[str, ...]]


def said(text: str) -> Said:
    """Every element of a diagram with where it stands, its attributes and its words."""
    found: Said = Counter()
    _gather(parse(text), (), found)
    return found


def _gather(element: etree._Element, above: tuple[str, ...], found: Said) -> None:
    name = etree.QName(element)
    attributes = []
    for key, value in sorted(element.attrib.items()):
        one = etree.QName(key)
        words = str(value).strip()
        if one.namespace == XSI and (one.localname == "schemaLocation" or name.namespace in _DRAWN):
            continue
        if one.namespace == XSI and one.localname == "type":
            prefix, _colon, local = words.rpartition(":")
            words = f"{{{element.nsmap.get(prefix or None)}}}{local}"
        if name.namespace == MODEL and words in (
            DEFAULTS.get((name.localname, one.localname)),
            DEFAULTS.get(("*", one.localname)),
        ):
            continue
        attributes.append(f"{one.text}={_number(words) if name.namespace in _DRAWN else words}")
    found[(*above[-1:], name.text, *attributes, (element.text or "").strip())] += 1
    here = element.get("id") or name.text
    for child in element:
        if isinstance(child.tag, str):
            _gather(child, (*above, here), found)


def _number(words: str) -> str:
    try:
        return repr(float(words))
    except ValueError:
        return words
