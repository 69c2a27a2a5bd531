import pytest

from crm.extensions import Registry


def test_hooks_are_read_in_the_order_in_which_they_were_registered() -> None:
    registry: Registry[int] = Registry()
    registry.register("b", 2)
    registry.register("a", 1)
    assert (list(registry.all()), registry.names(), registry.get("a"), registry.get("c")) == (
        [2, 1],
        ["b", "a"],
        1,
        None,
    )


def test_registering_the_same_hook_again_is_no_fault_but_another_one_is() -> None:
    registry: Registry[int] = Registry()
    registry.register("a", 1)
    registry.register("a", 1)
    with pytest.raises(ValueError, match="a is registered twice"):
        registry.register("a", 2)
