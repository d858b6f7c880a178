"""Who reads the dissent of whom (R31): it can lessen a member's later responsibility, and names them."""

from permissions.models import Role, User
from permissions.policies import held

_keepers = held(Role.Code.SECRETARY, Role.Code.AUDITOR)


def keeps_the_record(actor: User) -> bool:
    """Whether the actor reads everybody's dissent: a secretary of either body, or an auditor."""
    return bool(_keepers.verdict(actor, None))


def reads_dissent_of(actor: User, person: User) -> bool:
    """One's own dissent, and everybody's for those who keep the record."""
    return actor.pk == person.pk or keeps_the_record(actor)
