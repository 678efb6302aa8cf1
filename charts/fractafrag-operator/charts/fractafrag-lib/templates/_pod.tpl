{{- /*
The pod of everything that we run: Pod Security "restricted", a read-only root with /tmp, no token. Further keys:
  values            the component's block of values; all of its keys are optional here
  command, args, env, envFrom, volumes, volumeMounts, initContainers, sidecars    (lists)
  port, portName    the one port that it listens on, also for probes
  startupPath       the path of the startup probe (default /healthz)
  probes            a map of ready-made probes instead (stores), or false for none (jobs)
  uid               default 10001
  hostUsers, seccompProfile, restartPolicy, automountToken, affinity, nodeSelector, tolerations, runtimeClassName,
  resources         what a component sets beyond its values; lists are put together, maps merged, the values' keys win
*/ -}}

{{- define "fractafrag-lib.containerSecurityContext" -}}
{{- $context := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "runAsNonRoot" true "capabilities" (dict "drop" (list "ALL")) -}}
{{- toYaml (mergeOverwrite $context (.values.containerSecurityContext | default dict | deepCopy)) }}
{{- end }}

{{- define "fractafrag-lib.podSecurityContext" -}}
{{- $uid := .uid | default 10001 -}}
{{- $context := dict "runAsNonRoot" true "runAsUser" $uid "runAsGroup" $uid "fsGroup" $uid "fsGroupChangePolicy" "OnRootMismatch"
      "seccompProfile" (.seccompProfile | default (dict "type" "RuntimeDefault")) -}}
{{- toYaml (mergeOverwrite $context (.values.podSecurityContext | default dict | deepCopy)) }}
{{- end }}

{{- /* One probe: the request, with the timings of the values. Takes values (timings), path and port. */ -}}
{{- define "fractafrag-lib.httpProbe" -}}
{{- toYaml (merge (dict "httpGet" (dict "path" .path "port" .port)) (omit (.timings | default dict) "enabled")) }}
{{- end }}

{{- define "fractafrag-lib.probes" -}}
{{- $port := .portName | default "http" -}}
{{- $timings := .values.probes | default dict -}}
{{- $paths := dict "startup" (.startupPath | default "/healthz") "readiness" "/readyz" "liveness" "/healthz" -}}
{{- range $kind := list "startup" "readiness" "liveness" }}
{{- $timing := get $timings $kind | default dict }}
{{- if dig "enabled" true $timing }}
{{ $kind }}Probe:
  {{- include "fractafrag-lib.httpProbe" (dict "timings" $timing "path" (get $paths $kind) "port" $port) | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- define "fractafrag-lib.container" -}}
{{- $v := .values -}}
name: {{ .component }}
image: {{ include "fractafrag-lib.image" (dict "root" .root "image" $v.image) }}
imagePullPolicy: {{ $v.image.pullPolicy | default "IfNotPresent" }}
{{- with ($v.command | default .command) }}
command:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with ($v.args | default .args) }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat (.env | default list) ($v.env | default list) }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat (.envFrom | default list) ($v.envFrom | default list) }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .port }}
ports:
  - name: {{ $.portName | default "http" }}
    containerPort: {{ . }}
    protocol: TCP
{{- end }}
{{- if kindIs "map" .probes }}
{{ toYaml .probes }}
{{- else if .port }}
{{- include "fractafrag-lib.probes" . }}
{{- end }}
{{- with $v.preStopSleepSeconds }}
# Load balancers take a few seconds to remove this pod; until then it goes on serving.
lifecycle:
  preStop:
    sleep:
      seconds: {{ . }}
{{- end }}
resources:
  {{- toYaml (mergeOverwrite (.resources | default dict | deepCopy) ($v.resources | default dict | deepCopy)) | nindent 2 }}
securityContext:
  {{- include "fractafrag-lib.containerSecurityContext" . | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- with concat (.volumeMounts | default list) ($v.extraVolumeMounts | default list) }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* Soft: pods go apart over nodes and zones where that is possible. Old pods of a rollout do not count. */ -}}
{{- define "fractafrag-lib.spread" -}}
{{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- topologyKey: {{ $key }}
  maxSkew: 1
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "fractafrag-lib.selectorLabels" $ | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}

{{- define "fractafrag-lib.podSpec" -}}
{{- $v := .values -}}
serviceAccountName: {{ include "fractafrag-lib.serviceAccountName" . }}
automountServiceAccountToken: {{ .automountToken | default false }}
# With service links a Service called renderer would set FRACTAFRAG_RENDERER_PORT to "tcp://...".
enableServiceLinks: false
{{- with .restartPolicy }}
restartPolicy: {{ . }}
{{- end }}
{{- if kindIs "bool" .hostUsers }}
hostUsers: {{ .hostUsers }}
{{- end }}
{{- with $v.terminationGracePeriodSeconds }}
terminationGracePeriodSeconds: {{ . }}
{{- end }}
{{- with $v.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with ($v.runtimeClassName | default .runtimeClassName) }}
runtimeClassName: {{ . }}
{{- end }}
{{- with dig "imagePullSecrets" list (.root.Values.global | default dict) }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "fractafrag-lib.podSecurityContext" . | nindent 2 }}
{{- with merge ($v.nodeSelector | default dict | deepCopy) (.nodeSelector | default dict) }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat (.tolerations | default list) ($v.tolerations | default list) }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with merge ($v.affinity | default dict | deepCopy) (.affinity | default dict) }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $v.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- else }}
{{- if .spread }}
topologySpreadConstraints:
  {{- include "fractafrag-lib.spread" . | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- with concat (.initContainers | default list) ($v.initContainers | default list) }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - {{- include "fractafrag-lib.container" . | nindent 4 }}
  {{- with concat (.sidecars | default list) ($v.sidecars | default list) }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: {{ $v.tmpSize | default "256Mi" }}
  {{- with concat (.volumes | default list) ($v.extraVolumes | default list) }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* Metadata and spec of a pod, as controllers want it. Further keys: annotations, podLabels (maps). */ -}}
{{- define "fractafrag-lib.podTemplate" -}}
{{- $global := .root.Values.global | default dict -}}
metadata:
  labels:
    {{- $own := include "fractafrag-lib.selectorLabels" . | fromYaml }}
    {{- toYaml (merge $own (.podLabels | default dict) (.values.podLabels | default dict) ($global.podLabels | default dict)) | nindent 4 }}
  {{- with merge (.values.podAnnotations | default dict | deepCopy) (.annotations | default dict) }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "fractafrag-lib.podSpec" . | nindent 2 }}
{{- end }}
