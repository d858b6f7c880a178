"""Two versions of a flow beside each other: what differs, element by element, and which node goes on as which. Pure."""

from .difference import Change, Detail, Difference, diff
from .mapping import Proposal, propose

__all__ = ["Change", "Detail", "Difference", "Proposal", "diff", "propose"]
