"""The drawing of a case that is looked at follows the case."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from permissions.models import User
from tests.cast import Cast
from tests.workflows.conftest import task_at
from tests.workflows.diagrams import TWO_APPROVALS
from workflows import actions
from workflows.models import Case
from workflows.watching.live import live_of

pytestmark = pytest.mark.django_db

SHAPES = (
    '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="dia"><bpmndi:BPMNPlane id="plane" bpmnElement="small">'
    + "".join(
        f'<bpmndi:BPMNShape id="s_{node}" bpmnElement="{node}"><dc:Bounds x="{x}" y="{y}" width="90" height="50"/>'
        "</bpmndi:BPMNShape>"
        for node, x, y in (("town", 200, 0), ("zone", 200, 100), ("file", 400, 50))
    )
    + "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
)


def test_the_tokens_move_where_the_case_goes_and_an_unchanged_page_is_not_sent_again(
    cast: Cast, client_of: Callable[[User], Client], publish: Callable
) -> None:
    xml = TWO_APPROVALS.decode().replace("</bpmn:definitions>", SHAPES + "</bpmn:definitions>").encode()
    publish(xml)
    case = actions.case_start(actor=cast.town_proposer, definition="small", title="采购")
    client, address = client_of(cast.town_proposer), reverse("case_live", args=[case.pk])
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    asked = re.search(r'id="live".*?hx-get="(.*?)"', page)
    assert asked is not None
    assert client.get(asked[1]).status_code == 204, "nothing has happened"
    assert [(token.name, token.count) for token in live_of(case).tokens] == [("党委书记审批", 1), ("党组书记审批", 1)]
    # Taken: somebody has it. Done: the token has gone on.
    actions.task_claim(actor=cast.town_chair, task_id=task_at(case, "town").pk)
    taken = client.get(asked[1])
    assert taken.status_code == 200
    assert cast.town_chair.label in taken.content.decode()
    for user, node in ((cast.town_chair, "town"), (cast.zone_chair, "zone"), (cast.town_secretary, "file")):
        actions.task_complete(actor=user, task_id=task_at(case, node).pk)
        case = Case.objects.get(pk=case.pk)
        names = [token.name for token in live_of(case).tokens]
        part = client.get(address).content.decode()
        assert [name for name in ("党组书记审批", "归档") if f"<li><b>{name}</b>" in part] == names
    assert "hx-get" not in client.get(address).content.decode(), "a case that has ended is asked for no more"
    assert client_of(cast.outsider).get(address).status_code == 404
