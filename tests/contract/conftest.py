"""The three apps with an alliance in them, in this process."""

from collections.abc import Iterator

import pytest

from tests.contract.place import Place, make_place
from tests.support.apps import Apps
from tests.support.databases import Templates


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # RFC 9864 renames EdDSA; the tokens keep the name that clients know.
    mark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
    for item in items:
        if "tests/contract/" in str(item.path):
            item.add_marker(mark)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="module")
def place(templates: Templates) -> Iterator[Place]:
    """An alliance of two bodies and another host, with people, a workshop and all its parts."""
    apps = Apps(templates)
    apps.start()
    yield make_place(apps)
    apps.close()


@pytest.fixture
def untouched(place: Place) -> Iterator[None]:
    """What a test changed is put back."""
    place.apps.keep()
    yield
    place.apps.put_back()
