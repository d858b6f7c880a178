"""What a change of substance makes run again, and a change of wording does not (R29)."""

from django.utils.translation import gettext as _

from decisions import stages
from decisions.models import Item, Opinion, RiskAssessment
from decisions.selectors.plans import opinions_outdated, plans_of, review_outdated
from workflows.models import CaseTask

LEGALITY, OPINIONS, RISK = "legality", "opinions", "risk"


def again_after_substance(item: Item) -> list[str]:
    """What stands now and would no longer count after a change of substance: ``legality``, ``opinions``, ``risk``."""
    return [kind for kind, _words in _standing(item)]


def substance_words(item: Item) -> list[str]:
    """The consequences of a change of substance as sentences; empty while nothing has been given on the plan."""
    return [words for _kind, words in _standing(item)]


def asked_again(item: Item) -> list[str]:
    """What has to run again because the plan has already changed in substance: the same words as `again_after_substance`."""
    found = [LEGALITY] if review_outdated(item) else []
    return [*found, OPINIONS] if opinions_outdated(item) else found


def _standing(item: Item) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    review = item.newest_review
    going_on = CaseTask.objects.filter(process=item.case_id, form=stages.LEGALITY, finished__isnull=True)
    if review is not None and not (item.case_id and going_on.exists()):
        words = _("第 %(version)s 版的合法性审查意见作废，重新审查。") % {"version": review.plan_version}
        found.append((LEGALITY, words))
    main = next((plan for plan in plans_of(item) if plan.is_main), None)
    if main is not None and main.asked_version:
        count = Opinion.objects.filter(item=item).count()
        words = _("方案退回编制，重新征求意见；已收到的 %(count)s 条意见留在记录里。") % {"count": count}
        found.append((OPINIONS, words))
    risk = RiskAssessment.objects.filter(item=item).first()
    if risk is not None:
        words = _("第 %(version)s 版的风险评估作废，重新评估。") % {"version": risk.plan_version}
        found.append((RISK, words))
    return found
