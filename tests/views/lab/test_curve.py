from oneshot_lab.views.lab.curve import Curve


def test_the_loss_is_drawn_as_it_falls(session):
    curve = Curve(session)
    assert curve.empty.layout.display is None
    assert curve.figure.layout.display == "none"
    session.train(2)
    assert [*zip(curve.line.x.tolist(), curve.line.y.tolist(), strict=True)] == [*session.curve]
    assert curve.line.x[-1] == 2.0
    assert curve.empty.layout.display == "none"
    assert curve.figure.layout.display is None
    curve.close()
    session.train(1)


def test_another_training_begins_another_curve(session):
    curve = Curve(session)
    session.train(2)
    session.train(1)
    assert curve.line.x[-1] == 1.0
    curve.close()


def test_it_says_what_it_is_of(session):
    curve = Curve(session)
    assert curve.title.layout.display == "none"
    session.train(1)
    assert curve.title.value == "Training loss of the supernet"
    assert curve.title.layout.display is None
    session.step()
    titles = []
    curve.title.observe(lambda change: titles.append(change.new), "value")
    session.finalize(epochs=2)
    assert titles == ["Training loss of a final model"]
    later = Curve(session)
    assert later.title.value == "Training loss of a final model"
    session.train(1)
    assert curve.title.value == later.title.value == "Training loss of the supernet"
    for each in (curve, later):
        each.close()
