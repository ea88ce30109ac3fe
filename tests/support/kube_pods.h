// Pods as the API server of Kubernetes 1.36 writes them, shortened where the agent looks away.
//
// Constants for tests.
#pragma once

#include <string_view>

namespace supercargo::test {

// Of a Deployment: an init container that has ended, one container that runs, one that waits.
inline constexpr std::string_view kDeploymentPod = R"({
"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-5d4f8c7b9-x2x7q","generateName":"web-5d4f8c7b9-",
"namespace":"shop","uid":"0a276110-ea54-405f-8a3e-0123456789ab","resourceVersion":"28411","generation":1,
"creationTimestamp":"2026-11-22T09:58:11Z","labels":{"app.kubernetes.io/name":"web","pod-template-hash":"5d4f8c7b9"},
"annotations":{"example.com/owner":"team \"shop\" \u00e4","cni.example/ips":"[{\"ip\":\"10.1.0.7\"}]"},
"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-5d4f8c7b9",
"uid":"d3b07384-d113-4ec6-a5d8-000000000001","controller":true,"blockOwnerDeletion":true}],
"managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1",
"time":"2026-11-22T09:58:11Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:name":{}}}}}]},
"spec":{"volumes":[{"name":"kube-api-access-7kq2z","projected":{"sources":[{"serviceAccountToken":
{"expirationSeconds":3607,"path":"token"}}],"defaultMode":420}}],
"initContainers":[{"name":"wait-for-db","image":"busybox:1.36","command":["sh","-c","until nc -z db 5432; do :; done"],
"resources":{},"terminationMessagePath":"/dev/termination-log","imagePullPolicy":"IfNotPresent"}],
"containers":[{"name":"web","image":"nginx:1.27","ports":[{"name":"http","containerPort":80,"protocol":"TCP"}],
"env":[{"name":"TEXT","value":"brackets ]}{[ and a quote \" in a text"}],
"resources":{"limits":{"cpu":"500m","memory":"256Mi"},"requests":{"cpu":"100m","memory":"128Mi"}}},
{"name":"metrics","image":"registry.example/exporter@sha256:5f1d","resources":{}}],
"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","nodeName":"node-1",
"securityContext":{},"schedulerName":"default-scheduler","priority":0,"enableServiceLinks":true},
"status":{"observedGeneration":1,"phase":"Running","conditions":[{"type":"Ready","status":"False",
"lastProbeTime":null,"lastTransitionTime":"2026-11-22T09:58:19Z","reason":"ContainersNotReady"}],
"hostIP":"192.0.2.10","podIP":"10.1.0.7","podIPs":[{"ip":"10.1.0.7"}],"startTime":"2026-11-22T09:58:11Z",
"initContainerStatuses":[{"name":"wait-for-db","state":{"terminated":{"exitCode":0,"reason":"Completed",
"containerID":"containerd://bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}},"lastState":{},
"ready":true,"restartCount":0,"image":"docker.io/library/busybox:1.36","imageID":"docker.io/library/busybox@sha256:73aa",
"containerID":"containerd://bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","started":false}],
"containerStatuses":[{"name":"metrics","state":{"waiting":{"reason":"ContainerCreating"}},"lastState":{},"ready":false,
"restartCount":0,"image":"registry.example/exporter@sha256:5f1d","imageID":"","started":false},
{"name":"web","state":{"running":{"startedAt":"2026-11-22T09:58:18Z"}},"lastState":{},"ready":true,"restartCount":0,
"image":"docker.io/library/nginx:1.27","imageID":"docker.io/library/nginx@sha256:0a39",
"containerID":"containerd://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","started":true}],
"qosClass":"Burstable"}})";

// The API's view of a static pod: another uid than the one in the paths on its node.
inline constexpr std::string_view kMirrorPod = R"({
"kind":"Pod","apiVersion":"v1","metadata":{"name":"kube-apiserver-node-1","namespace":"kube-system",
"uid":"7f4b3c9e-1111-4222-8333-444455556666","resourceVersion":"311","generation":1,
"creationTimestamp":"2026-11-20T08:00:00Z","labels":{"component":"kube-apiserver","tier":"control-plane"},
"annotations":{"kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint":"192.0.2.10:6443",
"kubernetes.io/config.hash":"1864dd05a2b3c4d5e6f708192a3b4c5d",
"kubernetes.io/config.mirror":"1864dd05a2b3c4d5e6f708192a3b4c5d",
"kubernetes.io/config.seen":"2026-11-20T07:59:58.116452412Z","kubernetes.io/config.source":"file"},
"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"node-1",
"uid":"e9d7c1f0-2222-4333-8444-555566667777","controller":true}]},
"spec":{"containers":[{"name":"kube-apiserver","image":"registry.k8s.io/kube-apiserver:v1.36.1",
"command":["kube-apiserver","--advertise-address=192.0.2.10"],"resources":{"requests":{"cpu":"250m"}}}],
"restartPolicy":"Always","nodeName":"node-1","hostNetwork":true,"priorityClassName":"system-node-critical"},
"status":{"phase":"Running","hostIP":"192.0.2.10","podIP":"192.0.2.10","containerStatuses":[{"name":"kube-apiserver",
"state":{"running":{"startedAt":"2026-11-20T08:00:00Z"}},"lastState":{},"ready":true,"restartCount":0,
"image":"registry.k8s.io/kube-apiserver:v1.36.1","imageID":"registry.k8s.io/kube-apiserver@sha256:1b2c",
"containerID":"containerd://cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","started":true}],
"qosClass":"Burstable"}})";

}  // namespace supercargo::test
