"""What a kubelet on a plain machine is started with, by its version: options came and went."""

import re
import subprocess

from container_images import PAUSE_IMAGE

COMMON = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", "syncFrequency": "5s",
    "authentication": {"anonymous": {"enabled": False}, "webhook": {"enabled": True}},
    "authorization": {"mode": "Webhook"}, "failSwapOn": False, "cgroupDriver": "cgroupfs",
    "imageGCHighThresholdPercent": 100, "imageGCLowThresholdPercent": 99, "maxOpenFiles": 10000,
    "evictionHard": {"memory.available": "1Mi"}, "makeIPTablesUtilChains": False, "oomScoreAdj": 0,
}


def version_of(kubelet):
    """(1, 36) of `Kubernetes v1.36.2`."""
    told = subprocess.run([kubelet, "--version"], check=True, capture_output=True, text=True).stdout
    major, minor = re.search(r"v(\d+)\.(\d+)", told).groups()
    return int(major), int(minor)


def options_of_the_kubelet(version, runtime, cgroup_root):
    """(settings, arguments): the first for the file of --config."""
    settings = {**COMMON, "cgroupRoot": cgroup_root}
    if version >= (1, 31):
        settings["failCgroupV1"] = False
    arguments = [f"--containerd={runtime.removeprefix('unix://')}"]  # its cAdvisor asks for the containers' names
    if version >= (1, 27):
        settings["containerRuntimeEndpoint"] = runtime
        return settings, arguments
    return settings, [
        *arguments, "--container-runtime=remote", f"--container-runtime-endpoint={runtime}",
        f"--image-service-endpoint={runtime}", f"--pod-infra-container-image={PAUSE_IMAGE}"]
