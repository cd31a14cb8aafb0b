"""The finders that a card can name."""

from anonkit.detect.finders.base import Finder
from anonkit.detect.finders.credentials import CREDENTIALS
from anonkit.detect.finders.email import EMAIL
from anonkit.detect.finders.geo import GEO_PAIR
from anonkit.detect.finders.ip import IP
from anonkit.detect.finders.login import LOGIN
from anonkit.detect.finders.media import IMAGE
from anonkit.detect.finders.user_agent import USER_AGENT

FINDERS: dict[str, Finder] = {
    "credentials": CREDENTIALS,
    "email": EMAIL,
    "geo_pair": GEO_PAIR,
    "image": IMAGE,
    "ip": IP,
    "login": LOGIN,
    "user_agent": USER_AGENT,
}
NAMED_BY_MODEL = {"person": "PERSON", "address": "ADDRESS", "organization": "ORGANIZATION"}
"""The finders without code of their own: no trigger says where names are, the sources of `detect.names` do."""
