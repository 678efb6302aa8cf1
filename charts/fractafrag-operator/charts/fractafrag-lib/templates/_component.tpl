{{- /*
A component: its Deployment and everything around it, out of one dict (see _names.tpl and _pod.tpl). Further keys:
  service           true: it has a Service; headless: true: one without an address of its own
  scaler            true: something beside an HPA scales it (an operator), so replicas is not rendered either
  ingress, egress   the rules of its NetworkPolicy (lists); nothing else may pass
*/ -}}

{{- define "fractafrag-lib.component" -}}
{{- $parts := list "serviceAccount" "deployment" "service" "hpa" "pdb" "networkPolicy" "monitor" }}
{{- range $part := $parts }}
{{- with include (printf "fractafrag-lib.%s" $part) $ | trim }}
---
{{ . }}
{{- end }}
{{- end }}
{{- end }}

{{- define "fractafrag-lib.serviceAccount" -}}
{{- $account := .values.serviceAccount | default dict -}}
{{- if dig "create" true $account -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "fractafrag-lib.serviceAccountName" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "fractafrag-lib.labels" . | nindent 4 }}
  {{- with merge ($account.annotations | default dict | deepCopy) (.accountAnnotations | default dict) }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end }}
{{- end }}

{{- /* The minimum number of pods, for the PodDisruptionBudget and the notes. */ -}}
{{- define "fractafrag-lib.leastReplicas" -}}
{{- $mode := dig "autoscaling" "mode" "none" .values -}}
{{- if eq $mode "none" }}{{ dig "replicas" 1 .values }}{{ else }}{{ dig "autoscaling" "minReplicas" 1 .values }}{{ end }}
{{- end }}

{{- define "fractafrag-lib.deployment" -}}
{{- $v := .values -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "fractafrag-lib.metadata" . | nindent 2 }}
  {{- with $v.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if and (eq (dig "autoscaling" "mode" "none" $v) "none") (not .scaler) }}
  # Only where nothing scales it: a rendered number would be fought over with the autoscaler at each upgrade.
  replicas: {{ dig "replicas" 1 $v }}
  {{- end }}
  revisionHistoryLimit: 3
  {{- with $v.strategy }}
  strategy:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "fractafrag-lib.selectorLabels" . | nindent 6 }}
  template:
    {{- include "fractafrag-lib.podTemplate" (merge (dict "spread" true) .) | nindent 4 }}
{{- end }}

{{- define "fractafrag-lib.service" -}}
{{- if or .service .headless -}}
{{- $service := .values.service | default dict -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "fractafrag-lib.metadata" . | nindent 2 }}
  {{- with $service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if .headless }}
  clusterIP: None
  {{- else }}
  type: {{ $service.type | default "ClusterIP" }}
  {{- end }}
  selector:
    {{- include "fractafrag-lib.selectorLabels" . | nindent 4 }}
  ports:
    - name: {{ .portName | default "http" }}
      port: {{ .port }}
      targetPort: {{ .portName | default "http" }}
      protocol: TCP
{{- end }}
{{- end }}

{{- define "fractafrag-lib.hpa" -}}
{{- $scaling := .values.autoscaling | default dict -}}
{{- if eq ($scaling.mode | default "none") "hpa" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "fractafrag-lib.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "fractafrag-lib.objectName" . }}
  minReplicas: {{ $scaling.minReplicas }}
  maxReplicas: {{ $scaling.maxReplicas }}
  metrics:
    - type: ContainerResource
      containerResource:
        name: cpu
        container: {{ .component }}
        target:
          type: Utilization
          averageUtilization: {{ $scaling.targetCPUUtilizationPercentage | default 75 }}
  {{- with $scaling.behavior }}
  behavior:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "fractafrag-lib.pdb" -}}
{{- $pdb := .values.pdb | default dict -}}
{{- $enabled := dig "enabled" "auto" $pdb -}}
{{- /* A PodDisruptionBudget for a single pod would only block the draining of its node. */ -}}
{{- if or (eq (toString $enabled) "true") (and (eq (toString $enabled) "auto") (gt (include "fractafrag-lib.leastReplicas" . | int) 1)) -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "fractafrag-lib.metadata" . | nindent 2 }}
spec:
  {{- if hasKey $pdb "minAvailable" }}
  minAvailable: {{ $pdb.minAvailable }}
  {{- else }}
  maxUnavailable: {{ dig "maxUnavailable" 1 $pdb }}
  {{- end }}
  # Pods that are not ready serve no requests and must not block the draining of a node.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "fractafrag-lib.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end }}

{{- define "fractafrag-lib.networkPolicy" -}}
{{- if dig "enabled" true (.root.Values.networkPolicy | default dict) -}}
{{- $own := .values.networkPolicy | default dict -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "fractafrag-lib.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "fractafrag-lib.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- with concat (.ingress | default list) ($own.ingress | default list) }}
  ingress:
    {{- toYaml . | nindent 4 }}
  {{- else }}
  ingress: []
  {{- end }}
  {{- with concat (.egress | default list) ($own.egress | default list) }}
  egress:
    {{- toYaml . | nindent 4 }}
  {{- else }}
  egress: []
  {{- end }}
{{- end }}
{{- end }}

{{- /* A ServiceMonitor where there is a Service, else a PodMonitor. */ -}}
{{- define "fractafrag-lib.monitor" -}}
{{- $monitoring := .root.Values.monitoring | default dict -}}
{{- if and $monitoring.enabled .port (dig "monitor" "enabled" true .values) -}}
{{- $byService := or (.service | default false) (.headless | default false) -}}
apiVersion: monitoring.coreos.com/v1
kind: {{ $byService | ternary "ServiceMonitor" "PodMonitor" }}
metadata:
  {{- include "fractafrag-lib.metadata" . | nindent 2 }}
    {{- with $monitoring.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "fractafrag-lib.selectorLabels" . | nindent 6 }}
  {{ $byService | ternary "endpoints" "podMetricsEndpoints" }}:
    - port: {{ .portName | default "http" }}
      path: /metrics
      interval: {{ dig "monitor" "interval" ($monitoring.interval | default "30s") .values }}
{{- end }}
{{- end }}
