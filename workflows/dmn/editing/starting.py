"""A new file with one empty decision table."""

from __future__ import annotations

from workflows.bpmn.spans import value

_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id=%(file)s name=%(name)s namespace="http://sangong.cn/decisions">
  <decision id=%(id)s name=%(name)s>
    <variable name=%(id)s/>
    <decisionTable id=%(table)s hitPolicy="UNIQUE">
      <input id=%(input)s>
        <inputExpression typeRef="number"><text>amount</text></inputExpression>
      </input>
      <output id=%(output)s name="result" typeRef="string"/>
      <rule id=%(rule)s>
        <inputEntry><text>-</text></inputEntry>
        <outputEntry><text>""</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


def blank(identifier: str, name: str) -> str:
    """The text of a DMN 1.3 file with one decision: a table with an input ``amount``, an output ``result`` and one rule for all."""
    parts = {"file": f"{identifier}_file", "id": identifier, "name": name}
    parts |= {part: f"{identifier}_{part}" for part in ("table", "input", "output", "rule")}
    return _FILE % {part: value(text).decode() for part, text in parts.items()}
