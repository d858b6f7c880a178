"""What follows a vote, read: duties with their dates, ratifications that are due, and what an item's page shows of it."""

from decisions.selectors.after.duties import Duty, duties, duties_of
from decisions.selectors.after.emergencies import missing_ratifications, ratifications_due

__all__ = ["Duty", "duties", "duties_of", "missing_ratifications", "ratifications_due"]
