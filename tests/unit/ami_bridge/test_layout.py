"""Whose a channel is, by its name."""

import pytest

from ami_bridge.layout import LineLayout, Owner, Role, other_half

TAP = "04a823ac-e85c-4f78-8d59-497ba28f9642"


@pytest.mark.parametrize(
    ("channel", "owner"),
    [
        ("PJSIP/8001-0000001a", Owner(Role.AGENT, "8001")),
        ("SIP/8001-0000001a", Owner(Role.AGENT, "8001")),
        ("PJSIP/8001-0000001a<MASQ>", Owner(Role.AGENT, "8001")),
        ("PJSIP/trunk400-0000001a", Owner(Role.TRUNK, "trunk400")),
        ("PJSIP/4001-0000001a", Owner(Role.TRUNK, "4001")),
        ("PJSIP/not-listed-0000001a", Owner(Role.TRUNK, "not-listed")),
        ("PJSIP/800123-0000001a", Owner(Role.TRUNK, "800123")),
        ("DAHDI/i1/13800138000-1", Owner(Role.TRUNK, "i1/13800138000")),
        ("Local/8001@from-queue-00000005;1", Owner(Role.LOCAL, "8001@from-queue-00000005")),
        (f"AudioSocket/127.0.0.1:9092-{TAP}", Owner(Role.TAP, f"AudioSocket/127.0.0.1:9092-{TAP}")),
        ("Announcer/ARI-00000001", Owner(Role.OTHER, "Announcer/ARI-00000001")),
    ],
)
def test_owner(channel: str, owner: Owner) -> None:
    assert LineLayout(trunks=frozenset({"trunk400", "4001"})).owner(channel) == owner


def test_tap_ids_are_read_from_names_and_dial_strings() -> None:
    line = LineLayout()
    assert line.tap_id(f"AudioSocket/127.0.0.1:9092-{TAP}") == TAP
    assert line.tap_id(f"AudioSocket/127.0.0.1:9092/{TAP.upper()}/c(slin)") == TAP
    assert line.tap_id("AudioSocket/127.0.0.1:9092-nobody") is None
    assert line.tap_id(f"PJSIP/{TAP}") is None


@pytest.mark.parametrize(
    ("device", "agent"),
    [
        ("PJSIP/8001", "8001"),
        ("PJSIP/trunk400", None),
        ("PJSIP/4001", None),
        ("Queue:8001", None),
        ("Custom:DND/8001", None),
        ("Local/8001@agents", None),
        (f"AudioSocket/127.0.0.1:9092-{TAP}", None),
        ("8001", None),
    ],
)
def test_agents_of_devices(device: str, agent: str | None) -> None:
    assert LineLayout(trunks=frozenset({"4001"})).agent_of_device(device) == agent


def test_halves_of_local_channels() -> None:
    assert other_half("Local/1@x-1;1") == "Local/1@x-1;2"
    assert other_half("Local/1@x-1;2") == "Local/1@x-1;1"
    assert other_half("PJSIP/8001-1") is None
