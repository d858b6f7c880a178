"""The product's settings, plus the peers' tables and a database of its own."""

import logging

from config.settings import *  # noqa: F403
from config.settings import DATABASE_OWNER, DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.peers"]
# A database of its own is made and dropped by the owner.
DATABASES["default"] |= DATABASE_OWNER
DATABASE_OWNER = {}
DATABASES["default"]["TEST"] = {"NAME": "sangong_benchmark"}
# SpiffWorkflow writes a line per step at INFO; nobody's writing of lines is to be measured.
LOGGING_CONFIG = None
logging.disable(logging.INFO)
