"""The ops of training on DTensor: which placements give which, for tensor parallelism.

Shards are quantised where they are, in blocks that begin with the shard: along K too, where one
that is no multiple of the block ends with a shorter block. So nothing is exchanged but what
nn.Linear exchanges. FSDP gathers weights before the ops see them, and needs none of this.

Importing this module registers the rules, and lets TrainingLinear take weights that are DTensors.
"""

from __future__ import annotations

import torch
from torch.distributed.tensor import DTensor, Partial, Replicate, Shard
from torch.distributed.tensor.experimental import register_sharding

from . import modules

_ops = torch.ops.gridquant
modules._distributed = DTensor


@register_sharding(_ops.training_linear.default)
def _training_linear(x, weight, bias, *recipe):
    """x [..., K], weight [N, K], bias [N] -> y [..., N]."""
    last, rest = len(x.shape) - 1, [None] * len(recipe)
    of_bias = lambda placement: None if bias is None else placement
    found = [
        ([Replicate()], [Replicate(), Replicate(), of_bias(Replicate()), *rest]),
        ([Shard(last)], [Replicate(), Shard(0), of_bias(Shard(0)), *rest]),
    ]
    found += [([Shard(i)], [Shard(i), Replicate(), of_bias(Replicate()), *rest]) for i in range(last)]
    if bias is None:  # which each shard would add
        found.append(([Partial()], [Shard(last), Shard(1), None, *rest]))
    return found


@register_sharding(_ops.training_linear_dgrad.default)
def _dgrad(dy, weight, *recipe):
    """dy [..., N], weight [N, K] -> dx [..., K]."""
    last, rest = len(dy.shape) - 1, [None] * len(recipe)
    found = [
        ([Replicate()], [Replicate(), Replicate(), *rest]),
        ([Shard(last)], [Replicate(), Shard(1), *rest]),
        ([Partial()], [Shard(last), Shard(0), *rest]),
    ]
    return found + [([Shard(i)], [Shard(i), Replicate(), *rest]) for i in range(last)]


@register_sharding(_ops.training_linear_wgrad.default)
def _wgrad(dy, x, *recipe):
    """dy [..., N], x [..., K] -> dweight [N, K]."""
    last, rest = len(dy.shape) - 1, [None] * len(recipe)
    found = [
        ([Replicate()], [Replicate(), Replicate(), *rest]),
        ([Shard(0)], [Shard(last), Replicate(), *rest]),
        ([Shard(1)], [Replicate(), Shard(last), *rest]),
    ]
    return found + [([Partial()], [Shard(i), Shard(i), *rest]) for i in range(last)]
