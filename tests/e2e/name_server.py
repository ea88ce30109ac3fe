"""The name server of a KubernetesNode: it asks the API server for the addresses of services."""

import socket
import struct
import threading


class NameServer(threading.Thread):
    """Answers for SERVICE.NAMESPACE.svc.cluster.local with the addresses of the service's endpoints."""

    def __init__(self, address, addresses_of):
        """addresses_of(namespace, service) tells them."""
        super().__init__(daemon=True)
        self._addresses_of = addresses_of
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 53))

    def run(self):
        while True:
            query, sender = self._socket.recvfrom(512)
            self._socket.sendto(self._answer(query), sender)

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        question = query[12:at + 5]
        known = labels[2:] == ["svc", "cluster", "local"]
        of_version_4 = question[-4:-2] == b"\0\1"
        addresses = self._addresses_of(labels[1], labels[0]) if known and of_version_4 else []
        flags = 0x8180 if known else 0x8183  # 3: there is no such name, ask for the next one
        head = query[:2] + struct.pack(">5H", flags, 1, len(addresses), 0, 0)
        record = b"\xc0\x0c" + struct.pack(">2HIH", 1, 1, 5, 4)
        return head + question + b"".join(record + socket.inet_aton(address) for address in addresses)
