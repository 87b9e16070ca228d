from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.utils.data import Dataset
from torchvision.transforms import v2

from oneshot_lab.errors import DataError, SessionError
from oneshot_lab.session.saving.fingerprint import differences, fingerprint
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import load_data
from tests.session.sessions import SMALL
from tests.session.state.test_origin import fill


def on(data, **options):
    return SearchSession("lenet", data, **(SMALL | options))


def load(path, **options):
    return SearchSession.load(path, bar=False, device="cpu", **options)


class Pictures(Dataset):
    """Forty images of two classes, transformed whenever one is asked for."""

    def __init__(self, transform, *, targets=tuple(index % 2 for index in range(40))):
        self.transform, self.targets = transform, targets
        self.images = torch.from_numpy(np.random.default_rng(0).random((40, 1, 8, 8), dtype=np.float32))

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.transform(self.images[index]), self.targets[index]


def noisy(image):
    return image + torch.rand(1)


def test_data_without_a_name_must_be_given_again(saved):
    with pytest.raises(SessionError, match=r"the data had no name; give the data again: load\(path, data=…\)"):
        SearchSession.load(saved)


def test_other_data_are_refused_with_what_differs(saved, data):
    images = np.random.default_rng(0).random((60, 12, 12, 3))
    arrays = (images, np.arange(60) % 3)
    relabelled = replace(data, test=replace(data.test, labels=(data.test.labels + 1) % 10))
    cases = {
        r"a mean of 0\.9 rather than 4\.": replace(data, mean=(0.9,)),
        r"a deviation of 0\.9 rather than 6\.": replace(data, std=(0.9,)),
        "other labels, or the same labels in another order or split": relabelled,
        "other labels": load_data("digits", limit=400, seed=1),
        "images of 3×12×12 rather than images of 1×8×8; 3 classes rather than 10 classes; 43 ": arrays,
        "1,294 training images, 144 validation images, 359 test images rather than 288 training images": "digits",
    }
    for words, other in cases.items():
        with pytest.raises(SessionError, match=f"the session was made with other data than .*: {words}") as caught:
            SearchSession.load(saved, data=other)
        assert caught.value.where == str(saved)
    with pytest.raises(DataError, match="did you mean 'digits'"):
        SearchSession.load(saved, data="digit")


def test_the_last_digits_of_a_mean_do_not_make_other_data(saved, data):
    nearly = replace(data, mean=tuple(value * 1.00001 for value in data.mean))
    assert SearchSession.load(saved, data=nearly, bar=False).generations


def test_names_do_not_make_other_data(saved, data):
    known = fingerprint(data)
    assert differences(known, fingerprint(replace(data, name="another"))) == {}
    assert differences(known, fingerprint(replace(data, class_names=tuple("abcdefghij")))) == {}
    assert SearchSession.load(saved, data=replace(data, name="another"), bar=False).generations


def test_a_folder_may_be_renamed(tmp_path):
    folder = fill(tmp_path / "before")
    on(folder).save(tmp_path / "a.oneshot")
    renamed = folder.rename(tmp_path / "after")
    (renamed / "down").rename(renamed / "downwards")
    back = load(tmp_path / "a.oneshot", data=renamed)
    assert (back.data.name, back.data.class_names) == ("after", ("across", "downwards"))
    back.save(tmp_path / "b.oneshot")
    assert load(tmp_path / "b.oneshot").data_source == str(renamed)


@pytest.mark.parametrize("transform", [noisy, v2.RandomHorizontalFlip(), v2.RandomErasing(p=0.9, value=1)])
def test_a_dataset_that_draws_its_images_is_the_same_data(transform, tmp_path):
    dataset = Pictures(transform)
    for source in (dataset, (dataset, dataset), {"train": dataset}):
        on(source).save(tmp_path / "a.oneshot")
        assert load(tmp_path / "a.oneshot", data=source).data.classes == 2


def test_where_no_image_is_drawn_they_are_compared(tmp_path):
    on(Pictures(lambda image: image)).save(tmp_path / "a.oneshot")
    with pytest.raises(SessionError, match=r"a mean of 1\.\d+ rather than 0\."):
        load(tmp_path / "a.oneshot", data=Pictures(lambda image: image + 1))


def test_of_images_that_are_drawn_all_else_is_compared(tmp_path):
    on(Pictures(noisy)).save(tmp_path / "a.oneshot")
    with pytest.raises(SessionError, match="other labels"):
        load(tmp_path / "a.oneshot", data=Pictures(noisy, targets=tuple(index // 20 for index in range(40))))


def test_loaded_data_that_were_drawn_ask_for_the_dataset(tmp_path):
    dataset = Pictures(noisy)
    on(dataset).save(tmp_path / "a.oneshot")
    drawn = load_data(dataset)
    drawn = replace(drawn, mean=tuple(value + 0.1 for value in drawn.mean))
    with pytest.raises(
        SessionError, match="if a Dataset draws its images at random, such as for augmentation, give the Dataset itself"
    ):
        load(tmp_path / "a.oneshot", data=drawn)
    same = load_data(dataset)
    on(same).save(tmp_path / "b.oneshot")
    assert load(tmp_path / "b.oneshot", data=same).data is same
