{{- define "supercargo.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "supercargo.fullname" -}}
{{- $name := include "supercargo.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "supercargo.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "supercargo.selectorLabels" -}}
app.kubernetes.io/name: {{ include "supercargo.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "supercargo.labels" -}}
{{ include "supercargo.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "supercargo.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "supercargo.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "supercargo.image" -}}
{{- with default .Values.image.registry .Values.global.imageRegistry }}{{ . }}/{{ end -}}
{{- .Values.image.repository -}}
{{- if .Values.image.digest -}}
@{{ .Values.image.digest }}
{{- else -}}
:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- /* The port of config.http.listen. */ -}}
{{- define "supercargo.port" -}}
{{- required "config.http.listen must end in a port" (regexFind "[0-9]+$" .Values.config.http.listen) -}}
{{- end -}}

{{- /* Whether the agent may ask the API server: true or false. */ -}}
{{- define "supercargo.asksApi" -}}
{{- ne "off" (toString (default "auto" (default dict .Values.config.kubernetes).api)) -}}
{{- end -}}

{{- /* Monitors take the place of the annotations by which Prometheus finds pods. */ -}}
{{- define "supercargo.podAnnotations" -}}
{{- $own := dict -}}
{{- $found := dict "prometheus.io/port" (include "supercargo.port" .) -}}
{{- if ne .Values.scheme "http" -}}
{{- $_ := set $found "prometheus.io/scheme" .Values.scheme -}}
{{- end -}}
{{- if .Values.rollOnConfigChange -}}
{{- $_ := set $own "checksum/config" (toYaml .Values.config | sha256sum) -}}
{{- end -}}
{{- if .Values.prometheus.monitor.enabled -}}
{{- $kept := $own -}}
{{- range $name, $value := .Values.podAnnotations -}}
{{- if not (hasPrefix "prometheus.io/" $name) -}}{{- $_ := set $kept $name $value -}}{{- end -}}
{{- end -}}
{{- toYaml $kept -}}
{{- else -}}
{{- toYaml (merge $own .Values.podAnnotations $found) -}}
{{- end -}}
{{- end -}}

{{- /* What is scraped, and as which job: with metrics.mode `replace` as those whose place is taken. */ -}}
{{- define "supercargo.endpoints" -}}
{{- if eq "replace" (toString (default dict .Values.config.metrics).mode) -}}
- {path: /metrics/cadvisor, job: kubelet}
- {path: /metrics/node, job: node-exporter}
- {path: /metrics/self, job: supercargo}
{{- else -}}
- {path: /metrics, job: supercargo}
{{- end -}}
{{- end -}}

{{- /* What a node is called in the label `instance`: dashboards join series of one node by it. */ -}}
{{- define "supercargo.instance" -}}
{{- if eq "complement" (toString (default dict .Values.config.metrics).mode) -}}
__meta_kubernetes_pod_host_ip
{{- else -}}
__meta_kubernetes_pod_node_name
{{- end -}}
{{- end -}}

{{- /* Not those of the agents' pods, which the Service and monitors select. */ -}}
{{- define "supercargo.testLabels" -}}
app.kubernetes.io/name: {{ include "supercargo.name" . }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- /* Root without capabilities; with metricsOnly nobody. */ -}}
{{- define "supercargo.securityContext" -}}
{{- $given := .Values.securityContext -}}
{{- if .Values.metricsOnly -}}
{{- $given = merge (dict "runAsUser" 65532 "runAsGroup" 65532 "runAsNonRoot" true) $given -}}
{{- end -}}
{{- toYaml $given -}}
{{- end -}}

{{- /* The cluster of all series: a variable is known in the pod alone. */ -}}
{{- define "supercargo.cluster" -}}
{{- $logs := toString (default "" (default dict .Values.config.logs).cluster) -}}
{{- if contains "${" $logs -}}{{- $logs = "" -}}{{- end -}}
{{- default $logs .Values.prometheus.monitor.cluster -}}
{{- end -}}

{{- /* A namespace pattern of the agent as a regular expression. */ -}}
{{- define "supercargo.namespaceRegex" -}}
{{- if and (gt (len .) 1) (hasPrefix "/" .) (hasSuffix "/" .) -}}
{{- trimSuffix "/" (trimPrefix "/" .) -}}
{{- else -}}
{{- . | replace "*" ".*" | replace "?" "." -}}
{{- end -}}
{{- end -}}

{{- /* The agent's environments as rules for series. The last rule that matches wins, with the agent the first entry. */ -}}
{{- define "supercargo.environmentRelabelings" -}}
{{- $logs := default dict .Values.config.logs -}}
{{- $rules := list -}}
{{- with $logs.environment -}}
{{- $rules = append $rules (dict "action" "replace" "targetLabel" "environment" "replacement" .) -}}
{{- end -}}
{{- range reverse (default list $logs.environments) -}}
{{- $all := list -}}
{{- range .namespaces -}}
{{- $all = append $all (printf "(?:%s)" (include "supercargo.namespaceRegex" .)) -}}
{{- end -}}
{{- $rules = append $rules (dict "action" "replace" "sourceLabels" (list "namespace") "regex" (join "|" $all) "targetLabel" "environment" "replacement" .environment) -}}
{{- end -}}
{{- $kept := list -}}
{{- range $rules -}}
{{- if not (contains "${" .replacement) -}}{{- $kept = append $kept . -}}{{- end -}}
{{- end -}}
{{- toYaml $kept -}}
{{- end -}}

{{- /* Of the node's directories. What is mounted below them is read-only, too, only with recursiveReadOnly. */ -}}
{{- define "supercargo.readOnly" -}}
readOnly: true
{{- $recursive := .Values.recursiveReadOnly -}}
{{- if eq $recursive "auto" -}}
{{- $recursive = ternary "IfPossible" "Disabled" (semverCompare ">=1.33-0" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- if ne $recursive "Disabled" }}
recursiveReadOnly: {{ $recursive }}
{{- end -}}
{{- end -}}
