from oneshot_lab.views.tables.class_table import ClassTable


def test_the_worst_class_comes_first_and_what_is_not_known_last():
    table = ClassTable()
    table.show_confusion(((9, 1, 0), (0, 0, 0), (4, 3, 3)), ("cat", "dog", "eel"))
    assert [row[1] for row in table.rows] == [
        ["eel", 0.3, 10, "cat (4)"],
        ["cat", 0.9, 10, "dog (1)"],
        ["dog", None, 0, None],
    ]
    table.show_confusion(((1, 0), (0, 1)))
    assert [row[1][0] for row in table.rows] == ["0", "1"]
    table.show_confusion(())
    assert table.rows == []
    table.close()
