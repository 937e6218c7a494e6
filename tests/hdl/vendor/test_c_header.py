"""The C header says what Python says."""

import dataclasses
import re
import shutil
import subprocess

import pytest

from quantacore.golden.spec.registers import REGISTER_BY_NAME, REGISTERS
from quantacore.hdl.vendor.c_header import HEADER_FILE, PREFIX, c_constants, c_header


def test_header_has_every_register_and_field(manifest):
    text = c_header(manifest)
    defined = {name: int(value, 0) for name, value in re.findall(r"#define (\w+) (\w+)u\n", text)}
    for register in REGISTERS:
        assert defined[f"{PREFIX}{register.name.upper()}_ADDRESS"] == register.address
    assert defined[f"{PREFIX}FAULTS_IMAGE_PARITY_MASK"] == 1 << 8
    max_passes = REGISTER_BY_NAME["max_passes"].fields[0]
    assert defined[f"{PREFIX}MAX_PASSES_MASK"] == max_passes.mask
    assert defined[f"{PREFIX}CORE_IMAGE_CHUNKS"] == manifest.window.image_chunks
    assert f"{defined[f'{PREFIX}CORE_GRAPH_HASH']:08x}" == manifest.topology_hash[:8]
    constants = {k: v for group in c_constants(manifest).values() for k, v in group.items()}
    assert {PREFIX + name: value for name, value in constants.items()} == defined


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["gcc -std=c99", "g++ -std=c++11"])
def test_compiled_header_has_the_values_of_python(manifest, compiler, tmp_path):
    program, *flags = compiler.split()
    if shutil.which(program) is None:
        pytest.skip(f"{program} is missing")
    constants = {k: v for group in c_constants(manifest).values() for k, v in group.items()}
    (tmp_path / HEADER_FILE).write_text(c_header(manifest))
    lines = "".join(
        f'  printf("{name} %lu\\n", (unsigned long){PREFIX}{name});\n' for name in constants
    )
    source = tmp_path / "print.c"
    source.write_text(
        f'#include <stdio.h>\n#include "{HEADER_FILE}"\n#include "{HEADER_FILE}"\n'
        f"int main(void) {{\n{lines}  return 0;\n}}\n"
    )
    binary = tmp_path / "print"
    warnings = ("-Wall", "-Wextra", "-Werror", "-pedantic")
    language = ("-x", "c++") if program == "g++" else ()
    command = [program, *flags, *warnings, *language, str(source), "-o", str(binary)]
    subprocess.run(command, check=True)
    printed = subprocess.run([str(binary)], capture_output=True, text=True, check=True).stdout
    said = dict(line.split() for line in printed.splitlines())
    assert said == {name: str(value) for name, value in constants.items()}


def test_header_rejects_a_core_of_whole_shots(manifest):
    with pytest.raises(ValueError, match="Core must be one for streams to have registers"):
        c_header(dataclasses.replace(manifest, window=None))
