"""Generated documentation and the catalogue of error ids."""

import build_pages
import error_catalogue


def test_generated_pages_are_current() -> None:
    for path, content in build_pages.outputs().items():
        assert path.read_text(encoding="utf-8") == content, f"{path.name}: run `make data`"


def test_every_error_id_has_an_entry() -> None:
    assert set(error_catalogue.ids_in_code()) - set(error_catalogue.meanings()) == set()


def test_every_entry_has_an_error_id_of_the_code() -> None:
    assert set(error_catalogue.meanings()) - set(error_catalogue.ids_in_code()) == set()
