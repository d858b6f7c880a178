"""Small DMN files for tests, written as they would stand in a file."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def dmn(body: str, namespace: str = MODEL, **attributes: str) -> bytes:
    """A file with this content."""
    extra = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{namespace}" '
        f'xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="d" name="规则" namespace="http://sangong.cn/tests"{extra}>\n'
        f"{body}\n</definitions>"
    ).encode()


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def decision(name: str, logic: str, requires: Sequence[str] = (), identifier: str = "") -> str:
    """A decision; `requires` are tags with ids, as in ``requiredInput #amount``."""
    needs = "".join(_requirement(*need.split()) for need in requires)
    variable = f"<variable name={quoteattr(name)}/>"
    return f'<decision id="{identifier or name}" name={quoteattr(name)}>{variable}{needs}{logic}</decision>'


def _requirement(tag: str, href: str) -> str:
    holder = "knowledgeRequirement" if tag == "requiredKnowledge" else "informationRequirement"
    return f'<{holder}><{tag} href="{href}"/></{holder}>'


def table(
    rules: Sequence[Sequence[str]],
    *,
    inputs: Sequence[str] = ("amount",),
    outputs: Sequence[str] = ("route",),
    policy: str = "",
    aggregation: str = "",
    values: Sequence[str] = (),
    allowed: Sequence[str] = (),
    defaults: Sequence[str] = (),
    kinds: Sequence[str] = (),
    prefix: str = "",
) -> str:
    """A decision table: each rule is its input cells and then its output cells."""
    policy = f' hitPolicy="{policy}"' if policy else ""
    aggregation = f' aggregation="{aggregation}"' if aggregation else ""
    parts = [f'<decisionTable id="{prefix}table"{policy}{aggregation}>']
    for at, source in enumerate(inputs):
        tests = f"<inputValues><text>{escape(allowed[at])}</text></inputValues>" if allowed and allowed[at] else ""
        kind = f' typeRef="{kinds[at]}"' if kinds else ""
        expression = f"<inputExpression{kind}><text>{escape(source)}</text></inputExpression>"
        parts.append(f'<input id="{prefix}in{at + 1}">{expression}{tests}</input>')
    for at, name in enumerate(outputs):
        tests = f"<outputValues><text>{escape(values[at])}</text></outputValues>" if values and values[at] else ""
        default = (
            f"<defaultOutputEntry><text>{escape(defaults[at])}</text></defaultOutputEntry>"
            if defaults and defaults[at]
            else ""
        )
        named = f" name={quoteattr(name)}" if name else ""
        parts.append(f'<output id="{prefix}out{at + 1}"{named}>{tests}{default}</output>')
    for number, cells in enumerate(rules, 1):
        written = [escape(cell) for cell in cells]
        entries = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in written[: len(inputs)])
        entries += "".join(f"<outputEntry><text>{cell}</text></outputEntry>" for cell in written[len(inputs) :])
        parts.append(f'\n<rule id="{prefix}rule{number}">{entries}</rule>')
    return "".join(parts) + "</decisionTable>"


ROUTE = dmn(
    '<inputData id="amount_input" name="amount"><variable name="amount" typeRef="number"/></inputData>'
    + decision(
        "route",
        table([["< 50", '"town"'], ["[50..500)", '"joint"'], [">= 500", '"assembly"']]),
        ["requiredInput #amount_input"],
    )
)
"""By whom an amount is decided."""
