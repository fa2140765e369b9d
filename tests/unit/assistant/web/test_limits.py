from assistant.web.limits import MovingWindow


def test_so_many_in_a_window_then_wait() -> None:
    window = MovingWindow(2, 10.0)
    assert [window.take("a", 0.0), window.take("a", 4.0), window.take("a", 5.0)] == [0.0, 0.0, 5.0]
    assert window.take("b", 5.0) == 0.0
    assert window.take("a", 10.0) == 0.0
    assert window.take("a", 10.0) == 4.0


def test_one_given_back_does_not_count() -> None:
    window = MovingWindow(1, 10.0)
    assert window.take("a", 0.0) == 0.0
    window.give_back("a")
    window.give_back("a")
    assert window.take("a", 1.0) == 0.0


def test_memory_is_bounded() -> None:
    window = MovingWindow(1, 10.0, max_keys=2)
    assert [window.take(key, 0.0) for key in "abc"] == [0.0, 0.0, 0.0]
    assert window.take("a", 0.0) == 0.0
    assert window.take("c", 0.0) == 10.0
