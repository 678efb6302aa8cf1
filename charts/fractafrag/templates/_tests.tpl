{{- /* A pod of `helm test`. Takes pod (what podSpec takes) and weight. */ -}}
{{- define "fractafrag.testPod" }}
---
apiVersion: v1
kind: Pod
metadata:
  {{- include "fractafrag-lib.metadata" .pod | nindent 2 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-weight: {{ .weight | quote }}
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  {{- include "fractafrag-lib.podSpec" .pod | nindent 2 }}
{{- end }}
