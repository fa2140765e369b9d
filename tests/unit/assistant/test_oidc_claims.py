"""Who a person is by what the identity provider says."""

import pytest

from assistant.messages import Role
from assistant.web.oidc_claims import Claimed, NotAdmittedError, OidcSettings, who_is


def settings(role_claim: str | None = "groups", **claims: str) -> OidcSettings:
    roles: dict[str, Role] = {"a": "agent", "q": "quality", "s": "supervisor", "x": "admin"}
    return OidcSettings(
        issuer="https://login.example",
        client_id="hotline",
        client_secret="",
        own_address="https://desk.example",
        label="公司帐号登录",
        scopes="openid",
        extension_claim=claims.get("extension_claim", "ext"),
        name_claim=claims.get("name_claim", "name"),
        role_claim=role_claim,
        roles=roles,
    )


@pytest.mark.parametrize(
    ("groups", "role"),
    [("a", "agent"), (["a", "q"], "quality"), (["q", "s", "nothing"], "supervisor"), (["s", "x"], "admin")],
)
def test_of_several_roles_the_strongest_counts(groups: object, role: Role) -> None:
    assert who_is(settings(), {"ext": "8001", "name": " 刘敏 ", "groups": groups}) == Claimed(
        "8001", "刘敏", role
    )


@pytest.mark.parametrize("groups", [None, "z", [], [1, {"a": "a"}], {"a": True}])
def test_without_a_role_nobody_comes_in(groups: object) -> None:
    with pytest.raises(NotAdmittedError) as refused:
        who_is(settings(), {"ext": "8001", "groups": groups})
    assert (refused.value.refusal, refused.value.who) == ("no_role", "8001")


@pytest.mark.parametrize("extension", [None, 8001, "", "80 01", "../8001", "x" * 33])
def test_an_extension_that_is_none_has_no_account(extension: object) -> None:
    with pytest.raises(NotAdmittedError) as refused:
        who_is(settings(), {"ext": extension, "groups": "a"})
    assert refused.value.refusal == "no_account"


def test_claims_may_lie_deep_and_names_may_have_dots() -> None:
    found = who_is(
        settings(None, extension_claim="https://corp.example/ext", name_claim="profile.name"),
        {"https://corp.example/ext": "8001", "profile": {"name": "刘" * 80}},
    )
    assert found == Claimed("8001", "刘" * 64, None)


def test_who_has_no_name_is_called_by_extension() -> None:
    assert who_is(settings(None), {"ext": "8001"}).name == "8001"
