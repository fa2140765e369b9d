"""Single messages, read."""

import pytest

from ami_bridge.messages import AmiMessage
from ami_bridge.readings import caller_name


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("王小明", "王小明"),
        (r"王\"小明\"", '王"小明"'),
        (r"王\\\"小明\\\"", '王"小明"'),
        (r"back\slash \n", r"back\slash \n"),
        ("<unknown>", None),
        ("", None),
    ],
)
def test_a_callers_name_is_shown_as_it_was_meant(sent: str, shown: str | None) -> None:
    assert caller_name(AmiMessage([("CallerIDName", sent)])) == shown
