"""The parts of benchmarks/ that need no GPU: timing on a driver that counts, reports,
selection, figures; and that plot.py reads what gq-bench writes.

    python_test.py BENCHMARKS GQ_BENCH MAKE_SAMPLE_BUNDLE
"""

import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

BENCHMARKS, GQ_BENCH, MAKE_SAMPLE_BUNDLE = map(pathlib.Path, sys.argv[1:4])
INPUT = pathlib.Path(__file__).resolve().parent / "Inputs" / "results.json"
sys.path.insert(0, str(BENCHMARKS))

import formats  # noqa: E402
import peers  # noqa: E402
import plot  # noqa: E402
import products  # noqa: E402
import report  # noqa: E402
import svg  # noqa: E402
import tables  # noqa: E402
import timing  # noqa: E402


class Timing(unittest.TestCase):
    def test_statistics(self):
        self.assertEqual(timing.summarise([5, 1, 4, 2, 3]),
                         dict(median=3, p20=1.8, p80=4.2, min=1, count=5))
        self.assertEqual(timing.summarise([])["median"], 0)
        self.assertEqual(timing.quantile([1, 2], 0.5), 1.5)

    def test_round(self):
        # In the mock driver every event is 1.5 ms after the one before.
        runs = []
        method = timing.Method(warmup_ms=0.9, rep_ms=2.4, rounds=2, flush_mb=2)
        timer = timing.Timer(method)
        self.assertEqual(timer.round(lambda: runs.append(1)), [1500.0] * 8)
        self.assertEqual(len(runs), 1 + 5 + 3 + 8)
        seen = []
        times = timer.rounds(dict(a=lambda: None, b=lambda: None), seen.append)
        self.assertEqual(times["a"], ([1500.0] * 16, [1500.0] * 2))
        self.assertEqual(sorted(seen)[0], "a, round 1 of 2")

    def test_graphs(self):
        flushed, graph = timing.Method(), timing.Method(harness="graph", graph_launches=50)
        self.assertIn("3 rounds, flush 256 MB, seed 1", flushed.describe())
        self.assertIn("3 rounds, graphs of 50 launches, seed 1", graph.describe())
        self.assertEqual(timing.count_copies(15 << 20, 50 << 20), 14)
        timer = timing.Timer(timing.Method(warmup_ms=0, rep_ms=1, rounds=1, harness="graph"))
        times = timer.rounds(dict(a=lambda: None, b=lambda: None), launches=dict(a=100))
        self.assertEqual(times["a"], ([15.0] * 3, [15.0]))
        self.assertEqual(times["b"], ([1500.0] * 3, [1500.0]))

    def test_host_time_without_a_gpu(self):
        with tempfile.TemporaryDirectory() as folder:
            bundle, out = pathlib.Path(folder) / "s.gqb", pathlib.Path(folder) / "o.json"
            subprocess.run([MAKE_SAMPLE_BUNDLE, bundle], check=True)
            subprocess.run([GQ_BENCH, bundle, "--sizes=64x128", "--json", out, "--quiet",
                            "--flush-mb=0", "--rep-ms=1", "--warmup-ms=0", "--peers=none"],
                           check=True, stdout=subprocess.DEVNULL,
                           env=dict(os.environ, MOCK_CUDA_RECORDS="0"))
            row = json.loads(out.read_text())["cases"][0]["results"][0]
        self.assertGreater(row["host_us"] * 1000, row["choice_ns"])

    def test_failures(self):
        timer = timing.Timer(timing.Method(flush_mb=0))
        with self.assertRaisesRegex(ZeroDivisionError, "division"):
            timer.round(lambda: 1 / 0)
        with self.assertRaisesRegex(RuntimeError, "repetition of more than 0 ms"):
            timing.Timer(timing.Method(rep_ms=0))


class Reports(unittest.TestCase):
    def setUp(self):
        us = lambda t: dict(median=t, p20=t, p80=t, min=t, count=1)
        self.case = report.case("key", "8x8", [
            report.result("q", "ours", "quantize", us(10.0), [10.0], bytes=3_000_000),
            report.result("copy", "floor", "other", us(8.0), [8.0], bytes=3_000_000),
            report.result("torch", "peer", "quantize", us(25.0), [25.0], bytes=3_000_000)])

    def test_case(self):
        ours, copy, torch = self.case["results"]
        self.assertEqual(ours["gbps"], 300)
        self.assertEqual(ours["of_floor"], 0.8)
        self.assertEqual(ours["speedup"], dict(torch=2.5))
        self.assertNotIn("speedup", torch)
        self.assertEqual(report.table(self.case).splitlines(), [
            "8x8       us      p20..p80   GB/s  of floor  vs torch",
            "q      10.00  10.00..10.00  300.0     80.0%    2.500x",
            "copy    8.00    8.00..8.00  375.0    100.0%         -",
            "torch  25.00  25.00..25.00  120.0     32.0%         -"])

    def test_resume(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "out.json"
            report.Report(path, dict(gpu="g"), resume=True).add(self.case)
            again = report.Report(path, dict(gpu="g"), resume=True)
            self.assertEqual(again.find("key"), self.case)
            self.assertIsNone(again.find("other"))
            again.add(dict(self.case, key="other"))
            self.assertEqual(len(json.loads(path.read_text())["cases"]), 2)
            report.Report(path, {}).add(self.case)  # without resume: replaced
            self.assertEqual(len(json.loads(path.read_text())["cases"]), 1)
            self.assertEqual([p.name for p in path.parent.iterdir()], ["out.json"])
            path.write_text('{"version": 2}')
            with self.assertRaisesRegex(SystemExit, "has version 2"):
                report.Report(path, {}, resume=True)


class Selection(unittest.TestCase):
    FACTS = {
        "q_1": dict(kind="quantize", block=[1, 128], x="bf16", q="f8E4M3FN", m=-1, n=-1),
        "q_2": dict(kind="quantize", block=[1, 128], x="bf16", q="f8E4M3FN", m=-1, n=64),
        "q_3": dict(kind="quantize", block=[32, 32], x="bf16", q="f8E4M3FN", m=-1, n=-1),
        "q_f32": dict(kind="quantize", block=[1, 128], x="f32", q="f8E4M3FN", m=-1, n=-1),
        "m_1": dict(kind="matmul", m=-1, n=64, k=64, a="f8E4M3FN", out="bf16"),
        "m_f32": dict(kind="matmul", m=-1, n=64, k=64, a="f8E4M3FN", out="f32"),
    }

    def test_select(self):
        self.assertEqual(peers.select(self.FACTS, "quantize", "q_*", [8, 64]),
                         {"1x128": ["q_1", "q_2"], "32x32": ["q_3"]})
        self.assertEqual(peers.select(self.FACTS, "quantize", "q_1,q_2", [8, 65]),
                         {"1x128": ["q_1"]})
        self.assertEqual(peers.select(self.FACTS, "matmul", "*", [8, 64, 64]), {"": ["m_1"]})
        self.assertEqual(peers.select(self.FACTS, "matmul", "*", [8, 64, 65]), {})

    def test_command_line(self):
        def refused(*args):
            run = subprocess.run([sys.executable, BENCHMARKS / "peers.py", *args],
                                 capture_output=True, text=True)
            self.assertEqual(run.returncode, 2, run.stderr)
            return run.stderr

        self.assertIn("--quantize with --sizes", refused())
        self.assertIn("expects sizes as in 8192x8192, got '8'",
                      refused("--quantize", "*", "--sizes", "8"))
        with tempfile.TemporaryDirectory() as folder:
            facts = pathlib.Path(folder) / "facts.json"
            facts.write_text(json.dumps(self.FACTS))
            self.assertIn("no bundle for --matmul 'x*' takes 8x8x8",
                          refused("--matmul", "x*", "--mnk", "8x8x8", "--facts", facts))


class Formats(unittest.TestCase):
    def test_programs(self):
        for size in formats.SIZES:
            for kind, (_, (element, _), block, _) in formats.kinds(size).items():
                text = formats.program(kind, size)
                self.assertIn(f"func.func @{kind}_{size}(%a: tensor<?x{size}x{element}>", text)
                self.assertEqual("gq.quantize" in text, block is not None)
        self.assertTrue(set(formats.COMPILE) <= set(formats.kinds(4096)))
        for name, base in formats.RATIOS:
            for side in (name, base):
                self.assertTrue(side.startswith("torch.") or side in formats.kinds(4096), side)

    def test_bundles(self):
        # A compiler that writes what it was asked for.
        with tempfile.TemporaryDirectory() as folder:
            compiler = pathlib.Path(folder, "compiler")
            compiler.write_text('#!/bin/sh\nwhile [ "$1" != -o ]; do all="$all $1"; shift; done\n'
                                'echo "$all" > "$2"\n')
            compiler.chmod(0o755)
            formats.bundles(pathlib.Path(folder, "made"), str(compiler))
            made = {p.stem: p.read_text() for p in pathlib.Path(folder, "made").glob("*.gqb")}
        self.assertEqual(len(made), 2 * len(formats.kinds(4096)))
        self.assertIn("--target=h200 --emit=bundle --coarsen-scales=128", made["mxfp8_8192"])
        self.assertNotIn("coarsen", made["e4m3_256x256_8192"])

    def test_ratios(self):
        # Of turns of one round: the clock of the second round was half of that of the others.
        rows = dict(a=dict(rounds=[2.0, 4.4, 2.2]), b=dict(rounds=[2.0, 4.0, 2.0]))
        median, least, largest = formats.ratio_of(rows, "a", "b")
        self.assertAlmostEqual(median, 1.1)
        self.assertEqual((least, round(largest, 6)), (1.0, 1.1))

    def test_table(self):
        row = lambda name, role, rounds: report.result(
            name, role, "matmul", timing.summarise(rounds), rounds, flops=2 * 8192**3)
        case = report.case("formats 8192", "8192x8192x8192", [
            row("e4m3", "ours", [900.0, 910.0, 920.0]),
            row("e4m3_256x256", "ours", [927.0, 928.2, 966.0]),
            row("torch.mm", "peer", [1500.0, 1510.0, 1520.0])])  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "r.json")
            path.write_text(json.dumps(dict(cases=[case])))
            with contextlib.redirect_stdout(io.StringIO()) as out:
                formats.table(path)
        self.assertIn("e4m3_256x256 of e4m3: 1.030 (1.020 to 1.050)", out.getvalue())
        self.assertNotIn("e5m2 of", out.getvalue())


class Products(unittest.TestCase):
    def test_programs(self):
        self.assertEqual(products.weights_of("square128", False), products.LARGE)
        self.assertEqual(products.weights_of("early", False), [])
        self.assertIn((4096, 4096), products.weights_of("early", True))
        self.assertNotIn((4096, 4096), products.weights_of("rows", False))
        with tempfile.TemporaryDirectory() as folder:
            products.programs(folder)
            written = {p.stem: p.read_text() for p in pathlib.Path(folder).iterdir()}
        self.assertNotIn("gq.", written["linear_8192x8192"].split("{")[0])
        for name in ("early_4096x4096", "linearearly_4096x4096"):
            self.assertIn('{gq.dependent_launch = "callers"}', written[name])
            self.assertEqual(written[name].count("{gq.constant}"), 2)
        self.assertNotIn("square128_4096x4096", written)

    def test_commands(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for name in ("rows_8192x8192", "early_8192x8192", "rows_4096x4096"):
                (folder / f"{name}.gqb").touch()
            few = list(products.commands(folder, "bench", True, ["--harness", "graph"]))
            many = list(products.commands(folder, "bench", False, []))
        start = ["bench", "--quiet", "--peers", "cublaslt", "--sizes"]
        self.assertEqual(few, [
            [*start, "1,2,4,8,16,32,64", "--harness", "graph", f"{folder}/rows_4096x4096.gqb"],
            [*start, "1,2,4,8,16,32,64", "--harness", "graph", f"{folder}/rows_8192x8192.gqb",
             f"{folder}/early_8192x8192.gqb"]])
        self.assertEqual(many, [[*start, "128,256,512,1024,2048,4096,8192",
                                 f"{folder}/rows_8192x8192.gqb"]])
        with self.assertRaisesRegex(SystemExit, "--rows is few or many"):
            products.run(folder, "bench", "out", "--rows", "all")
        with self.assertRaisesRegex(SystemExit, "has no bundles"):
            products.run(folder, "bench", "out", "--rows", "few")

    def test_table(self):
        def case(k, n, m, harness, **us):
            role = lambda name: "peer" if name.startswith("cublaslt") else "ours"
            return dict(harness=harness, results=[
                dict(name=name, role=role(name), us=dict(median=time), m=m, n=n, k=k)
                for name, time in us.items()])  # fmt: skip

        cases = [case(8192, 8192, 16, "graph", rows_a=10.0, early_a=5.0, cublaslt=10.0),
                 case(4096, 4096, 16, "graph", rows_b=8.0, early_b=2.0, cublaslt=2.0),
                 case(4096, 4096, 64, "graph", rows_b=8.0),  # no library there
                 case(8192, 8192, 128, "flushed", rows_a=3.0, cublaslt=2.0)]  # fmt: skip
        del cases[3]["harness"]  # of an older file
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "r.json")
            path.write_text(json.dumps(dict(cases=cases)))
            with contextlib.redirect_stdout(io.StringIO()) as out:
                products.table(path)
        lines = [line for line in out.getvalue().splitlines() if "--:" not in line]
        self.assertEqual(lines, [
            "Times by the flushed harness, of cuBLASLt with one scale:", "",
            "| K | N | M | cuBLASLt us | 1x128 row-major | 1x128, begins early |",
            "| 8192 | 8192 | 128 | 2.0 | 1.500 |  |", "",
            "| geometric mean | weights | 1x128 row-major | 1x128, begins early |",
            "| M < 1024 | all | 1.500 |  |", "| M < 1024 | 70B | 1.500 |  |", "",
            "Times by the graph harness, of cuBLASLt with one scale:", "",
            "| K | N | M | cuBLASLt us | 1x128 row-major | 1x128, begins early |",
            "| 8192 | 8192 | 16 | 10.0 | 1.000 | 0.500 |",
            "| 4096 | 4096 | 16 | 2.0 | 4.000 | 1.000 |",
            "| 4096 | 4096 | 64 | 0.0 |  |  |", "",
            "| geometric mean | weights | 1x128 row-major | 1x128, begins early |",
            "| M = 16 | all | 2.000 | 0.707 |", "| M = 16 | 70B | 1.000 | 0.500 |",
            "| M = 16 | DeepSeek-V3 | 4.000 | 1.000 |", ""])


class Figures(unittest.TestCase):
    def draw(self, *files, status=0):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run([sys.executable, BENCHMARKS / "plot.py", "-o", folder, *files],
                                 capture_output=True, text=True)
            self.assertEqual(run.returncode, status, run.stderr)
            drawn = {p.name: p.read_text() for p in pathlib.Path(folder).iterdir()}
        for text in drawn.values():
            xml.etree.ElementTree.fromstring(text)
        return drawn if status == 0 else run.stderr

    def test_figures(self):
        drawn = self.draw(INPUT)
        self.assertEqual(sorted(drawn), ["matmul-speedup.svg", "matmul-tflops.svg",
                                         "quantize-bandwidth.svg", "quantize-speedup.svg"])
        self.assertEqual(drawn, self.draw(INPUT))
        self.assertEqual(drawn, self.draw(INPUT, INPUT))  # the last one counts
        bandwidth = drawn["quantize-bandwidth.svg"]
        for text in ["GridQuant 1x128", "GridQuant 128x128", ">copy<", ">512x512<",
                     ">1024x1024<", "No GPU &lt;1&gt;, 2001-02-03, commit none", "GB/s"]:
            self.assertIn(text, bandwidth)
        self.assertLess(bandwidth.index(">512x512<"), bandwidth.index(">1024x1024<"))
        self.assertEqual(bandwidth.count("<circle"), 3)
        # 1000 and 2000 of 2000 GB/s, in an area from y = 348 up to 58.
        self.assertIn('cy="203"', bandwidth)
        self.assertIn('cy="58"', bandwidth)
        self.assertIn(">256x128x64<", drawn["matmul-tflops.svg"])
        self.assertIn(">0.5<", drawn["matmul-speedup.svg"])
        self.assertIn(">torch<", drawn["quantize-speedup.svg"])

    def test_ticks(self):
        self.assertEqual(svg.ticks(0), [0, 1])
        self.assertEqual(svg.ticks(2000), [0, 500, 1000, 1500, 2000])
        for largest in (1e-3, 0.7, 1, 3, 99, 1234.5, 3e6):
            ticks = svg.ticks(largest)
            self.assertGreaterEqual(ticks[-1], largest * (1 - 1e-9))
            self.assertLessEqual(len(ticks), 8)

    def test_errors(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.json"
            for text, message in [("{", "is no file of results"), ("[]", "is no file"),
                                  ('{"version": 7}', "version is 7, 1 is needed"),
                                  ('{"version": 1}', "has no 'cases'"),
                                  ('{"version": 1, "cases": []}', "no results to draw")]:
                path.write_text(text)
                self.assertIn(message, self.draw(path, status=1))
            self.assertIn("error:", self.draw(path.with_name("none"), status=1))

    def test_reads_gq_bench(self):
        with tempfile.TemporaryDirectory() as folder:
            bundle, out = pathlib.Path(folder) / "s.gqb", pathlib.Path(folder) / "o.json"
            subprocess.run([MAKE_SAMPLE_BUNDLE, bundle], check=True)
            subprocess.run([GQ_BENCH, bundle, "--sizes=64x128,32x64", "--json", out, "--quiet",
                            "--flush-mb=0", "--rep-ms=1", "--warmup-ms=0", "--peers=none"],
                           check=True, stdout=subprocess.DEVNULL)
            self.assertIn(">64x256x128<", self.draw(out)["matmul-tflops.svg"])


class Tables(unittest.TestCase):
    def run_on(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "page.md")
            path.write_text(text)
            sys.argv[1:] = [str(BENCHMARKS / "results"), str(path)]
            tables.main()
            return path.read_text()

    def test_documentation_has_the_results(self):
        page = (BENCHMARKS.parent / "docs" / "performance.md").read_text()
        for name in tables.TABLES:
            self.assertIn(f"<!-- table: {name} -->", page)
        self.assertEqual(self.run_on(page), page, "make tables was not run")

    def test_only_tables_change(self):
        text = self.run_on("before\n<!-- table: decode -->\nold\n<!-- end -->\nafter\n")
        self.assertTrue(text.startswith("before\n<!-- table: decode -->\n\n| block |"))
        self.assertTrue(text.endswith("|\n\n<!-- end -->\nafter\n"))
        self.assertNotIn("old", text)

    def test_errors(self):
        with self.assertRaisesRegex(SystemExit, "no table is called 'other'"):
            self.run_on("<!-- table: other -->\n<!-- end -->\n")
        with self.assertRaisesRegex(SystemExit, "has no line"):
            self.run_on("no table\n")
        with self.assertRaisesRegex(SystemExit, "missing.json: FileNotFoundError"):
            tables.Results(BENCHMARKS / "results").rows("missing")
        with self.assertRaisesRegex(SystemExit, "no case of size 3"):
            tables.Results(BENCHMARKS / "results").rows("decode-h100", "3")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
