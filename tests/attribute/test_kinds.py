"""What the definitions say of an attribute's values is what its values are, and what schemas say of it."""

from __future__ import annotations

import orjson
import pytest

from hundredfold.attribute.column import Pool
from hundredfold.attribute.kinds import ANY, Field, fields
from hundredfold.attribute.plan import plan
from hundredfold.definition.load import from_document
from hundredfold.errors import DefinitionError
from hundredfold.publish.compatible import Incompatible, check
from hundredfold.publish.schema import schema_of, text_of

ORDER = {"event": "Order Completed"}
TOTAL = ORDER | {"value": "properties.total"}
ATTRIBUTES = {
    "orders": (ORDER | {"aggregate": "count"}, ("count",)),
    "shops": (ORDER | {"by": "properties.shop", "aggregate": "distinct"}, ("count",)),
    "revenue": (TOTAL | {"aggregate": "sum"}, ("number",)),
    "largest": (TOTAL | {"aggregate": "max"}, ("number",)),
    "first_at": (ORDER | {"value": "timestamp", "aggregate": "min"}, ("time",)),
    "first_total": (TOTAL | {"aggregate": "first"}, ANY),
    "first_code": (TOTAL | {"aggregate": "first", "type": "text"}, ("text",)),
    "favourite": (TOTAL | {"by": "properties.shop", "aggregate": "most_frequent"}, ANY),
    "email": ({"trait": "email"}, ANY),
    "age": ({"trait": "age", "type": "number"}, ("number",)),
    "born": ({"trait": "born", "type": "time"}, ("time",)),
    "average": ({"formula": "revenue / orders"}, ("number",)),
    "again": ({"formula": "orders"}, ("number",)),
    "large": ({"formula": "revenue > 10 or orders > 3"}, ("boolean",)),
    "kind": ({"formula": "case when large then 'large' else null end"}, ("text",)),
    "mixed": ({"formula": "if(large, revenue, 'small')"}, ("number", "text")),
    "latest": ({"formula": "coalesce(first_at, born, now())"}, ("time",)),
    "never": ({"formula": "coalesce(null)"}, ("text",)),
    "layer": ({"formula": "tier(revenue, 3)"}, ("number",)),
    "part": ({"formula": "part_of_day(first_at)"}, ("text",)),
    "domain": ({"formula": "split_part(first_code, '@', 2)"}, ("text",)),
    "second_at": ({"formula": "nth(times, 2)"}, ("time",)),
    "new_shop_at": (ORDER | {"by": "properties.shop", "aggregate": "last_new"}, ("time",)),
    "visits": (ORDER | {"aggregate": "visits"}, ("count",)),
}
LISTS = {
    "shops_seen": (ORDER | {"by": "properties.shop", "aggregate": "unique_list"}, ANY),
    "times": (ORDER | {"value": "timestamp", "aggregate": "list", "k": 3}, ("time",)),
}


def planned(attributes):
    return plan(from_document({"attributes": attributes}), Pool())


def test_every_attribute_has_the_kinds_that_its_definition_allows():
    written = {name: written for name, (written, _) in (ATTRIBUTES | LISTS).items()}

    found = {field.name: field for field in fields(planned(written))}

    assert found == {name: Field(name, kinds, name in LISTS) for name, (_, kinds) in (ATTRIBUTES | LISTS).items()}


def test_the_order_of_definitions_changes_no_schema():
    written = {name: written for name, (written, _) in (ATTRIBUTES | LISTS).items()}
    back = dict(reversed(written.items()))

    assert text_of(schema_of(fields(planned(written)))) == text_of(schema_of(fields(planned(back))))


def schema(*attributes: Field) -> str:
    return text_of(schema_of(attributes))


NUMBER, TEXT, TIMES = Field("x", ("number",)), Field("x", ("text",)), Field("x", ("time",), many=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((), (NUMBER,)),
        ((NUMBER,), ()),
        ((NUMBER,), (Field("x", ANY),)),
        ((TIMES,), (TIMES, Field("y", ("count",)))),
        ((TIMES,), (Field("x", ANY, many=True),)),
    ],
)
def test_what_can_be_read_is_let_in(old, new):
    check(schema(*old), schema(*new))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (NUMBER, TEXT, "`values.x` was decimal and is now null or string"),
        (Field("x", ANY), NUMBER, "`values.x` was boolean and is now null or decimal"),
        (TIMES, Field("x", ("time",)), "`values.x` was a list of timestamp-micros and is now null or timestamp-micros"),
        (Field("x", ("count",)), Field("x", ("time",)), "`values.x` was long and is now null or timestamp-micros"),
    ],
)
def test_what_cannot_is_refused_by_the_field_s_name(old, new, said):
    with pytest.raises(Incompatible) as refused:
        check(schema(old), schema(new))

    assert said in str(refused.value)
    assert "a new name" in str(refused.value)


def test_a_new_field_without_a_default_is_refused():
    new = schema_of(())
    new["fields"].append({"name": "further", "type": "string"})

    with pytest.raises(Incompatible, match="`further` is new and has no default"):
        check(schema(), orjson.dumps(new).decode())


def test_an_entry_of_what_is_no_list_is_a_mistake():
    attributes = {"orders": ORDER | {"aggregate": "count"}, "second": {"formula": "nth(orders, 2)"}}

    with pytest.raises(DefinitionError, match="attribute second: orders is no list; name an attribute with list"):
        plan(from_document({"attributes": attributes}), Pool())
