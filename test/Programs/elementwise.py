"""Every elementwise op of arith and math on every type: compiled, and the kernels compared
with the reference, or refused.

    elementwise.py run GQ_RUN GQ_COMPILE FOLDER TYPES...    a line for each type, then counts
    elementwise.py print TYPE                               the program of a type

A program has a function with one kernel for each op. Operands are f32 or i32 in memory,
special values among them; what is computed comes back as f32, or as the bits of an integer.
Ops of arith must give the reference's bits. Functions of math may be off: in f32 by 2^-16 of
the result, in narrower types by one step.
"""

import os
import subprocess
import sys

import numpy as np

FLOATS = ["f64", "f32", "bf16", "f16", "f8E4M3FN", "f8E5M2"]
INTEGERS = ["i64", "i32", "i16", "i8", "i1"]
STEP = {"f64": 2.0**-16, "f32": 2.0**-16, "bf16": 2.0**-7, "f16": 2.0**-10, "f8E4M3FN": 0.125, "f8E5M2": 0.25}
LEAST = {"f64": 2.0**-140, "f32": 2.0**-140, "bf16": 2.0**-133, "f16": 2.0**-24, "f8E4M3FN": 2.0**-9,
         "f8E5M2": 2.0**-16}

UNARY = ["absf", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "erf", "erfc",
         "exp", "exp2", "expm1", "floor", "log", "log10", "log1p", "log2", "round", "roundeven", "rsqrt", "sin",
         "sinh", "sqrt", "tan", "tanh", "trunc"]
# Of f64 there are instructions for these.
EXACT_IN_F64 = ["absf", "ceil", "floor", "round", "roundeven", "rsqrt", "sqrt", "trunc", "copysign", "fma",
                "isfinite", "isinf", "isnan", "isnormal", "clampf"]
# No rounding of their own: what comes out is pinned.
PINNED = ["absf", "ceil", "floor", "round", "roundeven", "trunc", "copysign", "sqrt"]
BINARY = ["addf", "subf", "mulf", "divf", "remf", "maximumf", "minimumf", "maxnumf", "minnumf"]
PREDICATES = ["false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord", "ueq", "ugt", "uge", "ult", "ule", "une",
              "uno", "true"]
MODES = ["to_nearest_even", "downward", "upward", "toward_zero", "to_nearest_away"]
INT_BINARY = ["addi", "subi", "muli", "divsi", "divui", "remsi", "remui", "ceildivsi", "ceildivui", "floordivsi",
              "andi", "ori", "xori", "maxsi", "maxui", "minsi", "minui"]
DIVISIONS = ["divsi", "divui", "remsi", "remui", "ceildivsi", "ceildivui", "floordivsi"]
INT_PREDICATES = ["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"]


def width(type):
    return {"bf16": 16, "f8E4M3FN": 8, "f8E5M2": 8}.get(type) or int(type[1:])


class Case:
    """One op: lines that define %r from %a and %b (and %n, an i32), %r's type, how it is judged."""

    def __init__(self, name, type, lines, result, exact, refused=None):
        self.name, self.type, self.lines, self.result = name, type, lines, result
        self.exact, self.refused = exact, refused


def float_cases(t):
    def case(name, line, result=t, exact=False, refused=None):
        return Case(name, t, line if isinstance(line, list) else [line], result, exact, refused)

    f64 = t == "f64"
    for op in UNARY:
        no = "has no form in kernels on 'f64'" if f64 and op not in EXACT_IN_F64 else None
        yield case("math." + op, f"%r = math.{op} %a : {t}", exact=op in PINNED, refused=no)
    for op in ["atan2", "powf"]:
        no = "has no form in kernels on 'f64'" if f64 else None
        yield case("math." + op, f"%r = math.{op} %a, %b : {t}", refused=no)
    yield case("math.copysign", f"%r = math.copysign %a, %b : {t}", exact=True)
    yield case("math.fma", f"%r = math.fma %a, %b, %c : {t}")
    yield case("math.clampf", [f"%lo = arith.constant -1.0 : {t}", f"%hi = arith.constant 1.5 : {t}",
                               f"%r = math.clampf %a to [%lo, %hi] : {t}"], exact=True)
    for n in ["i32", "i8"]:
        lines = ["%m = arith.remsi %n, %c7 : i32"] + (["%k = arith.trunci %m : i32 to i8"] if n == "i8" else [])
        lines.append(f"%r = math.fpowi %a, {'%k' if n == 'i8' else '%m'} : {t}, {n}")
        no = "has no form in kernels on 'f64'" if f64 else None
        yield case(f"math.fpowi {n}", lines, refused=no)
    no = "has no form in kernels on 'f64'" if f64 else None
    yield case("math.sincos", [f"%s, %k = math.sincos %a : {t}", f"%r = arith.subf %s, %k : {t}"], refused=no)
    for op in ["isfinite", "isinf", "isnan", "isnormal"]:
        yield case("math." + op, f"%r = math.{op} %a : {t}", "i1", True)
    for op in BINARY:
        no = "an exact remainder takes a loop" if op == "remf" else None
        yield case("arith." + op, f"%r = arith.{op} %a, %b : {t}", exact=True, refused=no)
    yield case("arith.negf", f"%r = arith.negf %a : {t}", exact=True)
    yield case("arith.addf fast", f"%r = arith.addf %a, %b fastmath<fast> : {t}", exact=True)
    yield case("arith.constant", f"%r = arith.constant 1.5 : {t}", exact=True)
    yield case("arith.select", [f"%p = arith.cmpf olt, %a, %b : {t}", f"%r = arith.select %p, %a, %b : {t}"],
               exact=True)
    for predicate in PREDICATES:
        yield case("arith.cmpf " + predicate, f"%r = arith.cmpf {predicate}, %a, %b : {t}", "i1", True)
    for i in INTEGERS:
        for op in ["fptosi", "fptoui"]:
            yield case(f"arith.{op} {i}", f"%r = arith.{op} %a : {t} to {i}", i, True)
        for op in ["sitofp", "uitofp"]:
            take = {"i64": "arith.extsi %n : i32 to i64", "i32": "arith.addi %n, %n : i32"}.get(
                i, f"arith.trunci %n : i32 to {i}")
            yield case(f"arith.{op} {i}", [f"%i = {take}", f"%r = arith.{op} %i : {i} to {t}"], exact=True)
    bits = f"i{width(t)}"
    yield case("arith.bitcast", [f"%i = arith.bitcast %a : {t} to {bits}", f"%r = arith.bitcast %i : {bits} to {t}"],
               exact=True)
    for to in FLOATS:
        if width(to) < width(t):
            yield case(f"arith.truncf {to}", f"%r = arith.truncf %a : {t} to {to}", to, True)
            for mode in MODES:
                yield case(f"arith.truncf {mode} {to}", f"%r = arith.truncf %a {mode} : {t} to {to}", to, True)
        elif width(to) > width(t):
            yield case(f"arith.extf {to}", f"%r = arith.extf %a : {t} to {to}", to, True)
    yield case("arith.scaling_extf", ["%s = arith.constant 2.0 : f8E8M0FNU", f"%q = arith.truncf %x : f32 to f8E5M2",
                                      "%r = arith.scaling_extf %q, %s : f8E5M2, f8E8M0FNU to f32"], "f32", True) if t == "f32" else case(
        "arith.truncf f8E8M0FNU", [f"%e = arith.truncf %a : {t} to f8E8M0FNU", "%r = arith.extf %e : f8E8M0FNU to f32"],
        "f32", True) if width(t) > 8 else case("arith.mulf twice", [f"%p = arith.mulf %a, %b : {t}",
                                                                  f"%r = arith.mulf %p, %b : {t}"], exact=True)


def integer_cases(t):
    def case(name, line, result=t, refused=None):
        return Case(name, t, line if isinstance(line, list) else [line], result, True, refused)

    for op in INT_BINARY:
        by = "%d" if op in DIVISIONS else "%b"
        # The only divisor of one bit is -1, by which -1 overflows.
        of = "%none" if op in DIVISIONS and t == "i1" and "si" in op else "%a"
        yield case("arith." + op, [f"%none = arith.subi %a, %a : {t}", f"%r = arith.{op} {of}, {by} : {t}"])
    for op in ["shli", "shrsi", "shrui"]:
        yield case("arith." + op, f"%r = arith.{op} %a, %s : {t}")
    for op in ["absi", "ctlz", "cttz", "ctpop"]:
        yield case("math." + op, f"%r = math.{op} %a : {t}")
    if t != "i1":
        yield case("math.ipowi", f"%r = math.ipowi %a, %s : {t}")
    for predicate in INT_PREDICATES:
        yield case("arith.cmpi " + predicate, f"%r = arith.cmpi {predicate}, %a, %b : {t}", "i1")
    yield case("arith.select", [f"%p = arith.cmpi slt, %a, %b : {t}", f"%r = arith.select %p, %a, %b : {t}"])
    yield case("arith.addi nsw", f"%r = arith.addi %a, %b overflow<nsw> : {t}")
    yield case("arith.addui_extended", [f"%u, %o = arith.addui_extended %a, %b : {t}, i1", f"%r = arith.select %o, %u, %b : {t}"])
    for op in ["mulsi_extended", "mului_extended"]:
        yield case("arith." + op, [f"%l, %h = arith.{op} %a, %b : {t}", f"%r = arith.xori %l, %h : {t}"])
    for to in INTEGERS:
        if width(to) < width(t):
            yield case(f"arith.trunci {to}", f"%r = arith.trunci %a : {t} to {to}", to)
        elif width(to) > width(t):
            yield case(f"arith.extsi {to}", f"%r = arith.extsi %a : {t} to {to}", to)
            yield case(f"arith.extui {to}", f"%r = arith.extui %a : {t} to {to}", to)
    if t in ("i32", "i64"):
        yield case("arith.index_cast", [f"%i = arith.index_cast %s : {t} to index", f"%r = arith.index_cast %i : index to {t}"])


def cases(t):
    return list(float_cases(t) if t in FLOATS else integer_cases(t))


def operands(t):
    """Lines that make %a, %b, %c and what else the ops of the type take of %x, %y (f32) and %n (i32)."""
    if t in FLOATS:
        lines = ["%c7 = arith.constant 7 : i32"]
        for to, of in [("a", "x"), ("b", "y")]:
            if t == "f32":
                lines.append(f"%{to} = arith.addf %{of}, %zero : f32")
            else:
                op = "extf" if t == "f64" else "truncf"
                lines.append(f"%{to} = arith.{op} %{of} : f32 to {t}")
        return lines + [f"%c = arith.negf %b : {t}"]
    lines = ["%n2 = arith.muli %n, %k2 : i32"]
    for to, of in [("a", "n"), ("b", "n2")]:
        if t == "i32":
            lines.append(f"%{to} = arith.addi %{of}, %i0 : i32")
        elif t == "i64":
            lines += [f"%{to}l = arith.extui %{of} : i32 to i64", f"%{to}h = arith.constant 4294967311 : i64",
                      f"%{to} = arith.muli %{to}l, %{to}h : i64"]
        else:
            lines.append(f"%{to} = arith.trunci %{of} : i32 to {t}")
    mask = width(t) - 1
    lines += [f"%mask = arith.constant {mask if t != 'i1' else 'false'}" + (f" : {t}" if t != "i1" else ""),
              f"%s = arith.andi %b, %mask : {t}",
              f"%one = arith.constant {1 if t != 'i1' else 'true'}" + (f" : {t}" if t != "i1" else "")]
    # Odd and positive; of one bit the only divisor.
    lines.append(f"%d0 = arith.andi %b, %mask : {t}")
    lines.append(f"%d = arith.ori %d0, %one : {t}")
    return lines


def result(t, type):
    """Lines from %r of `type` to %out of f32."""
    if type == "f32":
        return ["%out = arith.addf %r, %zero : f32"]
    if type == "f64":
        return ["%out = arith.truncf %r : f64 to f32"]
    if type in FLOATS:
        return [f"%out = arith.extf %r : {type} to f32"]
    if type == "i1":
        return ["%out = arith.uitofp %r : i1 to f32"]
    # Integers as such: a pattern of bits may be a NaN, which one may not tell from another.
    lines = ["%c16 = arith.constant 16 : i32", "%low = arith.constant 65535 : i32"]
    if type == "i64":
        lines += ["%c32 = arith.constant 32 : i64", "%top = arith.shrui %r, %c32 : i64", "%both = arith.xori %r, %top : i64",
                  "%word = arith.trunci %both : i64 to i32"]
    elif type == "i32":
        lines += ["%word = arith.addi %r, %i0 : i32"]
    else:
        lines += [f"%word = arith.extsi %r : {type} to i32"]
    return lines + ["%hi = arith.shrui %word, %c16 : i32", "%lo = arith.andi %word, %low : i32",
                    "%mix = arith.xori %hi, %lo : i32", "%out = arith.uitofp %mix : i32 to f32"]


def program(t, some):
    n = len(some)
    tensor = "tensor<8x128xf32>"
    text = "#id = affine_map<(m, n) -> (m, n)>\n"
    text += (f"func.func @f(%xs: {tensor}, %ys: {tensor}, %ns: tensor<8x128xi32>) -> ("
             + ", ".join([tensor] * n) + ") {\n")
    for i, case in enumerate(some):
        text += f"""  %e{i} = tensor.empty() : {tensor}
  %o{i} = linalg.generic {{indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel", "parallel"]}}
      ins(%xs, %ys, %ns : {tensor}, {tensor}, tensor<8x128xi32>) outs(%e{i} : {tensor}) {{
  ^bb0(%x: f32, %y: f32, %n: i32, %unused: f32):
    %zero = arith.constant -0.0 : f32
    %i0 = arith.constant 0 : i32
    %k2 = arith.constant 40503 : i32
"""
        for line in operands(t) + case.lines + result(t, case.result):
            text += f"    {line}\n"
        text += f"    linalg.yield %out : f32\n  }} -> {tensor}\n"
    return text + "  return " + ", ".join(f"%o{i}" for i in range(n)) + " : " + ", ".join([tensor] * n) + "\n}\n"


def make_data(folder):
    random = np.random.default_rng(20)
    special = [0.0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, np.inf, -np.inf, np.nan, 1e-40, -1e-40, 2.0**-126, 2.0**-149,
               1e38, -1e38, 448, 464, 465, -464, 480, 57344, 61440, -61440, 65504, 65520, 88, 89, -88, 100, -104, 127.5, 1e-3,
               2.0**24 + 2, 1.5, 2.5, -2.5, 0.99999994, 1.0000001, 2.0**31, 2.0**63, -2.0**31, 1e10]
    x = np.concatenate([np.repeat(special, 8)[:368], random.normal(size=200) * 4, random.normal(size=200) * 0.01,
                        random.uniform(-100, 100, size=128), np.exp(random.normal(size=128) * 10) * random.choice([-1, 1], 128)])
    y = np.concatenate([np.tile([1, 2, -3, 0.5, 0.0, -np.inf, np.nan, 7], 46), random.normal(size=512),
                        random.integers(-9, 9, size=144)])
    n = random.integers(-2**31, 2**31, size=1024)
    n[:64] = np.repeat([0, 1, -1, 2**31 - 1, -2**31, 65535, -128, 255], 8)
    np.save(f"{folder}/x.npy", x.astype(np.float32).reshape(8, 128))
    np.save(f"{folder}/y.npy", y.astype(np.float32).reshape(8, 128))
    np.save(f"{folder}/n.npy", n.astype(np.int32).reshape(8, 128))


def execute(gq_run, backend, path, folder, count):
    outputs = [f"{folder}/{backend}{i}.npy" for i in range(count)]
    command = [gq_run, path, f"--backend={backend}"]
    command += [f"--input={folder}/{name}.npy" for name in "xyn"] + [f"--output={file}" for file in outputs]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{path}: {backend}:\n{done.stderr}")
    return [np.load(file) for file in outputs]


def judge(case, x, found, expected):
    """None, or the first element that is off."""
    if case.name in ("math.sin", "math.cos", "math.tan", "math.sincos"):
        # NaN where neighbouring operands are many periods apart.
        expected = np.where(np.abs(x) >= 2.0**48, np.float32(np.nan), expected)
    with np.errstate(all="ignore"):
        same = (found == expected) | (np.isnan(found) & np.isnan(expected))
        if case.exact:
            # Zeros have signs.
            same &= np.isnan(found) | (np.signbit(found) == np.signbit(expected))
        else:
            step = STEP.get(case.result, 0)
            f, e = found.astype(np.float64), expected.astype(np.float64)
            same |= np.abs(f - e) <= step * np.abs(e) + LEAST.get(case.result, 0)
            # What overflows for one may just not for the other.
            same |= ~np.isfinite(e) & ~np.isnan(e) & (np.abs(f) > 1e38)
            same |= ~np.isfinite(f) & ~np.isnan(f) & (np.abs(e) > 3.4e38)
    bad = np.argwhere(~same)
    return None if len(bad) == 0 else tuple(bad[0])


def run(gq_run, gq_compile, folder, *types):
    os.makedirs(folder, exist_ok=True)
    make_data(folder)
    x, y, n = (np.load(f"{folder}/{name}.npy") for name in "xyn")
    compiled = refused = wrong = 0
    for t in types:
        good = [case for case in cases(t) if not case.refused]
        path = f"{folder}/{t}.mlir"
        with open(path, "w") as file:
            file.write(program(t, good))
        done = subprocess.run([gq_compile, path, "--emit=ptx", "-o", f"{folder}/{t}.ptx"], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{path}:\n{done.stderr}")
        expected = execute(gq_run, "reference", path, folder, len(good))
        found = execute(gq_run, "simulate", path, folder, len(good))
        for case, f, e in zip(good, found, expected):
            at = judge(case, x, f, e)
            if at:
                wrong += 1
                print(f"{t}: {case.name}: x {x[at]!r} y {y[at]!r} n {n[at]}: {f[at]!r}, expected {e[at]!r}")
        no = [case for case in cases(t) if case.refused]
        for case in no:
            path = f"{folder}/refused.mlir"
            with open(path, "w") as file:
                file.write(program(t, [case]))
            for command in [[gq_compile, path, "-o", "/dev/null"],
                            [gq_run, path, "--backend=simulate"]]:
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode != 1 or case.refused not in done.stderr:
                    wrong += 1
                    print(f"{t}: {case.name}: expected to be refused, got {done.returncode}: {done.stderr}")
        print(f"{t}: {len(good)} compiled, {len(no)} refused")
        compiled, refused = compiled + len(good), refused + len(no)
    print(f"all: {compiled} compiled, {refused} refused, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1] == "print":
        print(program(sys.argv[2], [case for case in cases(sys.argv[2]) if not case.refused]))
    else:
        sys.exit(run(*sys.argv[2:]))
