{{- /* A claim that outlives the release. Takes root, component, accessMode and persistence (size, storageClassName). */ -}}
{{- define "fractafrag.claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- include "fractafrag-lib.metadata" . | nindent 2 }}
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [{{ .accessMode | default "ReadWriteOnce" }}]
  {{- with .persistence.storageClassName }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ .persistence.size }}
{{- end }}

{{- /*
A bundled store: claim, ServiceAccount, StatefulSet of one pod, Service, NetworkPolicy. The claim is an object of its own
and not a template of the StatefulSet, so that its size can be changed by an upgrade.
Takes what a component takes (fractafrag-lib), persistence and dataPath.
*/ -}}
{{- define "fractafrag.store" -}}
{{- $volume := dict "name" "data" "emptyDir" (dict "sizeLimit" .persistence.size) -}}
{{- if .persistence.enabled }}
{{- $claim := .persistence.existingClaim | default (include "fractafrag-lib.objectName" .) }}
{{- $volume = dict "name" "data" "persistentVolumeClaim" (dict "claimName" $claim) }}
{{- if not .persistence.existingClaim }}
---
{{ include "fractafrag.claim" . }}
{{- end }}
{{- end }}
{{- $mount := dict "name" "data" "mountPath" .dataPath }}
{{- $pod := merge (dict "uid" 999 "volumes" (append (.volumes | default list) $volume) "volumeMounts" (append (.volumeMounts | default list) $mount)) . }}
---
{{ include "fractafrag-lib.serviceAccount" . }}
---
{{ include "fractafrag-lib.service" (merge (dict "service" true) .) }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "fractafrag-lib.metadata" . | nindent 2 }}
spec:
  replicas: 1
  serviceName: {{ include "fractafrag-lib.objectName" . }}
  selector:
    matchLabels:
      {{- include "fractafrag-lib.selectorLabels" . | nindent 6 }}
  template:
    {{- include "fractafrag-lib.podTemplate" $pod | nindent 4 }}
{{- with include "fractafrag-lib.networkPolicy" . }}
---
{{ . }}
{{- end }}
{{- end }}
