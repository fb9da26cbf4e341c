"""Opens what kerasc saved with real Keras, compares outputs with the golden ones, and saves the models again.

Usage: real_keras.py GOLDEN SCRATCH. For each line of SCRATCH/names.txt there is NAME.keras, NAME.weights.h5 and NAME.json
in SCRATCH; NAME.back.keras, NAME.back.weights.h5 and, where Keras can, NAME.back.h5 are written beside them. Names that are
not golden models have their inputs and outputs, in flat order, in SCRATCH/made.safetensors. Prints one JSON line for each model:
{"name", "problems": [...]}.
"""
import json
import struct
import sys
import traceback

import keras
import numpy as np

GOLDEN, SCRATCH = sys.argv[1:]


@keras.saving.register_keras_serializable(package="kc")
class PositionEmbedding(keras.layers.Layer):
    def build(self, input_shape):
        self.pos = self.add_weight(name="pos", shape=input_shape[1:3])

    def call(self, x):
        return x + self.pos


def read_tensors(path):
    data = open(path, "rb").read()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    types = {"F32": np.float32, "I32": np.int32, "BOOL": np.bool_}
    return {
        key: np.frombuffer(data[8 + size :][slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(entry["shape"])
        for key, entry in header.items()
        if key != "__metadata__"
    }


TENSORS = read_tensors(f"{GOLDEN}/models/tensors.safetensors")
MADE = read_tensors(f"{SCRATCH}/made.safetensors")


def decode(value):
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$tensor" in value:
        return TENSORS[value["$tensor"]].astype(value["dtype"])
    if "$ints" in value:
        return np.array([int(item) for item in value["$ints"]], value["dtype"]).reshape(value["shape"])
    if "$strings" in value:
        return np.array(value["$strings"], dtype=object).reshape(value["shape"]).astype(str)
    return {key: decode(item) for key, item in value.items()}


def compare(what, found, expected, tolerance):
    pairs = list(zip(keras.tree.flatten(found), keras.tree.flatten(expected), strict=True))
    for index, (a, b) in enumerate(pairs):
        a, b = (np.asarray(keras.ops.convert_to_numpy(x)).astype("float64") for x in (a, b))
        if a.shape != b.shape:
            yield f"{what}: output {index} has shape {a.shape}, expected {b.shape}"
        elif not np.all(np.abs(a - b) <= tolerance * max(1, np.abs(b).max(initial=0))):
            yield f"{what}: output {index} is {np.abs(a - b).max()} away"


def check(name, case):
    inputs, outputs = keras.tree.map_structure(keras.ops.convert_to_tensor, decode(case["inputs"])), decode(case["outputs"])
    tolerance = 5e-3 if "float16" in name else 1e-5
    golden = keras.models.load_model(f"{GOLDEN}/{case['keras']}")
    model = keras.models.load_model(f"{SCRATCH}/{name}.keras")
    yield from compare(".keras", model(inputs, training=False), outputs, tolerance)
    if [layer.name for layer in model.layers] != [layer.name for layer in golden.layers]:
        yield "the layers have other names"
    if [weight.path for weight in model.trainable_weights] != [weight.path for weight in golden.trainable_weights]:
        yield "other weights are trainable"
    if model.compiled != golden.compiled or (golden.compiled and model.get_compile_config() != golden.get_compile_config()):
        yield "the model is compiled in another way"
    bare = keras.models.model_from_json(open(f"{SCRATCH}/{name}.json").read())
    bare.load_weights(f"{SCRATCH}/{name}.weights.h5")
    yield from compare(".json and .weights.h5", bare(inputs, training=False), outputs, tolerance)
    fresh = keras.models.load_model(f"{SCRATCH}/{name}.keras")
    fresh.save(f"{SCRATCH}/{name}.back.keras")
    fresh.save_weights(f"{SCRATCH}/{name}.back.weights.h5")
    if "h5" in case:
        fresh.save(f"{SCRATCH}/{name}.back.h5")


def check_made(name):
    """Models that were made by kerasc: what it computed must come out."""
    model = keras.models.load_model(f"{SCRATCH}/{name}.keras")
    tensors = {what: [value for key, value in MADE.items() if key.startswith(f"{name}/{what}/")] for what in ("in", "out")}
    inputs = keras.tree.pack_sequence_as(model.input, tensors["in"])
    tolerance = 2e-2 if name == "mixed_precision" else 1e-5
    for what, candidate in {".keras": model, ".json": keras.models.model_from_json(open(f"{SCRATCH}/{name}.json").read())}.items():
        if what == ".json":
            candidate.load_weights(f"{SCRATCH}/{name}.weights.h5")
        found = keras.tree.flatten(candidate(inputs, training=False))
        yield from compare(what, [keras.ops.cast(value, "float32") for value in found], tensors["out"], tolerance)
    model.save(f"{SCRATCH}/{name}.back.keras")
    model.save_weights(f"{SCRATCH}/{name}.back.weights.h5")


def main():
    names = open(f"{SCRATCH}/names.txt").read().split()
    cases = {case["id"].split("/")[1]: case for case in map(json.loads, open(f"{GOLDEN}/models/cases.jsonl"))}
    for name in names:
        try:
            problems = list(check(name, cases[name]) if name in cases else check_made(name))
        except Exception as error:
            problems = [f"{type(error).__name__}: {error}"[:600], traceback.format_exc()[-600:]]
        print(json.dumps({"name": name, "problems": problems}), flush=True)


main()
