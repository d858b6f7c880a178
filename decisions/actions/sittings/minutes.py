"""The minutes of one item in one sitting: drafted from the record, corrected by a secretary, checked by a secretary of the
other side (R32), signed by both chairs (R45)."""

from django.utils.translation import gettext as _

from decisions import rules, stages
from decisions.actions.after.duties import decision_signed
from decisions.actions.items.common import save
from decisions.actions.sittings.common import log_entry
from decisions.models import AgendaEntry, Minutes, MinutesCheck, SignOff
from decisions.policies.decided import carried
from decisions.policies.signing import Signer, signers_of, signs_for
from decisions.policies.sittings import bodies_of
from decisions.selectors.minutes import checking_bodies, compose, counts, left_out
from permissions import roles
from permissions.access import fetch
from permissions.errors import Conflict, Denied, Invalid, WrongState
from permissions.models import Body, Role, User
from permissions.policies import role_key
from permissions.transactions import action
from workflows import clock
from workflows.actions import task_ask, task_complete
from workflows.models import CaseTask


@action
def minutes_draft(*, actor: User, entry: AgendaEntry) -> Minutes:
    """Draft the minutes of an entry whose result has just been announced, under the sitting's lock the caller holds.

    No policy of its own: announcing a result is what drafts them. A second time returns the first draft.
    """
    known = Minutes.objects.filter(entry=entry).first()
    if known is not None:
        return known
    numbers = counts(entry)
    text = compose(entry)
    minutes = Minutes(
        entry=entry,
        text=text,
        counts=numbers,
        document_hash=rules.document_hash(text, numbers),
        saved_by=actor,
        saved_at=clock.now(),
    )
    save(minutes, actor, "minutes_draft")
    log_entry(entry, actor, "minutes_draft", minutes, version=1, document_hash=minutes.document_hash)
    return minutes


@action
def minutes_edit(*, actor: User, minutes_id: int, text: str, version: int) -> Minutes:
    """Correct the text. `version` is the one the writer started from. Every edit voids the check and the signatures given
    so far (R45).

    Text that is not different changes nothing. Raises `Conflict` (somebody saved meanwhile), `WrongState` (both
    signed).
    """
    minutes = _lock(actor, "minutes_edit", minutes_id)
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if text == minutes.text:
        return minutes
    if version != minutes.version:
        raise Conflict(
            _("纪要在您打开之后已有第 %(version)s 稿。您写的内容还在下面，请对照新稿后再保存。")
            % {"version": minutes.version},
            code="edited",
        )
    if not text:
        raise Invalid(_("纪要正文不能为空。"), fields={"text": _("请填写纪要正文。")})
    lost = left_out(minutes.entry, text)
    if lost:
        raise Invalid(
            _("不同意见要逐字保留（R30、R31）。"),
            code="dissent_missing",
            fields={
                "text": _("请把%(who)s的不同意见原样放回正文：%(words)s")
                % {"who": lost[0].position, "words": lost[0].line}
            },
        )
    if _complete(minutes):
        raise WrongState(_("两位班长都已签署，纪要不能再改。需要更正时，请在下一次会议上提出。"), code="signed")
    now = clock.now()
    old_hash = minutes.document_hash
    minutes.text, minutes.version = text, minutes.version + 1
    minutes.document_hash = rules.document_hash(text, minutes.counts)
    minutes.saved_by, minutes.saved_at = actor, now
    # Void first: the database refuses to change what is signed or checked.
    voided = minutes.sign_offs.filter(voided_at__isnull=True).update(voided_at=now)
    unchecked = minutes.checks.filter(voided_at__isnull=True).update(voided_at=now)
    save(minutes, actor, "minutes_edit")
    log_entry(
        minutes.entry,
        actor,
        "minutes_edit",
        minutes,
        version=minutes.version,
        old=old_hash,
        new=minutes.document_hash,
        voided=voided,
        unchecked=unchecked,
    )
    return minutes


@action
def minutes_check(*, actor: User, minutes_id: int, document_hash: str) -> MinutesCheck:
    """Confirm that the draft agrees with the record: a secretary of the side that did not write it (R32).

    `document_hash` is the hash shown to the checker. Checking the same version twice is one check. Raises `Denied` (the
    writer's own side), `Conflict` (the text has changed since it was read).
    """
    minutes = _lock(actor, "minutes_check", minutes_id)
    if document_hash != minutes.document_hash:
        raise Conflict(
            _("纪要在您打开之后已改为第 %(version)s 稿，校核没有提交。请重新阅读后再校核。")
            % {"version": minutes.version},
            code="edited",
            data={"version": minutes.version},
        )
    known = minutes.checks.filter(version=minutes.version).first()
    if known is not None:
        return known
    body = _checks_for(actor, minutes)
    check = MinutesCheck.objects.create(
        minutes=minutes, version=minutes.version, body=body, by=actor, document_hash=document_hash, at=clock.now()
    )
    log_entry(
        minutes.entry,
        actor,
        "minutes_check",
        check,
        body=body.code,
        version=minutes.version,
        document_hash=document_hash,
    )
    return check


def _checks_for(actor: User, minutes: Minutes) -> Body:
    """The body whose secretary the actor checks as. Raises `Denied` for the writer, and for the writer's own side."""
    allowed = checking_bodies(minutes)
    found = [body for body in allowed if roles.holds(actor, role_key(Role.Code.SECRETARY, body))]
    if not found or actor.pk == minutes.saved_by_id:
        raise Denied(
            _("纪要由另一方的秘书校核。这一稿由%(writer)s形成，请%(body)s的秘书校核（R32）。")
            % {"writer": minutes.saved_by.label, "body": _("或").join(body.label for body in allowed)},
            code="own_draft",
        )
    return found[0]


@action
def minutes_sign(*, actor: User, minutes_id: int, document_hash: str, body: str = "") -> SignOff:
    """Sign for one's body exactly the document one has read. The flow goes on once both chairs have signed the same
    one.

    `document_hash` is the hash shown to the signer; `body` (a code) is only needed by somebody who chairs both. Signing
    the same document twice is one signature. Raises `Denied` (not the chair), `Conflict` (the text has changed since),
    `WrongState` (nobody of the other side has checked this version, R32).
    """
    minutes = _lock(actor, "minutes_sign", minutes_id)
    signing = _signer(actor, minutes, body)
    signer = signing.body
    if document_hash != minutes.document_hash:
        raise Conflict(
            _("纪要在您打开之后已改为第 %(version)s 稿，您的签名没有提交。请重新阅读后再签署。")
            % {"version": minutes.version},
            code="edited",
            data={"version": minutes.version},
        )
    known = minutes.sign_offs.filter(version=minutes.version, body=signer).first()
    if known is not None:
        return known
    if not minutes.checks.filter(version=minutes.version, voided_at__isnull=True).exists():
        raise WrongState(
            _("第 %(version)s 稿还没有校核，不能签署。请%(body)s的秘书先校核（R32）。")
            % {
                "version": minutes.version,
                "body": _("或").join(body.label for body in checking_bodies(minutes)),
            },
            code="unchecked",
        )
    sign_off = SignOff.objects.create(
        minutes=minutes,
        version=minutes.version,
        body=signer,
        by=actor,
        document_hash=document_hash,
        at=clock.now(),
    )
    log_entry(
        minutes.entry,
        actor,
        "minutes_sign",
        sign_off,
        body=signer.code,
        version=minutes.version,
        document_hash=document_hash,
        means="system",
        **({"stands_in": signing.seat.position} if signing.seat is not None else {}),
    )
    _complete_tasks(minutes, signer, actor)
    if _complete(minutes):
        decision_signed(actor=actor, entry=minutes.entry)
    return sign_off


def _lock(actor: User, act: str, minutes_id: int) -> Minutes:
    rows = Minutes.objects.select_for_update(of=("self", "entry__item"), no_key=True).select_related(
        "entry__item__case", "entry__sitting", "saved_by"
    )
    return fetch(rows, actor, act, minutes_id)


def _signer(actor: User, minutes: Minutes, code: str) -> Signer:
    """For which body the actor signs, as its chair or in the place of a recused one. Raises `Denied` for any other body."""
    bodies = bodies_of(minutes.entry.sitting)
    chaired = [one for one in signs_for(actor, minutes.entry, bodies) if code in ("", one.body.code)]
    if not chaired:
        raise Denied(_("纪要由两个班子的班长签署，您不是这个班子的班长。"), code="role")
    if len(chaired) > 1:
        raise Invalid(_("您是两个班子的班长，请选择代表哪个班子签署。"), code="which_body")
    return chaired[0]


def _complete(minutes: Minutes) -> bool:
    bodies = {body.code for body in bodies_of(minutes.entry.sitting)}
    signatures = [sign_off.signature for sign_off in minutes.sign_offs.select_related("body")]
    return rules.complete(bodies, signatures, minutes.document_hash)


def _complete_tasks(minutes: Minutes, signer: Body, actor: User) -> None:
    """Complete the signer's task in the flow; the last signature leads out of it, and must not before all are valid.

    Only the minutes of the sitting that passed the item, or whose split the superior ruled for, lead anywhere: an earlier split
    is signed for the file alone.
    An edit after the first signature voids it while its task is already done. Then the other chair's signature alone
    must not end the flow's waiting: their task stays open until the first has signed again, and is completed with it.
    """
    entry = minutes.entry
    later = AgendaEntry.objects.filter(item=entry.item_id, announced_at__gt=entry.announced_at)
    if entry.item.case_id is None or not carried(entry) or later.exists():
        return
    waiting = list(
        CaseTask.objects.filter(process_id=entry.item.case_id, finished__isnull=True, form=stages.SIGN).order_by("pk")
    )
    valid = {
        role_key(Role.Code.CHAIR, sign_off.body): sign_off.by
        for sign_off in minutes.sign_offs.filter(voided_at__isnull=True).select_related("body", "by")
    }
    standing_in = {
        role_key(Role.Code.CHAIR, one.body)
        for one in signers_of(entry, bodies_of(entry.sitting))
        if one.seat is not None
    }
    done = _complete(minutes)
    own_key = role_key(Role.Code.CHAIR, signer)
    for task in waiting:
        key = next((key for key in task.candidate_groups if key in valid), "")
        others = [other for other in waiting if other.pk != task.pk]
        if key and (done or (key == own_key and others)):
            if key in standing_in:
                task_ask(actor=actor, task_id=task.pk, user=valid[key], reason="R24")
            task_complete(actor=valid[key], task_id=task.pk)
