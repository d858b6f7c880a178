"""The product's settings, plus the peers' tables and a database of its own."""

import logging

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.peers"]
DATABASES["default"]["TEST"] = {"NAME": "sangong_benchmark"}
# SpiffWorkflow writes a line per step at INFO; nobody's writing of lines is to be measured.
LOGGING_CONFIG = None
logging.disable(logging.INFO)
