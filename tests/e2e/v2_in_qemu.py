"""By hand: a whole cgroup v2 tree with PSI in an emulated machine, the agent's values beside the kernel's files.

    ./dev v2 --kernel VMLINUZ [--qemu "qemu-system-x86_64 -L DIRECTORY"] [--agent BINARY]

Needs a kernel image (of Debian's linux-image-cloud-amd64, unpacked with dpkg-deb -x), qemu-system-x86 and a static
busybox; 20 s on an idle machine, since everything is emulated.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

import e2e_support
from v2_checks import Checks
from v2_machine import initramfs, parts_of

# The timers of a busy host's emulation fail the kernel's checks of them.
COMMAND_LINE = "console=ttyS0 quiet psi=1 panic=-1 no_timer_check tsc=reliable"


def run_machine(options, archive):
    command = [
        *shlex.split(options.qemu),
        *("-M", "q35", "-accel", "tcg,thread=single", "-cpu", "max", "-m", "768"),
        *("-no-reboot", "-display", "none", "-serial", "stdio", "-nic", "none"),
        *("-kernel", options.kernel, "-initrd", archive, "-append", COMMAND_LINE),
    ]
    with tempfile.TemporaryFile() as serial:
        machine = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=serial)
        try:
            machine.wait(options.seconds)
        except subprocess.TimeoutExpired:
            print(f"the machine did not end within {options.seconds} s")
            machine.kill()
            machine.wait()
        serial.seek(0)
        return serial.read().decode(errors="replace").replace("\r", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--qemu", default="qemu-system-x86_64")
    parser.add_argument("--agent", default=os.path.join(e2e_support.BUILD, "supercargo"))
    parser.add_argument("--busybox", default=shutil.which("busybox"))
    parser.add_argument("--seconds", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="supercargo-qemu-") as directory:
        output = run_machine(options, initramfs(directory, options.agent, options.busybox))
    found = parts_of(output)
    if not found["metrics"]:
        print(output[-4000:])
        return 1
    return 1 if Checks(found).all() else 0


if __name__ == "__main__":
    sys.exit(main())
