"""Makes the HDF5 files beside it, which the tests read: types that Keras writes, and things that no model file may hold.

    python3 make_files.py        needs h5py, numpy, ml_dtypes
"""

import os

import h5py
import ml_dtypes
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def new_file(name):
    return h5py.File(os.path.join(HERE, name), "w", libver="latest")


def variables(file):
    return file.create_group("layers/dense/vars")


with new_file("types.weights.h5") as file:
    group = variables(file)
    group.attrs["name"] = "dense"
    values = [1.0, 2.5, -3.0]
    for i, dtype in enumerate(["f2", "f4", "f8", ">f4", "i1", "u2", ">i8"]):
        group[str(i)] = np.array(values, dtype="f8").astype(dtype)
    group["7"] = np.array([True, False])
    group.create_dataset("8", data=np.array(values, dtype=ml_dtypes.bfloat16)).attrs["dtype"] = "bfloat16"
    group["9"] = np.int64(2**60)
    group["10"] = np.zeros((0, 3), dtype="f4")
    group.create_dataset("11", data=np.arange(6, dtype="f4").reshape(2, 3), chunks=(1, 3), compression="gzip", shuffle=True)
    group.attrs["list"] = np.array(["first", "second"], dtype=h5py.string_dtype())
    group.attrs["bytes"] = np.array([b"ab", b"c"])
    group.attrs["number"] = 7.5

with new_file("virtual.weights.h5") as file:
    layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "data", shape=(4,))
    variables(file).create_virtual_dataset("0", layout)

with new_file("external-data.weights.h5") as file:
    variables(file).create_dataset("0", (4,), dtype="f4", external=[("/etc/passwd", 0, 16)])

with new_file("shape-bomb.weights.h5") as file:
    variables(file).create_dataset("0", (2**16, 2**12), dtype="f4", chunks=(2**10, 2**10), compression="gzip")

with new_file("huge-shape.weights.h5") as file:
    variables(file).create_dataset("0", (2**40, 2**20), dtype="f4", chunks=(2**10, 2**10))

with new_file("complex.weights.h5") as file:
    variables(file)["0"] = np.array([1 + 2j])

with new_file("chunked-names.h5") as file:
    layers = [f"layer_with_a_long_name_{i}" for i in range(5)]
    file.attrs["layer_names0"] = np.array(layers[:3], dtype="S")
    file.attrs["layer_names1"] = np.array(layers[3:], dtype="S")
    file.attrs["keras_version"] = b"2.3.1"
    for i, layer in enumerate(layers):
        group = file.create_group(layer)
        group.attrs["weight_names"] = np.array([f"{layer}/kernel:0"], dtype="S") if i else []
        if i:
            group[f"{layer}/kernel:0"] = np.array([i], dtype="f4")
