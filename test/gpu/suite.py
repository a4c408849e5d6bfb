#!/usr/bin/env python3
"""Runs the GPU suite: `suite.py
[all|casts|quantize|elementwise|formats|matmul|linear|dependent|loops|errors|small|bench] [--out DIR] [--only PATTERNS]`.

Needs an sm_90 GPU, torch (triton is one of the peers of bench) and the files that
scripts/make-gpu-suite.sh packs. Ends with a line `N passed, N failed`.
"""

import argparse
import fnmatch
import json
import pathlib
import sys
import time
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "python"))

import torch  # noqa: E402

import gridquant  # noqa: E402

import casts  # noqa: E402
import checks  # noqa: E402
from watchdog import Watchdog  # noqa: E402

LARGEST_ERROR = 2.5e-3
#: The norm of fewer elements than these may be that of one where sums cancelled, and its error all of
#: theirs: they have the bound of each alone.
FEW = 256


class Suite:
    def __init__(self, patterns):
        self.watchdog = Watchdog()
        self.patterns = patterns
        self.facts = json.loads((HERE / "programs.json").read_text())
        self.bundles = {}
        self.passed, self.failed = 0, []
        self.generator = torch.Generator(device="cuda")
        self.cases, self.method = [], ""

    def function(self, name):
        """The program; what is drawn next is drawn from its name, whatever ran before."""
        self.watchdog.begin(name)
        self.generator.manual_seed(zlib.crc32(name.encode()))
        if name not in self.bundles:
            self.bundles[name] = gridquant.Bundle(str(HERE / "bundles" / f"{name}.gqb"))
        return self.bundles[name][name]

    def names(self, kind):
        wanted = lambda n: any(fnmatch.fnmatch(n, p) for p in self.patterns)
        return [n for n, f in self.facts.items() if f["kind"] == kind and wanted(n)]

    def record(self, what, ok, detail=""):
        if ok:
            self.passed += 1
            return
        self.failed.append(f"{what}: {detail}")
        print(f"FAIL {what}: {detail}", flush=True)

    def group(self, what, start, before):
        print(f"{what}: {self.passed - before} passed in {time.time() - start:.0f} s",
              flush=True)  # fmt: skip

    def quantize(self, shapes, kinds):
        start, before = time.time(), self.passed
        combinations = set()
        for name in self.names("quantize"):
            facts = self.facts[name]
            combinations.add((facts["x"], facts["q"], facts["scales"], facts["transposed"],
                              facts["dual"], *facts["block"]))  # fmt: skip
            for m, n in shapes:
                m = m if facts["m"] < 0 else facts["m"]
                n = n if facts["n"] < 0 else facts["n"]
                if facts["producer"] == "silu_mul":
                    share = checks.check_silu_mul(self.function(name), facts, (m, n),
                                                  self.generator)  # fmt: skip
                    self.record(f"{name} {m}x{n}", share < 0.01,
                                f"{share:.2%} of the codes differ")  # fmt: skip
                    continue
                for kind in kinds:
                    codes, scales = checks.check_quantize(
                        self.function(name), facts, (m, n), kind, self.generator)
                    self.record(f"{name} {m}x{n} {kind}", codes == scales == 0,
                                f"{codes} codes and {scales} scales differ")  # fmt: skip
        self.group("quantize, bit-equal to the reference", start, before)
        print(f"  {len(combinations)} combinations of input, output, scales, their order "
              "and block", flush=True)  # fmt: skip

    def casts(self):
        start, before, values = time.time(), self.passed, 0
        for name in self.names("cast"):
            wrong, count = casts.count_different(self.function(name), self.facts[name])
            values += count
            self.record(name, wrong == 0, f"{wrong} of {count} elements differ")
        self.group(f"casts, bit-equal to torch, {values} values", start, before)

    def elementwise(self, shapes):
        start, before = time.time(), self.passed
        for name in self.names("elementwise"):
            facts = self.facts[name]
            for m, n in shapes:
                shape = (m if facts["m"] < 0 else facts["m"], n if facts["n"] < 0 else facts["n"])
                wrong = checks.check_elementwise(self.function(name), facts, shape,
                                                 self.generator)  # fmt: skip
                self.record(f"{name} {shape[0]}x{shape[1]}", wrong == 0,
                            f"{wrong} elements differ")  # fmt: skip
        self.group("elementwise, equal to torch", start, before)

    def formats(self, ms):
        """What works on codes and scales and is no product, equal to torch."""
        start, before = time.time(), self.passed
        for kind, check in (("dequantize", checks.check_dequantize),
                            ("decoded_matmul", checks.check_decoded_matmul),
                            ("quantize_packed", checks.check_quantize_packed),
                            ("requantize", checks.check_requantize),
                            ("own_scales", checks.check_own_scales),
                            ("widened", checks.check_widened)):  # fmt: skip
            for name in self.names(kind):
                for m in ms:
                    wrong = check(self.function(name), self.facts[name], m, self.generator)
                    self.record(f"{name} m={m}", wrong == 0, f"{wrong} values differ")
        self.group("codes and scales, equal to torch", start, before)

    def matmul(self, ms, ns, ks, ends=True):
        """`ends`: for programs with several kernels, at the ends of their ranges of rows."""
        start, before = time.time(), self.passed
        worst = 0.0
        for name in self.names("matmul"):
            facts = self.facts[name]
            pick = lambda fixed, free: free if fixed < 0 else [fixed]
            # f16 and e5m2 hold less: their scales stay near one.
            wild = facts["out"] != "f16" and facts["epilogue"] == "round"
            full = name.startswith("matmul_1x128") or name in ("matmul_128x128",
                                                               "matmul_256x256")  # fmt: skip
            free = (ends and facts.get("ms")) or (ms if full else ms[:4])
            shapes = [(m, n, k) for m in pick(facts["m"], free)
                      for n in pick(facts["n"], ns if full else ns[:3])
                      for k in pick(facts["k"], ks if full else ks[:2])]  # fmt: skip
            # Rows that are not whole 16 bytes.
            if full and facts["n"] < 0 and facts["k"] < 0:
                shapes += [(100, 201, 1001), (33, 47, 100), (300, 200, 1000), (64, 194, 512),
                           (100, 129, 1001), (1, 7, 100), (64, 130, 512)]  # fmt: skip
            for m, n, k in shapes:
                error, past = checks.check_matmul(
                    self.function(name), facts, m, n, k, self.generator, wild)
                worst = max(worst, error)
                near = error <= LARGEST_ERROR or m * n < FEW
                self.record(f"{name} {m}x{n}x{k}", near and not past,
                            f"relative error {error:.2e}, {past} elements past "
                            "the bound")  # fmt: skip
            m, n, k = pick(facts["m"], [128])[0], pick(facts["n"], [256])[0], 512
            error, past = checks.check_matmul(self.function(name), facts, m, n,
                                            pick(facts["k"], [k])[0], self.generator,
                                            wild, wrong=True)  # fmt: skip
            self.record(f"{name} notices a wrong scale", past > 0 or error > LARGEST_ERROR,
                        "one scale was doubled and the check passed")  # fmt: skip
            if facts.get("invariant"):
                wrong = checks.count_variant_rows(self.function(name), facts,
                                                  facts["invariant"], n, facts["k"],
                                                  self.generator)  # fmt: skip
                self.record(f"{name} equal rows", wrong == 0, f"{wrong} rows differ")
        self.group("matmul, against f64", start, before)
        print(f"  largest relative error {worst:.2e}", flush=True)

    def integers(self):
        start, before = time.time(), self.passed
        for name in self.names("matmul") + self.names("codes"):
            facts = self.facts[name]
            # Sums of codes that are decoded are sums of bf16.
            decoded = facts["scale_types"][0] != "f32"
            pinned = facts["epilogue"] in ("round", "to_i8") or facts["out"] == "i32"
            if facts["a"] != "i8" or not pinned or decoded:
                continue
            sizes = (fixed if fixed > 0 else free
                     for fixed, free in ((facts["m"], 300), (facts["n"], 264),
                                         (facts["k"], 1040)))  # fmt: skip
            wrong = checks.count_wrong_integers(self.function(name), facts, *sizes, self.generator)
            self.record(f"{name} exact", wrong == 0, f"{wrong} elements differ")
        for name in self.names("zero_points"):
            for m in (1, 64, 300):
                wrong = checks.count_wrong_zero_points(
                    self.function(name), self.facts[name], m, self.generator)  # fmt: skip
                self.record(f"{name} {m}", wrong == 0, f"{wrong} elements differ")
        self.group("matmul of i8, bit-equal to the reference", start, before)

    def empty(self, ms):
        start, before = time.time(), self.passed
        for name in self.names("empty"):
            for m in ms:
                wrong = checks.count_empty(self.function(name), self.facts[name], m, self.generator)
                self.record(f"{name} {m}", wrong == 0, f"{wrong} elements differ")
        self.group("sums over nothing", start, before)

    def quantized(self, ms):
        """A product and the quantisation of it."""
        start, before = time.time(), self.passed
        for name in self.names("quantized"):
            facts = self.facts[name]
            for m in ms:
                codes, scales = checks.check_quantized(self.function(name), facts, m,
                                                       self.generator)  # fmt: skip
                self.record(f"{name} {m}", codes == scales == 0,
                            f"{codes} codes and {scales} scales differ")  # fmt: skip
        self.group("quantised products of i8, bit-equal to the reference", start, before)

    def quotients(self, ms):
        """Two products of one a, and what is divided."""
        start, before = time.time(), self.passed
        for name in self.names("quotients"):
            for m in ms:
                wrong = checks.count_wrong_quotients(self.function(name), self.facts[name], m,
                                                     self.generator)  # fmt: skip
                self.record(f"{name} {m}", wrong == 0, f"{wrong} elements differ")
        self.group("quotients of two products of i8, bit-equal to the reference", start, before)

    def linear(self, ms):
        """A quantisation and the product that reads what it writes."""
        start, before = time.time(), self.passed
        for name in self.names("linear"):
            facts = self.facts[name]
            for m in ms if facts["m"] < 0 else [facts["m"]]:
                error, past = checks.check_linear(self.function(name), facts, m, self.generator)
                self.record(f"{name} {m}", error <= LARGEST_ERROR and not past,
                            f"relative error {error:.2e}, {past} elements past "
                            "the bound")  # fmt: skip
        self.group("quantisation and product, against f64", start, before)

    def dependent(self, ms):
        """Kernels that begin early, bit-equal to the same with nothing beside them."""
        start, before = time.time(), self.passed
        for name in self.names("dependent"):
            facts = self.facts[name]
            for m in ms if facts["m"] < 0 else [facts["m"]]:
                wrong = checks.count_dependent(self.function(name), self.function(facts["plain"]),
                                               facts, m, self.generator)  # fmt: skip
                self.record(f"{name} {m}", wrong == 0, f"{wrong} elements differ")
        self.group("kernels that begin early", start, before)

    def loops(self, ms, kinds):
        """Loops over thread blocks around an op."""
        start, before = time.time(), self.passed
        for name in self.names("batch_matmul"):
            facts = self.facts[name]
            for m in ms if facts["m"] < 0 else [facts["m"]]:
                for wrong in (False, True):
                    error, past = checks.check_batch_matmul(self.function(name), facts, m,
                                                          self.generator, wrong)  # fmt: skip
                    ok = error <= LARGEST_ERROR and not past
                    self.record(f"{name} {m}" + " notices wrong scales" * wrong, ok != wrong,
                                f"relative error {error:.2e}, {past} elements past "
                                "the bound")  # fmt: skip
        for name in self.names("shard_matmul"):
            for m in ms:
                error, past = checks.check_shard_matmul(self.function(name), self.facts[name], m,
                                                      self.generator)  # fmt: skip
                self.record(f"{name} {m}", error <= LARGEST_ERROR and not past,
                            f"relative error {error:.2e}, {past} elements past "
                            "the bound")  # fmt: skip
        for name in self.names("split_matmul"):
            error, past, codes, scales = checks.check_split_matmul(
                self.function(name), self.facts[name], self.generator)  # fmt: skip
            self.record(name, error <= LARGEST_ERROR and not past and codes == scales == 0,
                        f"relative error {error:.2e}, {past} elements past the bound, "
                        f"{codes} codes and {scales} scales differ")  # fmt: skip
        for name in self.names("batch_quantize"):
            for kind in kinds:
                codes, scales = checks.check_batch_quantize(
                    self.function(name), self.facts[name], kind, self.generator)  # fmt: skip
                self.record(f"{name} {kind}", codes == scales == 0,
                            f"{codes} codes and {scales} scales differ")  # fmt: skip
        self.group("loops over thread blocks", start, before)

    def errors(self):
        """Refusals of the runtime on a real driver."""
        start, before = time.time(), self.passed
        f = self.function("matmul_1x128_128x128")
        a = torch.zeros(64, 256, device="cuda", dtype=torch.float8_e4m3fn)
        s = torch.ones(64, 2, device="cuda")
        sb = torch.ones(1, 2, device="cuda")
        d = torch.empty(64, 64, device="cuda", dtype=torch.bfloat16)
        flat = torch.zeros(64 * 256 + 16, device="cuda", dtype=torch.uint8)
        misaligned = flat[1 : 1 + 64 * 256].view(64, 256)
        half = torch.zeros(64, 256, device="cuda", dtype=torch.float16)
        cases = {
            "misaligned": ([misaligned, a, s, sb], "multiple of 16"),
            "type": ([half, a, s, sb], "f8E4M3FN"),
            "rank": ([a.view(-1), a, s, sb], "rank"),
            "host memory": ([a.cpu(), a, s, sb], "device"),
        }
        for what, (inputs, word) in cases.items():
            try:
                f(*inputs, outs=[d])
                self.record(f"refuses {what}", False, "it ran")
            except (gridquant.Error, TypeError, ValueError) as error:
                self.record(f"refuses {what}", word in str(error), str(error))
        self.group("runtime errors", start, before)

    def bench(self):
        import bench
        import report

        self.watchdog.seconds = 600
        self.method = bench.METHOD.describe()
        self.cases = bench.bench(lambda prefix: {
            n: (self.function(n), self.facts[n]) for n in self.facts if n.startswith(prefix)
        })  # fmt: skip
        for case in self.cases:
            print(report.table(case) + "\n", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", default="all")
    parser.add_argument("--out", default=".")
    parser.add_argument("--only", default="*", help="names of programs, with *, by commas")
    options = parser.parse_args()
    suite = Suite(options.only.split(","))
    what = options.what
    kinds = ["normal", "special", "outliers", "zeros", "denormals"]
    if what in ("all", "casts"):
        suite.casts()
    if what in ("all", "quantize"):
        suite.quantize([(256, 512), (1000, 1000), (7, 130), (513, 2049)], kinds)
    if what in ("all", "elementwise"):
        suite.elementwise([(256, 512), (1000, 1000), (7, 130), (513, 2049)])
    if what in ("all", "formats"):
        suite.formats([1, 7, 300, 1000])
    if what in ("all", "matmul"):
        suite.matmul([1, 7, 64, 100, 128, 1000, 4096], [128, 200, 2112, 8192],
                     [128, 512, 7168, 8192])  # fmt: skip
        suite.integers()
        suite.empty([0, 1, 300])
        suite.quantized([1, 7, 128, 300, 1000])
        suite.quotients([1, 7, 128, 300, 1000])
    if what in ("all", "linear"):
        suite.linear([1, 2, 3, 4, 5, 126, 127, 128, 129, 1000, 1001, 1002, 1003, 4096, 4097])
    if what in ("all", "dependent"):
        suite.dependent([1, 128, 300, 4096])
    if what in ("all", "loops"):
        suite.loops([1, 33, 128, 300], kinds)
    if what in ("all", "errors"):
        suite.errors()
    if what == "small":  # what compute-sanitizer can get through
        suite.quantize([(130, 300)], ["special"])
        suite.elementwise([(130, 300)])
        suite.formats([33])
        suite.matmul([100], [200], [256], ends=False)
        suite.linear([33])
        suite.dependent([33])
        suite.loops([33], ["special"])
    if what in ("all", "bench"):
        suite.bench()
    report = dict(gpu=torch.cuda.get_device_name(0), torch=torch.__version__,
                  date=time.strftime("%Y-%m-%d"), harness="test/gpu/suite.py " + what,
                  passed=suite.passed, failed=suite.failed, version=1,
                  method=suite.method, cases=suite.cases)  # fmt: skip
    stamp = HERE / "commit"
    if stamp.exists():
        report["commit"] = stamp.read_text().strip()
    path = pathlib.Path(options.out) / f"gpu-suite-{what}.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(report, indent=1) + "\n")
    temporary.rename(path)
    print(f"{suite.passed} passed, {len(suite.failed)} failed")
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
