from assistant.people import ROLES, Person


def test_what_each_role_may_see() -> None:
    people = [Person(1, "8001", "王", role) for role in ROLES]
    assert [(p.role, p.supervises, p.sees_all_calls, p.sees_numbers) for p in people] == [
        ("agent", False, False, True),
        ("supervisor", True, True, True),
        ("quality", False, True, False),
        ("admin", True, True, False),
    ]
