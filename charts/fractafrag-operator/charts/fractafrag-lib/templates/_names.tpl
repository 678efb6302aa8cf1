{{- /*
Names and labels. Every template of this library takes one dict:
  root        the chart's root context ($)
  component   what the object belongs to: api, worker, renderer, ...
  name        the suffix of object names where it differs from the component (worker-render)
  selector    further labels that tell pods apart (fractafrag.dev/queue)
*/ -}}

{{- define "fractafrag-lib.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- /* 40 characters leave room for the longest suffix, and for the hash that controllers append, within 63. */ -}}
{{- define "fractafrag-lib.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "fractafrag-lib.objectName" -}}
{{ include "fractafrag-lib.fullname" .root }}-{{ .name | default .component }}
{{- end }}

{{- /* Selectors can never change, so they hold what identifies a pod and nothing else. */ -}}
{{- define "fractafrag-lib.selectorLabels" -}}
app.kubernetes.io/name: {{ include "fractafrag-lib.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- with .selector }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "fractafrag-lib.labels" -}}
{{ include "fractafrag-lib.selectorLabels" . }}
app.kubernetes.io/part-of: fractafrag
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "fractafrag-lib.metadata" -}}
name: {{ include "fractafrag-lib.objectName" . }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "fractafrag-lib.labels" . | nindent 2 }}
{{- end }}

{{- /* registry/repository@digest, or :tag, by default the chart's appVersion. Takes root and image. */ -}}
{{- define "fractafrag-lib.image" -}}
{{- $registry := .image.registry | default (dig "imageRegistry" "" (.root.Values.global | default dict)) -}}
{{- with $registry }}{{ trimSuffix "/" . }}/{{ end }}{{ .image.repository }}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ .image.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "fractafrag-lib.serviceAccountName" -}}
{{- $account := .values.serviceAccount | default dict -}}
{{- $account.name | default (include "fractafrag-lib.objectName" .) }}
{{- end }}
