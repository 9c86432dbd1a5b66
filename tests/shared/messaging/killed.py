"""A relay and a consumer in a process that kill points may end at any instant."""

import sys

from shared.database import Database
from tests.shared.messaging.travel import (
    Place,
    Running,
    consuming,
    count,
    effects,
    relay_of,
    until,
)


def main(teller: str, hearer: str, broker_url: str, expected: str) -> None:
    place = Place(Database(teller), Database(hearer), broker_url)
    with Running(relay_of(place).run), consuming(place):
        until(lambda: count(place.hearer, effects) >= int(expected), seconds=60)


if __name__ == "__main__":
    main(*sys.argv[1:])
