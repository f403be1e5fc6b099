"""Takes TensorFlow's C library and its headers out of a wheel: `extract-libtensorflow.py WHEEL DEPS`."""

import pathlib
import shutil
import sys
import zipfile

LIBRARIES = {
    "tensorflow/libtensorflow_cc.so.2": "libtensorflow.so",
    "tensorflow/libtensorflow_framework.so.2": "libtensorflow_framework.so",
}
INCLUDE = "tensorflow/include/"
HEADERS = tuple(
    INCLUDE + folder for folder in ("tensorflow/c/", "tensorflow/core/platform/", "tsl/c/", "tsl/platform/")
)

wheel, deps = (pathlib.Path(argument) for argument in sys.argv[1:])
(deps / "lib").mkdir(parents=True)
with zipfile.ZipFile(wheel) as archive:
    for path, link in LIBRARIES.items():
        library = deps / "lib" / pathlib.Path(path).name
        with archive.open(path) as source, library.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        # The name that the linker looks for; the program finds the library by the name that it bears itself.
        (deps / "lib" / link).symlink_to(library.name)
    for name in archive.namelist():
        if name.startswith(HEADERS) and not name.endswith("/"):
            target = deps / "include" / name[len(INCLUDE) :]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))
