"""NNI's half of `train_vs_nni`; runs in an environment of its own, without this package.

Reads the number of images and of threads from the command line. Each line on standard input trains the
single-choice LeNet for one epoch; the seconds that it took are printed.
"""

from __future__ import annotations

import sys
import time
import warnings


def main(images: int, threads: int) -> None:
    import pytorch_lightning
    import torch
    import torch.nn.functional as F
    from nni.nas.evaluator.pytorch import LightningModule
    from nni.nas.nn.pytorch import LayerChoice, ModelSpace
    from nni.nas.strategy import RandomOneShot
    from torch import nn
    from torch.utils.data import DataLoader

    torch.set_num_threads(threads)

    def convolutions(inputs: int, outputs: int, label: str) -> LayerChoice:
        choices = [nn.Conv2d(inputs, outputs, 3 + 2 * padding, padding=padding) for padding in (0, 1, 2)]
        return LayerChoice(choices, label=label)

    class LeNet(ModelSpace):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = convolutions(1, 6, "first"), convolutions(6, 16, "second")
            two = nn.Sequential(nn.Linear(400, 120), nn.Linear(120, 84))
            self.third, self.last = LayerChoice([nn.Linear(400, 84), two], label="third"), nn.Linear(84, 10)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.first(x)), 2)
            x = F.max_pool2d(F.relu(self.second(x)), 2)
            return self.last(F.relu(self.third(x.flatten(1))))

    class Training(LightningModule):
        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.05, 0.9)

        def training_step(self, batch, _index):
            x, y = batch
            return F.cross_entropy(self.model(x), y)

        def validation_step(self, _batch, _index) -> None: ...

    class Clock(pytorch_lightning.Callback):
        seconds = 0.0

        def on_train_epoch_start(self, *_: object) -> None:
            self.seconds = -time.perf_counter()

        def on_train_epoch_end(self, *_: object) -> None:
            self.seconds += time.perf_counter()

    strategy, space, training = RandomOneShot(), LeNet(), Training()
    training.set_model(strategy.mutate_model(space))
    module = strategy.configure_oneshot_module(training)
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(images, 1, 28, 28, generator=generator)
    y = torch.randint(10, (images,), generator=generator)
    # Batches are ready made: it is the training that is compared, not the loading of data.
    batches = DataLoader(list(zip(x.split(64), y.split(64), strict=True)), batch_size=None, shuffle=True)
    for _ in sys.stdin:
        clock = Clock()
        trainer = pytorch_lightning.Trainer(
            max_epochs=1,
            accelerator="cpu",
            callbacks=[clock],
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(module, batches)
        print(f"seconds {clock.seconds}", flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]), int(sys.argv[2]))
