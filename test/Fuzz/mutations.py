"""Changes of .mlir text. Each takes (rng, tokens, pool) and changes the list of tokens, or
returns False where there is nothing for it to change."""

import re

from ring import Ring

TOKEN = re.compile(
    r'\s+|"(?:[^"\\\n]|\\.)*"|[%@#!^][\w$.-]*(?::\d+)?|->|::|==|>=|0x[0-9A-Fa-f]+'
    r"|\d+\.\d*(?:[eE][-+]?\d+)?|\d+|(?<=[\d?])x|[A-Za-z_][\w$.-]*|."
)
ATTRIBUTE = re.compile(r'(?<![%\w.])[a-z][\w.]* = (?:#?[\w.]+<[^<>]*>|\[[^\[\]]*\]|"[^"]*"|-?\w+(?![\w.]))')
ELEMENTS = ["f8E4M3FN", "f8E5M2", "bf16", "f16", "f32", "f64", "i8", "i16", "i32", "i64", "i1", "i4",
            "index", "f8E8M0FNU", "f4E2M1FN", "f8E4M3FNUZ", "ui8", "si8", "tf32"]  # fmt: skip
SIZES = [0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 96, 100, 127, 128, 129, 160, 192, 255, 256,
         257, 384, 512, 1000, 1024, 4096, 65535, 65536]  # fmt: skip
EXTREMES = [-1, -2, -128, 1 << 20, 1000003, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 32) + 128,
            (1 << 53) + 1, (1 << 62) + 1, (1 << 63) - 1, 1 << 63, 1 << 64]  # fmt: skip
# Ops that stand for each other: as many operands, of the same types.
ALIKE = [
    """math.absf math.acos math.acosh math.asin math.asinh math.atan math.atanh math.cbrt math.ceil math.cos
    math.cosh math.erf math.erfc math.exp math.exp2 math.expm1 math.floor math.log math.log10 math.log1p
    math.log2 math.round math.roundeven math.rsqrt math.sin math.sinh math.sqrt math.tan math.tanh math.trunc
    arith.negf""",
    """arith.addf arith.subf arith.mulf arith.divf arith.remf arith.maximumf arith.minimumf arith.maxnumf
    arith.minnumf math.powf math.atan2 math.copysign""",
    """arith.addi arith.subi arith.muli arith.divsi arith.divui arith.ceildivsi arith.ceildivui arith.floordivsi
    arith.remsi arith.remui arith.maxsi arith.minsi arith.maxui arith.minui arith.andi arith.ori arith.xori
    arith.shli arith.shrsi arith.shrui""",
    "arith.extf arith.truncf arith.bitcast arith.sitofp arith.uitofp arith.fptosi arith.fptoui arith.extsi "
    "arith.extui arith.trunci arith.index_cast",
]  # fmt: skip
ALIKE = {name: group.split() for group in ALIKE for name in group.split()}
OTHER_ELEMENTS = ["complex<f32>", "vector<4xf32>", "memref<4xf32>", "tensor<4xf32>", "none", "i7", "i128"]


def tokens_of(text):
    return TOKEN.findall(text)


class Pool:
    """Words of all pieces, by kind: what a token may be replaced by."""

    def __init__(self, pieces):
        ops, words, attributes, lines = {}, {}, {}, {}
        for piece in pieces:
            for line in piece.text.splitlines():
                if line.strip():
                    lines[line] = None
                for found in ATTRIBUTE.findall(line):
                    attributes[found] = None
                for found in re.findall(r"\{(\w+)\}", line):
                    attributes[found] = None
            for token in tokens_of(piece.text):
                if re.fullmatch(r"[a-z_]\w*\.[\w.]+", token):
                    ops.setdefault(token.split(".")[0], {})[token] = None
                elif re.fullmatch(r"[A-Za-z_][\w-]*|[#!][\w.]+", token):
                    words[token] = None
        self.ops = {dialect: Ring(list(names)) for dialect, names in ops.items()}
        self.words, self.attributes, self.lines = (Ring(list(kind)) for kind in (words, attributes, lines))


def _places(tokens, matches):
    return [i for i, token in enumerate(tokens) if matches(token)]


def _is_number(token):
    return token.isdigit()


def _is_size(tokens, i):
    return (tokens[i] == "?" or tokens[i].isdigit()) and i + 1 < len(tokens) and tokens[i + 1] == "x"


def _new_number(rng, old):
    kind = rng.random()
    if kind < 0.15:
        return str(rng.choice(EXTREMES))
    if kind < 0.5:
        return str(rng.choice(SIZES))
    return str(rng.choice((old + 1, max(old - 1, 0), 2 * old, old // 2, 3 * old, old + 16, old + 128)))


def number(rng, tokens, pool):
    """One that is no size: those change together."""
    places = [i for i in _places(tokens, _is_number) if not _is_size(tokens, i) or rng.random() < 0.1]
    if not places:
        return False
    i = rng.choice(places)
    tokens[i] = _new_number(rng, int(tokens[i]))


def number_everywhere(rng, tokens, pool):
    """One size of a program is many tokens, and what changes one of them is refused early."""
    places = _places(tokens, _is_number)
    if not places:
        return False
    old = tokens[rng.choice(places)]
    new = _new_number(rng, int(old))
    for i in _places(tokens, lambda token: token == old):
        tokens[i] = new


def size(rng, tokens, pool):
    """A size everywhere, and the number of blocks that it has."""
    places = [i for i in range(len(tokens)) if _is_size(tokens, i) and tokens[i] != "?" and int(tokens[i]) > 1]
    if not places:
        return False
    old = int(tokens[rng.choice(places)])
    new, block = rng.choice(SIZES), rng.choice((128, 128, 128, 1, 32, 64, 256))
    known = {str(old): str(new)}
    if -(-old // block) not in (1, old):
        known[str(-(-old // block))] = str(-(-new // block))
    for i in _places(tokens, known.__contains__):
        tokens[i] = known[tokens[i]]


def dynamic(rng, tokens, pool):
    """A size of a type, or all of the same, becomes unknown, or known."""
    places = [i for i in range(len(tokens)) if _is_size(tokens, i)]
    if not places:
        return False
    old = tokens[rng.choice(places)]
    new = str(rng.choice(SIZES)) if old == "?" else "?"
    same = [i for i in places if tokens[i] == old]
    for i in same if rng.random() < 0.85 else [rng.choice(same)]:
        tokens[i] = new


def element(rng, tokens, pool):
    places = _places(tokens, ELEMENTS.__contains__)
    if not places:
        return False
    old = tokens[rng.choice(places)]
    new = rng.choice(ELEMENTS if rng.random() < 0.9 else OTHER_ELEMENTS)
    same = _places(tokens, lambda token: token == old)
    for i in same if rng.random() < 0.85 else [rng.choice(same)]:
        tokens[i] = new


def rank(rng, tokens, pool):
    """A type, or all types like it, get or lose a dimension."""
    places = [i for i in range(len(tokens)) if _is_size(tokens, i)]
    if not places:
        return False
    i = rng.choice(places)
    same = [j for j in places if tokens[j] == tokens[i]] if rng.random() < 0.7 else [i]
    more = rng.random() < 0.5
    extra = [rng.choice(("?", "1", "2", "8")), "x"]
    for j in reversed(same):
        tokens[j : j + 2] = [*extra, *tokens[j : j + 2]] if more else []


def operand(rng, tokens, pool):
    """A use of an SSA value becomes one of another that has been seen before."""
    places = _places(tokens, lambda token: token[0] == "%" and len(token) > 1)
    uses = [i for i in places if "".join(tokens[i + 1 : i + 3]).strip()[:1] not in ("=", ":") and i != places[0]]
    if not uses:
        return False
    i = rng.choice(uses)
    tokens[i] = tokens[rng.choice([j for j in places if j < i])]


def op_name(rng, tokens, pool):
    places = _places(tokens, lambda token: "." in token and token.split(".")[0] in pool.ops and token[0].isalpha())
    if not places:
        return False
    i = rng.choice(places)
    tokens[i] = pool.ops[tokens[i].split(".")[0]].draw(rng)


def alike(rng, tokens, pool):
    places = _places(tokens, ALIKE.__contains__)
    if not places:
        return False
    i = rng.choice(places)
    tokens[i] = rng.choice(ALIKE[tokens[i]])


def word(rng, tokens, pool):
    places = _places(tokens, lambda token: re.fullmatch(r"[A-Za-z_][\w-]*|[#!][\w.]+", token))
    if not places:
        return False
    tokens[rng.choice(places)] = pool.words.draw(rng)


def attribute(rng, tokens, pool):
    """One more attribute, or other ones, or none."""
    places = [i for i in _places(tokens, lambda token: token == "{")
              if re.match(r"\{\s*\w+( = |\}|,)", "".join(tokens[i : i + 6]))]  # fmt: skip
    if not places:
        return False
    i = rng.choice(places)
    if rng.random() < 0.3 and "}" in tokens[i : i + 30]:
        del tokens[i : tokens.index("}", i) + 1]
    else:
        more = pool.attributes.draw(rng)
        tokens[i + 1 : i + 1] = [more + ("" if rng.random() < 0.2 else ", ")]


def own_attribute(rng, tokens, pool):
    """An attribute dictionary where there is none: before the colon that begins the types."""
    places = _places(tokens, lambda token: token == ":")
    if not places:
        return False
    i = rng.choice(places)
    tokens[i:i] = [f"{{{pool.attributes.draw(rng)}}} "]


def delete(rng, tokens, pool):
    first = rng.randrange(len(tokens))
    del tokens[first : first + rng.choice((1, 1, 1, 2, 3, 5))]


def duplicate(rng, tokens, pool):
    first = rng.randrange(len(tokens))
    count = rng.choice((1, 2, 3, 5))
    tokens[first:first] = tokens[first : first + count]


def swap(rng, tokens, pool):
    places = [i for i, token in enumerate(tokens) if not token.isspace()]
    if len(places) < 2:
        return False
    i = rng.randrange(len(places) - 1)
    j = min(i + rng.choice((1, 2, 3)), len(places) - 1)
    a, b = places[i], places[j]
    tokens[a], tokens[b] = tokens[b], tokens[a]


def lines(rng, tokens, pool):
    """A line is deleted, doubled, moved, or one of another program comes in."""
    rows = "".join(tokens).splitlines(keepends=True)
    i, j = rng.randrange(len(rows)), rng.randrange(len(rows))
    kind = rng.choice(("delete", "double", "swap", "next", "other"))
    if kind == "delete":
        del rows[i]
    elif kind == "double":
        rows.insert(i, rows[i])
    elif kind == "swap":
        rows[i], rows[j] = rows[j], rows[i]
    elif kind == "next" and i + 1 < len(rows):
        rows[i], rows[i + 1] = rows[i + 1], rows[i]
    else:
        rows.insert(i, pool.lines.draw(rng) + "\n")
    tokens[:] = tokens_of("".join(rows))


def _mend(rng, text):
    """Of most texts the empty tensors get as many sizes as their types ask for."""
    if rng.random() < 0.2:
        return text
    sizes = re.findall(r"(%\w+) = tensor\.dim", text) or re.findall(r"(%\w+): index", text) or ["%c0"]

    def fit(found):
        given = [name for name in re.split(r",\s*", found[1]) if name]
        count = found[2].count("?")
        given += [rng.choice(given or sizes) for _ in range(count - len(given))]
        return f"tensor.empty({', '.join(given[:count])}) : tensor<{found[2]}>"

    return re.sub(r"tensor\.empty\(([^()]*)\) : tensor<([^<>]*)>", fit, text)


# What leaves programs valid comes more often.
WEIGHTED = [(number, 8), (number_everywhere, 8), (size, 8), (dynamic, 6), (element, 6), (rank, 2), (operand, 6),
            (alike, 6), (op_name, 2), (word, 1), (attribute, 4), (own_attribute, 2), (delete, 1),
            (duplicate, 1), (swap, 1), (lines, 4)]  # fmt: skip
CHANGES = [change for change, weight in WEIGHTED for _ in range(weight)]


def mutate(rng, text, pool):
    """Another text: one change, sometimes up to four."""
    tokens = tokens_of(text)
    for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 3, 4))):
        for _ in range(20):
            if not tokens or rng.choice(CHANGES)(rng, tokens, pool) is not False:
                break
    return _mend(rng, "".join(tokens))
