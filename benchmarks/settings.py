"""The product's settings, plus the peers' tables and a database of its own."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.peers"]
DATABASES["default"]["TEST"] = {"NAME": "sangong_benchmark"}
LOGGING_CONFIG = None
import logging
logging.disable(logging.INFO)
