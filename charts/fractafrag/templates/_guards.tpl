{{- /*
What an upgrade must not do to a bundled store: drop its volume for another mode, put an empty volume or none in place of
its data, or generate a new password for them. It reads the cluster, so `helm template` skips it.
*/ -}}
{{- define "fractafrag.guardData" -}}
{{- range $name, $kind := dict "postgresql" "postgresql" "redis" "valkey" }}
{{- $store := get $.Values $name }}
{{- $object := include "fractafrag.object" (list $ $kind) }}
{{- $running := lookup "apps/v1" "StatefulSet" $.Release.Namespace $object }}
{{- $before := "" }}
{{- range dig "spec" "template" "spec" "volumes" list ($running | default dict) }}
{{- if hasKey . "persistentVolumeClaim" }}{{ $before = .persistentVolumeClaim.claimName }}{{ end }}
{{- end }}
{{- $after := "" }}
{{- if and (eq $store.mode "bundled") $store.bundled.persistence.enabled }}
{{- $after = $store.bundled.persistence.existingClaim | default $object }}
{{- end }}
{{- if and $before (ne $before $after) (not $store.confirmDataMoved) }}
{{- fail (printf "the data of %s are in the volume %s, and this upgrade would go on without it. Move them first, then say so: %s.confirmDataMoved=true" $kind $before $name) }}
{{- end }}
{{- if and (eq $after $object) (eq (include "fractafrag.makesSecret" (list $ $name)) "true") }}
{{- $claim := lookup "v1" "PersistentVolumeClaim" $.Release.Namespace $object }}
{{- $secret := lookup "v1" "Secret" $.Release.Namespace (include "fractafrag.secretName" (list $ $name)) }}
{{- if and (eq $name "postgresql") $claim (not $secret) }}
{{- fail (printf "the volume %s holds a database whose password was in the Secret %s, which is gone. Restore the Secret from a backup, or delete the claim to start with an empty database" $object (include "fractafrag.secretName" (list $ $name))) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
