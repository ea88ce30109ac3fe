"""A client of the container runtime interface: the calls of cri_subset.proto over a unix socket, nothing else."""

import importlib
import os
import subprocess
import sys

import grpc

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT_SECONDS = 60


def compile_messages(directory):
    """Lets protoc make the message classes in `directory` and returns their module."""
    subprocess.run(
        ["protoc", f"--proto_path={HERE}", f"--python_out={directory}", "cri_subset.proto"], check=True
    )
    sys.path.insert(0, directory)
    return importlib.import_module("cri_subset_pb2")


class CriClient:
    def __init__(self, socket_path, messages):
        self.messages = messages
        self._channel = grpc.insecure_channel(
            f"unix://{socket_path}", options=[("grpc.default_authority", "localhost")]
        )

    def close(self):
        self._channel.close()

    def _call(self, method, request, answer_type, service="RuntimeService"):
        call = self._channel.unary_unary(
            f"/runtime.v1.{service}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer_type.FromString,
        )
        return call(request, timeout=TIMEOUT_SECONDS, wait_for_ready=True)

    def version(self):
        pb = self.messages
        return self._call("Version", pb.VersionRequest(), pb.VersionResponse)

    def has_image(self, name):
        pb = self.messages
        request = pb.ImageStatusRequest(image=pb.ImageSpec(image=name))
        return self._call("ImageStatus", request, pb.ImageStatusResponse, "ImageService").HasField("image")

    def run_pod_sandbox(self, config):
        pb = self.messages
        request = pb.RunPodSandboxRequest(config=config)
        return self._call("RunPodSandbox", request, pb.PodSandboxId).pod_sandbox_id

    def stop_pod_sandbox(self, sandbox_id):
        pb = self.messages
        self._call("StopPodSandbox", pb.PodSandboxId(pod_sandbox_id=sandbox_id), pb.Empty)

    def remove_pod_sandbox(self, sandbox_id):
        pb = self.messages
        self._call("RemovePodSandbox", pb.PodSandboxId(pod_sandbox_id=sandbox_id), pb.Empty)

    def create_container(self, sandbox_id, config, sandbox_config):
        pb = self.messages
        request = pb.CreateContainerRequest(
            pod_sandbox_id=sandbox_id, config=config, sandbox_config=sandbox_config
        )
        return self._call("CreateContainer", request, pb.ContainerId).container_id

    def start_container(self, container_id):
        pb = self.messages
        self._call("StartContainer", pb.ContainerId(container_id=container_id), pb.Empty)

    def stop_container(self, container_id, grace_seconds):
        pb = self.messages
        request = pb.StopContainerRequest(container_id=container_id, timeout=grace_seconds)
        self._call("StopContainer", request, pb.Empty)

    def container_status(self, container_id):
        pb = self.messages
        request = pb.ContainerId(container_id=container_id)
        return self._call("ContainerStatus", request, pb.ContainerStatusResponse).status

    def reopen_container_log(self, container_id):
        pb = self.messages
        self._call("ReopenContainerLog", pb.ContainerId(container_id=container_id), pb.Empty)

    def container_stats(self):
        pb = self.messages
        return self._call("ListContainerStats", pb.Empty(), pb.ListContainerStatsResponse).stats
