from oneshot_lab.supernet.data.notes import counted, named


def test_the_first_are_named_and_the_rest_counted() -> None:
    assert named(["a"]) == "a"
    assert named(["a", "b", "c"]) == "a, b, c"
    assert named(range(1234)) == "0, 1, 2 and 1,231 more"
    assert named(["a", "b"], most=1) == "a and 1 more"


def test_one_is_one() -> None:
    assert counted("picture", "pictures", ["a.png"]) == "1 picture (a.png)"
    assert counted("picture", "pictures", [f"{index}.png" for index in range(5)]) == (
        "5 pictures (0.png, 1.png, 2.png and 2 more)"
    )
