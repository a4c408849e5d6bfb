"""The element types of tensors: the table of lib/Core/Support/ElementType.cpp, and
what torch calls them."""

# MLIR's name: (bytes, type code of DLPack, name of the torch dtype).
ELEMENT_TYPES = {
    "bf16": (2, 4, "bfloat16"),
    "f16": (2, 2, "float16"),
    "f32": (4, 2, "float32"),
    "f64": (8, 2, "float64"),
    "i8": (1, 0, "int8"),
    "i16": (2, 0, "int16"),
    "i32": (4, 0, "int32"),
    "i64": (8, 0, "int64"),
    "f8E4M3FN": (1, 10, "float8_e4m3fn"),
    "f8E5M2": (1, 12, "float8_e5m2"),
    "f8E8M0FNU": (1, 14, "float8_e8m0fnu"),
}
