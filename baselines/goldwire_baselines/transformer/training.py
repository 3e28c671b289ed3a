"""Joint training of the encoder and all heads, one document a step."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

from goldwire_baselines.transformer.encoders import Encoder
from goldwire_baselines.transformer.layers import Settings
from goldwire_baselines.transformer.losses import losses
from goldwire_baselines.transformer.network import LONGEST_MENTION, LONGEST_TRIGGER, Network
from goldwire_baselines.transformer.pieces import Pieces, pieces_of
from goldwire_baselines.transformer.targets import Targets, targets
from goldwire_baselines.transformer.view import View
from goldwire_corpus.schema.document import Document


class Schedule(NamedTuple):
    """How the network is trained; learning rates rise linearly over `warmup` of the steps, then fall to zero."""

    epochs: int = 10
    encoder_rate: float = 2e-4
    head_rate: float = 1e-3
    decay: float = 0.01
    warmup: float = 0.1
    norm: float = 1.0


class Example(NamedTuple):
    pieces: Pieces
    targets: Targets


def train(
    encoder: Encoder, documents: Sequence[Document], seed: int, schedule: Schedule, settings: Settings
) -> Network:
    """Return a network trained on documents. Equal seeds and numbers of threads give equal networks on a CPU."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    order = random.Random(seed)
    with torch.random.fork_rng(), _deterministic(device.type == "cpu"):
        torch.manual_seed(seed)
        network: Network = Network(encoder.model, settings).to(device)
        # The vectors of word pieces are half of the parameters, of which the train part shows a few.
        network.encoder.get_input_embeddings().requires_grad_(False)
        examples = [_example(encoder, document) for document in documents]
        steps = schedule.epochs * len(examples)
        optimizer = torch.optim.AdamW(_groups(network, schedule), weight_decay=schedule.decay)
        rates = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / max(1, schedule.warmup * steps), 1 - step / steps)
        )
        network.train()
        for _ in range(schedule.epochs):
            for example in order.sample(examples, len(examples)):
                optimizer.zero_grad()
                found = losses(network, network.encode(example.pieces), example.targets)
                torch.stack(list(found.values())).sum().backward()
                torch.nn.utils.clip_grad_norm_(network.parameters(), schedule.norm)
                optimizer.step()
                rates.step()
    network.eval()
    return network


@contextmanager
def _deterministic(wanted: bool) -> Iterator[None]:
    """Sum gradients in the same order in every run, if wanted."""
    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(wanted, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])


def _example(encoder: Encoder, document: Document) -> Example:
    view = View(document)
    return Example(pieces_of(view, encoder), targets(view, LONGEST_MENTION, LONGEST_TRIGGER))


def _groups(network: Network, schedule: Schedule) -> list[dict[str, Any]]:
    own = [p for p in network.encoder.parameters() if p.requires_grad]
    known = {id(p) for p in network.encoder.parameters()}
    heads = [p for p in network.parameters() if id(p) not in known]
    return [{"params": own, "lr": schedule.encoder_rate}, {"params": heads, "lr": schedule.head_rate}]
