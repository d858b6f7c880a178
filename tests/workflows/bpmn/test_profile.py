"""The profile is one table: the engine, the messages and the documentation follow it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workflows.bpmn import messages, profile, reader, source
from workflows.bpmn.profile import Support
from workflows.engine.elements import ELEMENTS

from .diagrams import ROOT

DOCUMENT = ROOT / "docs" / "bpmn-profile.md"


def test_the_profile_runs_exactly_what_the_engine_has_an_entry_for() -> None:
    nodes = {kind for kind, support in profile.NODES.items() if support is Support.RUNS} - profile.EVENT_KINDS
    events = {(kind, "" if event == "none" else event) for (kind, event) in profile.EVENTS}
    events |= {("startEvent", event) for event in profile.EVENT_SUB_PROCESS_STARTS}
    assert nodes == {kind for kind, _ in ELEMENTS} - profile.EVENT_KINDS
    assert events == {entry for entry in ELEMENTS if entry[0] in profile.EVENT_KINDS}


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    told = Path(messages.__file__).parent
    files = [*told.parent.rglob("*.py"), *(told.parent.parent / "soundness").rglob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in files if told not in path.parents)
    for code in messages.SENTENCES:
        # `unknown_form` and `unknown_job` are said by the publishing action, which knows what is registered.
        assert f'"{code}"' in text or code.startswith("unknown_"), f"nothing says {code}"
    used = re.findall(r'(?:say|say_flow|Problem|refuse|_problem)\(\s*"([a-z_]+)"', text)
    assert set(used) <= set(messages.SENTENCES)
    assert len(used) > 40


@pytest.mark.parametrize("code", sorted(messages.SENTENCES))
def test_a_sentence_takes_the_same_values_in_both_languages_and_is_polite(code: str) -> None:
    chinese, english = messages.SENTENCES[code]
    assert set(re.findall(r"\{(\w+)\}", chinese)) >= set(re.findall(r"\{(\w+)\}", english))
    assert not re.search(r"[!！]|抱歉", chinese + english)
    assert chinese.endswith(("。", "{reason}"))


@pytest.mark.parametrize("tag", sorted({*profile.NODES, *profile.EVENT_DEFINITIONS}))
def test_every_element_and_event_has_a_name_for_people_and_a_line_in_the_documentation(tag: str) -> None:
    assert messages.word(tag, "zh-hans") != tag
    assert messages.word(tag, "en") != ""
    assert f"`{tag}`" in DOCUMENT.read_text("utf-8")


def test_the_documentation_gives_the_caps_of_the_code() -> None:
    text = DOCUMENT.read_text("utf-8")
    for cap in (f"{source.MAX_BYTES // 1024 // 1024} MiB", f"{source.MAX_ELEMENTS:,}", f"{source.MAX_DEPTH}"):
        assert cap in text


def test_the_reader_is_one_table() -> None:
    assert set(reader._CONTENTS) <= {*profile.INSIDE}
