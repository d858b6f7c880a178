"""A button a page offers somebody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """What it says and where it leads. With `why` it is blocked and says why; `primary` is the one thing this user is asked to do;
    `minor` ones stand apart: a phone docks two at most."""

    label: str
    url: str
    why: str = ""
    primary: bool = False
    minor: bool = False
