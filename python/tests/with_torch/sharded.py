"""Two processes, on the CPU with gloo or on two GPUs with NCCL: an MLP sharded by FSDP2, then by
tensor parallelism, beside the same on one. Run by test_distributed.py and the suite for torch:

    sharded.py FOLDER [cpu|cuda]
    sharded.py --precompile FOLDER --target h200    # what it needs on GPUs
"""

import copy
import os
import sys

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.distributed.device_mesh import init_device_mesh

WORLD = 2
#: Widths between the layers, and what shards of them may differ by: halves of 200 cut the blocks of
#: 128, each has blocks of its own.
HIDDEN = {256: 1e-6, 200: 0.05}


def mlp(hidden, device, bias=True):
    import gridquant.torch as gqt

    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, hidden, bias=bias), nn.GELU(), nn.Linear(hidden, 64, bias=bias))
    return gqt.quantize_(model, training=True).to(device)


def error(a, b):
    return ((a - b).norm() / b.norm()).item()


def fsdp(rank, mesh, device):
    """Three steps give the same weights, to the bit: rank i has row i of a batch."""
    from torch.distributed.fsdp import fully_shard

    model = mlp(128, device).bfloat16()
    alone = copy.deepcopy(model)
    for layer in (model[0], model[2], model):
        fully_shard(layer, mesh=mesh)
    optimizers = [torch.optim.SGD(m.parameters(), lr=0.1) for m in (model, alone)]
    for step in range(3):
        torch.manual_seed(step)
        x = torch.randn(WORLD, 16, 64).bfloat16().to(device)
        model(x[rank]).float().square().mean().backward()
        (sum(alone(row).float().square().mean() for row in x) / WORLD).backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
    for mine, other in zip(model.parameters(), alone.parameters()):
        assert torch.equal(mine.full_tensor(), other), error(mine.full_tensor().float(), other.float())


def tensor_parallel(rank, mesh, device):
    from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

    import gridquant.torch.sharding  # noqa: F401

    for hidden, limit in HIDDEN.items():
        model = mlp(hidden, device)
        alone = copy.deepcopy(model)
        parallelize_module(model, mesh, {"0": ColwiseParallel(), "2": RowwiseParallel()})
        shards = [tuple(m.weight.to_local().shape) for m in (model[0], model[2])]
        assert shards == [(hidden // 2, 64), (64, hidden // 2)], shards
        x = torch.randn(2, 16, 64, device=device, generator=torch.Generator(device).manual_seed(0))
        mine, other = model(x), alone(x)
        assert error(mine, other) < limit, error(mine, other)
        mine.square().mean().backward()
        other.square().mean().backward()
        for (name, p), q in zip(model.named_parameters(), alone.parameters()):
            assert error(p.grad.full_tensor(), q.grad) < 2 * limit, (name, error(p.grad.full_tensor(), q.grad))


def work(rank, folder, kind):
    torch.set_num_threads(1)
    device = torch.device(kind, rank if kind == "cuda" else None)
    if kind == "cuda":
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if kind == "cuda" else "gloo", init_method=f"file://{folder}/meeting", rank=rank,
                            world_size=WORLD)  # fmt: skip
    mesh = init_device_mesh(kind, (WORLD,))
    for check in (fsdp, tensor_parallel):
        check(rank, mesh, device)
        if rank == 0:
            print(f"{check.__name__}: passed", flush=True)
        dist.barrier()  # nobody leaves while the other still talks
    dist.destroy_process_group()
    # Threads of gloo may still drop tensors of the last barrier; where Python's end overtakes them,
    # they abort the process (they ask for an interpreter that is gone). So Python's end is left out.
    sys.stderr.flush()
    os._exit(0)


def precompile(folder, target):
    import gridquant.torch as gqt

    with gqt.precompile(folder, target=target):
        for hidden in (128, *HIDDEN, *(hidden // WORLD for hidden in HIDDEN)):
            for dtype in (torch.bfloat16, torch.float32):
                # Layers whose weights are sharded add their biases to sums of all shards.
                for bias in (True, False):
                    x = torch.empty(16, 64, dtype=dtype, device="meta", requires_grad=True)
                    mlp(hidden, "meta", bias).to(dtype)(x).float().square().mean().backward()


if __name__ == "__main__":
    if sys.argv[1] == "--precompile":
        precompile(sys.argv[2], sys.argv[4])
    else:
        mp.spawn(work, (sys.argv[1], *(sys.argv[2:] or ["cpu"])), nprocs=WORLD)
