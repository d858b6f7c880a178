"""The example town's business: items in various stages, driven through the real actions.

The matters are those the public account of the town tells of; texts, figures and opinions are made up around them. Times
are counted back from now, so that the example is always of this week.
"""

from django.db import transaction
from django.utils import timezone

from decisions.example.office import Office
from decisions.models import Item, ItemCounter, SittingCounter
from permissions.models import User

#: Numbers given out on paper before the house was set up, so that the first item here is 议〔…〕9号.
PAPER_ITEMS = 8
PAPER_SITTINGS = 7


@transaction.atomic
def load_business() -> bool:
    """The items and the sitting being prepared. Does nothing, and says so by False, where there are items already."""
    if Item.objects.exists():
        return False
    people = {user.username: user for user in User.objects.all()}
    town = Office(people, timezone.localtime())
    ItemCounter.objects.create(year=town.now.year, last=PAPER_ITEMS)
    SittingCounter.objects.get_or_create(year=town.now.year, defaults={"last": PAPER_SITTINGS})
    town.rice_and_shrimp()
    town.grain_station()
    roads = town.village_roads()
    exchange = town.cadre_exchange()
    town.river_belt()
    town.grid_force()
    town.labour_matching()
    town.school_draft()
    town.prepare_sitting(roads, exchange)
    town.flood()
    return True
