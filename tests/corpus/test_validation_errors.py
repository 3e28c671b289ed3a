"""Validation errors: order, limit and groups."""

from goldwire_corpus.errors import ErrorList, ValidationError, group_errors


def error(line: int, id: str, message: str = "m") -> ValidationError:
    return ValidationError("a.jsonl", line, id, message)


def test_errors_are_grouped_by_id_with_the_first_of_each() -> None:
    found = group_errors([*(error(line, "type-unknown") for line in range(8, 0, -1)), error(3, "json")])
    assert [(group.id, group.total, group.rest) for group in found] == [("type-unknown", 8, 3), ("json", 1, 0)]
    assert [e.line for e in found[0].errors] == [1, 2, 3, 4, 5]


def test_number_of_errors_shown_can_be_chosen() -> None:
    (group,) = group_errors([error(1, "json"), error(2, "json")], shown=1)
    assert ([e.line for e in group.errors], group.rest) == ([1], 1)


def test_no_errors_give_no_group() -> None:
    assert group_errors([]) == []


def test_items_are_ordered_by_their_number() -> None:
    (group,) = group_errors([error(1, "id", "mentions[10]"), error(1, "id", "mentions[9]")])
    assert [e.message for e in group.errors] == ["mentions[9]", "mentions[10]"]


def test_errors_beyond_the_limit_are_counted() -> None:
    errors = ErrorList()
    for line in range(ErrorList.MOST + 3):
        errors.append(error(line + 1, "json"))
    assert len(errors.listed()) == ErrorList.MOST + 1
    assert "3 more errors" in {e.message for e in errors.listed()}
