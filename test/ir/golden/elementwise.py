"""Writes elementwise.json: values of elementwise operations by mpmath (50 digits) and by Python's integers.

Run by hand where the list of operations changes: python3 test/ir/golden/elementwise.py (needs mpmath and numpy).
"""
import itertools
import json
import math
import pathlib

import mpmath as mp
import numpy as np

mp.mp.dps = 50
INFINITY = math.inf
REALS = [0.0, 1e-300, 1e-9, 0.03, 0.25, 0.5, 0.8437, 0.9999, 1.0, 1.0001, 1.4616321449683622, 1.5, 2.0, 2.5, 3.75, 6.3, 11.0, 30.2, 170.6, 1e5]
REALS = REALS + [-x for x in REALS]
SPECIAL = [INFINITY, -INFINITY, math.nan]


def text(value):
    """A float64 or an integer as a string that JSON keeps."""
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    value = float(value)
    if math.isnan(value):
        return "nan"
    return "inf" if value == INFINITY else "-inf" if value == -INFINITY else repr(value)


def exact(function, domain):
    def apply(x):
        if not domain(x):
            return math.nan
        value = function(mp.mpf(x))
        return float(value) if not isinstance(value, mp.mpc) else math.nan

    return apply


anywhere = lambda x: True
TRANSCENDENTAL = {
    "sqrt": (mp.sqrt, lambda x: x >= 0),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), lambda x: x > 0),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), anywhere),
    "exp": (mp.exp, anywhere),
    "expm1": (mp.expm1, anywhere),
    "log": (mp.log, lambda x: x > 0),
    "log1p": (mp.log1p, lambda x: x > -1),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), anywhere),
    "tanh": (mp.tanh, anywhere),
    "erf": (mp.erf, anywhere),
    "erf_inv": (mp.erfinv, lambda x: abs(x) < 1),
    "lgamma": (lambda x: mp.log(abs(mp.gamma(x))) if abs(x) < 1000 else mp.re(mp.loggamma(x)), lambda x: x > 0 or x != int(x)),
    "digamma": (mp.digamma, lambda x: x > 0 or x != int(x)),
    "sin": (mp.sin, anywhere),
    "cos": (mp.cos, anywhere),
    "tan": (mp.tan, anywhere),
    "asin": (mp.asin, lambda x: abs(x) <= 1),
    "acos": (mp.acos, lambda x: abs(x) <= 1),
    "atan": (mp.atan, anywhere),
    "sinh": (mp.sinh, anywhere),
    "cosh": (mp.cosh, anywhere),
    "asinh": (mp.asinh, anywhere),
    "acosh": (mp.acosh, lambda x: x >= 1),
    "atanh": (mp.atanh, lambda x: abs(x) < 1),
}

# Written with masks and modular arithmetic, unlike the implementation.
WIDTHS = {"int8": 8, "int32": 32, "int64": 64, "uint8": 8, "uint32": 32, "uint64": 64}


def wrap(value, dtype):
    bits = WIDTHS[dtype]
    value %= 1 << bits
    return value - (1 << bits) if dtype.startswith("int") and value >> (bits - 1) else value


def truncate(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def power(a, b):
    return a**b if b >= 0 else {1: 1, -1: -1 if b % 2 else 1}.get(a, 0)


INTEGER = {
    "add": lambda a, b, n: a + b,
    "subtract": lambda a, b, n: a - b,
    "multiply": lambda a, b, n: a * b,
    "divide": lambda a, b, n: truncate(a, b) if b else 0,
    "remainder": lambda a, b, n: a - b * truncate(a, b) if b else 0,
    "power": lambda a, b, n: power(a, b) if abs(b) < 300 else None,
    "maximum": lambda a, b, n: max(a, b),
    "minimum": lambda a, b, n: min(a, b),
    "and": lambda a, b, n: a & b,
    "or": lambda a, b, n: a | b,
    "xor": lambda a, b, n: a ^ b,
    "shift_left": lambda a, b, n: a << b if 0 <= b < n else 0,
    "shift_right": lambda a, b, n: a >> b if 0 <= b < n else (-1 if a < 0 else 0),
    "shift_right_logical": lambda a, b, n: (a % (1 << n)) >> b if 0 <= b < n else 0,
}
FLOAT = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "remainder": np.fmod,
    "power": np.power,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "atan2": np.arctan2,
    "next_after": np.nextafter,
}


def main():
    np.seterr(all="ignore")
    unary = {}
    for name, (function, domain) in TRANSCENDENTAL.items():
        pairs = [(x, exact(function, domain)(x)) for x in REALS if domain(x)]
        unary[name] = {"x": [text(x) for x, _ in pairs], "y": [text(y) for _, y in pairs]}
    integers = {}
    for dtype, bits in WIDTHS.items():
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if dtype.startswith("int") else (0, (1 << bits) - 1)
        values = sorted({low, low + 1, max(low, -7), max(low, -1), 0, 1, 2, 3, 31, 65 % (high + 1), high // 3, high - 1, high})
        pairs = list(itertools.product(values, values))
        integers[dtype] = {"x": [text(a) for a, _ in pairs], "y": [text(b) for _, b in pairs]}
        for name, function in INTEGER.items():
            results = [function(a, b, bits) for a, b in pairs]
            integers[dtype][name] = [None if value is None else text(wrap(value, dtype)) for value in results]
    reals = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -3.0, 1e300, *SPECIAL]
    pairs = list(itertools.product(reals, reals))
    a, b = np.array(pairs).T
    floats = {"x": [text(v) for v in a], "y": [text(v) for v in b]}
    floats.update({name: [text(v) for v in function(a, b)] for name, function in FLOAT.items()})
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"unary": unary, "integers": integers, "floats": floats}) + "\n")


main()
