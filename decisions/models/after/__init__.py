"""What follows a vote: a split and its route, publication, execution, change, reconsideration, emergencies, evaluation.

What somebody said, ruled, reported or supported is a record: the database itself refuses to change or delete it (N11).
"""

from decisions.models.after.emergency import EmergencyDecider, EmergencyDecision, EmergencyReport
from decisions.models.after.evaluation import Evaluation
from decisions.models.after.execution import Acceptance, Milestone, ProgressReport, Reminder
from decisions.models.after.publication import Publication, SuperiorReport
from decisions.models.after.revision import Reconsideration, ReconsiderationSupport, Suspension
from decisions.models.after.split import SplitChoice, SuperiorRuling

__all__ = [
    "Acceptance",
    "EmergencyDecider",
    "EmergencyDecision",
    "EmergencyReport",
    "Evaluation",
    "Milestone",
    "ProgressReport",
    "Publication",
    "Reconsideration",
    "ReconsiderationSupport",
    "Reminder",
    "SplitChoice",
    "SuperiorReport",
    "SuperiorRuling",
    "Suspension",
]
