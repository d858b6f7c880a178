"""The XML namespaces of a BPMN 2.0 file and of the extensions we read."""

from __future__ import annotations

from typing import Final

MODEL: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DI: Final = "http://www.omg.org/spec/DD/20100524/DI"

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
SANGONG: Final = "http://sangong.cn/schema/1.0"
CAMUNDA: Final = "http://camunda.org/schema/1.0/bpmn"
ACTIVITI: Final = "http://activiti.org/bpmn"
FLOWABLE: Final = "http://flowable.org/bpmn"

CAMUNDA_FAMILY: Final = frozenset({CAMUNDA, ACTIVITI, FLOWABLE})
"""Three spellings of one dialect: Camunda 7 and Flowable both grew out of Activiti and kept its attributes."""

PREFIXES: Final = {
    MODEL: "bpmn",
    ZEEBE: "zeebe",
    SANGONG: "sangong",
    CAMUNDA: "camunda",
    ACTIVITI: "activiti",
    FLOWABLE: "flowable",
}


def split(tag: str) -> tuple[str, str]:
    """Namespace and local name of lxml's ``{namespace}name``; the namespace is empty where there is none."""
    if tag.startswith("{"):
        namespace, _, local = tag[1:].partition("}")
        return namespace, local
    return "", tag


def display(tag: str) -> str:
    """How people write the tag: ``zeebe:script``; a BPMN element goes without a prefix."""
    namespace, local = split(tag)
    prefix = PREFIXES.get(namespace, "")
    return local if prefix in {"", "bpmn"} else f"{prefix}:{local}"
