{{- /*
Objects are named after the release, which is fractafrag-operator or that of the site: both give fractafrag-operator.
The library appends the component to a prefix, which this sets, once in a rendering.
*/ -}}
{{- define "fractafrag-operator.prepare" -}}
{{- if not .Values.prepared_ }}
{{- $begin := .Values.fullnameOverride | default .Release.Name | trimSuffix "-operator" }}
{{- if not (or .Values.fullnameOverride (contains "fractafrag" .Release.Name)) }}{{ $begin = printf "%s-fractafrag" .Release.Name }}{{ end }}
{{- $_ := set .Values "fullnameOverride" ($begin | trunc 40 | trimSuffix "-") }}
{{- $_ := set .Values "prepared_" true }}
{{- end }}
{{- end }}

{{- define "fractafrag-operator.fullname" -}}
{{- include "fractafrag-operator.prepare" . -}}
{{ include "fractafrag-lib.objectName" (dict "root" . "component" "operator") }}
{{- end }}

{{- /* A Secret may be named twice with other keys, and is mounted once. Takes redisSecrets, gives name: [keys]. */ -}}
{{- define "fractafrag-operator.redisKeys" -}}
{{- $keys := dict -}}
{{- range . }}{{ $_ := set $keys .name (append (get $keys .name | default list) .key | uniq) }}{{ end -}}
{{- toJson $keys }}
{{- end }}

{{- define "fractafrag-operator.egress" -}}
{{- $policy := .Values.networkPolicy -}}
{{- $rules := list (dict "to" $policy.dnsTo "ports" (list (dict "port" 53 "protocol" "UDP") (dict "port" 53 "protocol" "TCP"))) -}}
{{- $flows := list
      (dict "to" $policy.redisTo "ports" $policy.redisPorts)
      (dict "to" $policy.rendererTo "ports" (list .Values.operator.rendererPort))
      (dict "to" $policy.apiServerTo "ports" $policy.apiServerPorts) -}}
{{- range $flow := $flows }}
{{- $ports := list }}
{{- range $flow.ports }}{{ $ports = append $ports (dict "port" (int .) "protocol" "TCP") }}{{ end }}
{{- $rules = append $rules (empty $flow.to | ternary (dict "ports" $ports) (dict "to" $flow.to "ports" $ports)) }}
{{- end }}
{{- toYaml $rules }}
{{- end }}
