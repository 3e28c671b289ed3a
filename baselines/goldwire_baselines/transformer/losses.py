"""Losses of all layers of a document, each divided by the number of items that the layer has to find."""

from typing import Any

import torch
from torch.nn import functional

from goldwire_baselines.transformer.labels import ATTRIBUTES, labels
from goldwire_baselines.transformer.layers import Tensor
from goldwire_baselines.transformer.network import ArgumentScores, Network
from goldwire_baselines.transformer.targets import IGNORED, Targets


def losses(network: Network, words: Tensor, gold: Targets) -> dict[str, Tensor]:
    """Return the loss of each layer by its name."""
    put, items = network.put, gold.items
    mentions, events = max(1, len(items.mentions)), max(1, len(items.events))
    types, levels, titles = network.mention_scores(words, *gold.spans)
    scores = network.trigger_scores(words, *gold.trigger_spans)
    found = {
        "mention": functional.cross_entropy(types, put(gold.types), reduction="sum") / mentions,
        "level": _chosen(levels, put(gold.levels)) / mentions,
        "title": functional.binary_cross_entropy_with_logits(titles, put(gold.titles).float(), reduction="sum")
        / mentions,
        "trigger": _multilabel(scores, put(gold.events)).sum() / events,
    }
    vectors = network.vectors(words, items.all)
    if items.mentions:
        own = vectors[: len(items.mentions)]
        places = network.head_scores(words, own, items.mentions)
        found["head"] = (
            functional.nll_loss(places.flatten(0, 1), put(gold.heads).T.flatten(), reduction="sum") / mentions
        )
        ranking = network.antecedent_scores(words, own, items.mentions, gold.coreference)
        found["coreference"] = _ranked(ranking, gold.coreference, gold.links, put) / mentions
    if items.events:
        found |= _event_losses(network, words, vectors, gold)
    return found


def _event_losses(network: Network, words: Tensor, vectors: Tensor, gold: Targets) -> dict[str, Tensor]:
    put, items, count = network.put, gold.items, len(gold.items.events)
    own = vectors[-count:]
    attributes, values = network.attribute_scores(own), put(gold.attributes)
    found = {name: _chosen(attributes[name], values[:, k]) / count for k, name in enumerate(ATTRIBUTES)}
    scores = network.argument_scores(words, vectors, items, gold.arguments)
    found["argument"] = _multilabel(scores.roles, put(gold.roles)).sum() / max(1, int(gold.roles.sum()))
    found["scope"] = _chosen(scores.scope, put(gold.scopes)) / max(1, int((gold.scopes != IGNORED).sum()))
    found |= {name: loss / count for name, loss in _pointers(scores, gold, put).items()}
    ranking = network.event_antecedent_scores(words, own, items.events, gold.event_coreference)
    found["event coreference"] = _ranked(ranking, gold.event_coreference, gold.event_links, put) / count
    if len(gold.relations):
        relations = network.relation_scores(words, own, items.events, gold.event_pairs)
        for k, (name, part) in enumerate(relations.items()):
            found[name] = _chosen(part, put(gold.relations[:, k])) / count
    return found


def _pointers(scores: ArgumentScores, gold: Targets, put: Any) -> dict[str, Tensor]:
    """Return the losses of sources, which are mentions or AUTHOR, and of days, those of times or the defaults."""
    left, right = put(gold.arguments.left), gold.arguments.right
    defaults = put(gold.defaults)
    mention = put(right < len(gold.items.mentions))
    kinds = [item.kind for item in gold.items.all]
    time = put([kinds[filler] == labels().value("TIME") for filler in right]).bool()
    found = {
        "source": _pointed(
            scores.source[mention], left[mention], put(gold.sources)[mention], scores.defaults[:, :1], defaults[:, :1]
        )
    }
    for k, name in enumerate(("earliest", "latest")):
        columns = slice(1 + 2 * k, 3 + 2 * k)
        found[name] = _pointed(
            scores.days[time, k], left[time], put(gold.days)[time, k], scores.defaults[:, columns], defaults[:, columns]
        )
    return found


def _chosen(scores: Tensor, gold: Tensor) -> Tensor:
    """Return the summed cross entropy of the rows that have a label."""
    return functional.cross_entropy(scores, gold, reduction="sum", ignore_index=IGNORED)


def _multilabel(scores: Tensor, gold: Tensor) -> Tensor:
    """Return the loss of each row, whose right labels should score above 0 and others below (Su et al. 2022).

    Scores of -inf are of labels that cannot be.
    """
    zero = scores.new_zeros(len(scores), 1)
    wrong = torch.cat([zero, scores.masked_fill(gold, -torch.inf)], dim=1).logsumexp(dim=1)
    missed = torch.cat([zero, (-scores).masked_fill(~gold, -torch.inf)], dim=1).logsumexp(dim=1)
    return wrong + missed


def _ranked(ranking: Tensor, pairs: Any, links: Any, put: Any) -> Tensor:
    """Return the summed negative log-probability of all right antecedents of each item (Lee et al. 2017)."""
    gold = torch.zeros_like(ranking, dtype=torch.bool)
    gold[put(pairs.right)[put(links)], put(pairs.left)[put(links)] + 1] = True
    gold[:, 0] = ~gold.any(dim=1)
    return (ranking.logsumexp(dim=1) - ranking.masked_fill(~gold, -torch.inf).logsumexp(dim=1)).sum()


def _pointed(scores: Tensor, left: Tensor, gold: Tensor, defaults: Tensor, gold_defaults: Tensor) -> Tensor:
    """Return the summed negative log-probability of the right candidates of each event that has one."""
    table = defaults.new_full((len(defaults), len(scores)), -torch.inf)
    at = torch.arange(len(scores), device=scores.device)
    right = torch.zeros_like(table, dtype=torch.bool)
    right[left, at] = gold
    table = torch.cat([defaults, table.index_put((left, at), scores)], dim=1)
    right = torch.cat([gold_defaults, right], dim=1)
    known = right.any(dim=1)
    table, right = table[known], right[known]
    return (table.logsumexp(dim=1) - table.masked_fill(~right, -torch.inf).logsumexp(dim=1)).sum()
