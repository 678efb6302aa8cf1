{{- /* Name of the Secret of auth, signin, moderation, mail, smtp, payments, postgresql or redis, made by the chart or by the user. Takes (list $ kind). */ -}}
{{- define "fractafrag.secretName" -}}
{{- $v := (index . 0).Values -}}
{{- $given := "" -}}
{{- if has (index . 1) (list "auth" "mail") }}{{ $given = (get $v (index . 1)).existingSecret }}
{{- else if eq (index . 1) "smtp" }}{{ $given = $v.mail.smtp.existingSecret }}
{{- else if eq (index . 1) "signin" }}{{ $given = $v.signIn.existingSecret }}
{{- else if eq (index . 1) "moderation" }}{{ $given = $v.moderation.endpoint.existingSecret }}
{{- else if eq (index . 1) "payments" }}{{ $given = $v.payments.stripe.existingSecret }}
{{- else if eq (index . 1) "redis" }}{{ $given = (get $v.redis $v.redis.mode).existingSecret }}
{{- else if eq $v.postgresql.mode "cnpg" }}{{ $given = printf "%s-app" (include "fractafrag.object" (list (index . 0) "postgresql")) }}
{{- else }}{{ $given = (get $v.postgresql $v.postgresql.mode).existingSecret }}
{{- end -}}
{{- $given | default (include "fractafrag.object" .) }}
{{- end }}

{{- /*
The contents of the Secrets, base64, by kind: as they are in the cluster; missing ones are generated. It happens once
in a rendering and is kept in .Values.secrets_, so that the Secret and the checksum on the pods agree already at install,
and an upgrade that changes nothing restarts no pod. Without a cluster (helm template) every rendering generates new ones.
*/ -}}
{{- define "fractafrag.loadSecrets" -}}
{{- if not (hasKey .Values "secrets_") }}
{{- $all := dict }}
{{- range $kind := list "auth" "mail" "postgresql" "redis" }}
{{- $found := dict }}
{{- /* CloudNativePG makes its Secret after the installation, and pods need not restart for that. */}}
{{- if not (and (eq $kind "postgresql") (eq $.Values.postgresql.mode "cnpg")) }}
{{- $found = lookup "v1" "Secret" $.Release.Namespace (include "fractafrag.secretName" (list $ $kind)) | default dict }}
{{- end }}
{{- $_ := set $all $kind ($found.data | default dict | deepCopy) }}
{{- end }}
{{- $new := dict "token-pepper" (randAlphaNum 48 | b64enc) "signing-keys" (genPrivateKey "ecdsa" | b64enc) }}
{{- $_ := set $new "factor-keys" (include "fractafrag.newKeyRing" . | b64enc) }}
{{- if not .Values.auth.existingSecret }}{{ $_ := set $all "auth" (merge $all.auth $new) }}{{ end }}
{{- if eq (include "fractafrag.makesSecret" (list . "mail")) "true" }}
{{- $_ := set $all "mail" (merge $all.mail (dict "keys" (include "fractafrag.newKeyRing" . | b64enc))) }}
{{- end }}
{{- if eq (include "fractafrag.makesSecret" (list . "postgresql")) "true" }}
{{- $data := merge $all.postgresql (dict "username" (b64enc "fractafrag") "database" (b64enc "fractafrag") "password" (randAlphaNum 32 | b64enc) "app-password" (randAlphaNum 32 | b64enc)) }}
{{- $url := printf "postgresql+asyncpg://%s:%s@%s:5432/%s" (b64dec $data.username) (b64dec $data.password) (include "fractafrag.object" (list . "postgresql")) (b64dec $data.database) }}
{{- /* Whom processes log in as: services/core/kit/roles.py. */}}
{{- $appUrl := printf "postgresql+asyncpg://fractafrag_app:%s@%s:5432/%s" (b64dec (get $data "app-password")) (include "fractafrag.object" (list . "postgresql")) (b64dec $data.database) }}
{{- $_ := set $all "postgresql" (merge $data (dict "url" (b64enc $url) "app-url" (b64enc $appUrl))) }}
{{- end }}
{{- if eq (include "fractafrag.makesSecret" (list . "redis")) "true" }}
{{- $data := merge $all.redis (dict "password" (randAlphaNum 32 | b64enc)) }}
{{- $url := printf "redis://:%s@%s:6379/0" (b64dec $data.password) (include "fractafrag.object" (list . "valkey")) }}
{{- $_ := set $all "redis" (merge $data (dict "url" (b64enc $url))) }}
{{- end }}
{{- $_ := set .Values "secrets_" $all }}
{{- end }}
{{- end }}

{{- /* A key ring of one: its id, and 32 bytes in base64url. */ -}}
{{- define "fractafrag.newKeyRing" -}}
{{ randAlphaNum 8 }}:{{ randBytes 32 | replace "+" "-" | replace "/" "_" | trimSuffix "=" }}
{{- end }}

{{- /* Whether the chart makes the Secret of this kind. Takes (list $ kind). */ -}}
{{- define "fractafrag.makesSecret" -}}
{{- $v := (index . 0).Values -}}
{{- if eq (index . 1) "auth" }}{{ not $v.auth.existingSecret }}
{{- else if eq (index . 1) "mail" }}{{ and (not (empty $v.mail.smtp.host)) (not $v.mail.existingSecret) }}
{{- else }}{{ $block := get $v (index . 1) }}{{ and (eq $block.mode "bundled") (not $block.bundled.existingSecret) }}
{{- end }}
{{- end }}

{{- /* One environment variable from a Secret. Takes (list $ variable kind key). */ -}}
{{- define "fractafrag.secretEnv" -}}
- name: {{ index . 1 }}
  valueFrom:
    secretKeyRef:
      name: {{ include "fractafrag.secretName" (list (index . 0) (index . 2)) }}
      key: {{ index . 3 }}
{{- end }}
