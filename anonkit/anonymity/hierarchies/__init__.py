"""Which hierarchies come with anonkit? One builder for each kind of values, and one that chooses among them."""

from anonkit.anonymity.hierarchies.bands import Ages, Bands
from anonkit.anonymity.hierarchies.codes import Masked, PhonePrefixes, Postcodes
from anonkit.anonymity.hierarchies.dates import Dates
from anonkit.anonymity.hierarchies.files import Categories
from anonkit.anonymity.hierarchies.networks import Networks
from anonkit.anonymity.hierarchies.ordered import Flat, Frequent, Ordered
from anonkit.anonymity.hierarchies.places import Addresses, Divisions
from anonkit.anonymity.hierarchies.suggest import suggested
from anonkit.anonymity.hierarchies.values import OTHER, Builder, text_of

__all__ = [
    "OTHER",
    "Addresses",
    "Ages",
    "Bands",
    "Builder",
    "Categories",
    "Dates",
    "Divisions",
    "Flat",
    "Frequent",
    "Masked",
    "Networks",
    "Ordered",
    "PhonePrefixes",
    "Postcodes",
    "suggested",
    "text_of",
]
