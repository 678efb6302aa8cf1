{{- /*
What each of our processes reads of Secrets and stores; nothing else gives it one. A name stands for the template
fractafrag.access.NAME, which says what a pod needs for it: secrets (the kinds of fractafrag.secretName), and env, envFrom,
volumes, volumeMounts, podLabels, affinity as in a pod.
*/ -}}
{{- define "fractafrag.access" -}}
api: [database, redis, auth, signin, texts, mail, pictures, payments, webhooks]
worker: [database, redis, mail, smtp, storage, payments]
web: [pictures]
mcp: []
renderer: []
migrations: [schema]
{{- end }}

{{- /* One key of all that a process has access to, as YAML; nothing where it is empty. Takes (list $ process key). */ -}}
{{- define "fractafrag.granted" -}}
{{- $root := index . 0 -}}
{{- $key := index . 2 -}}
{{- range $name := get (include "fractafrag.access" $root | fromYaml) (index . 1) }}
{{- with get (include (printf "fractafrag.access.%s" $name) $root | fromYaml) $key }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The database for processes, which own nothing there: the role that the chart makes, or one that is named. */ -}}
{{- define "fractafrag.access.database" -}}
{{- $own := .Values.postgresql.processes -}}
{{- if $own.existingSecret -}}
secrets: [postgresql]
env:
  - name: FRACTAFRAG_DATABASE_URL
    valueFrom:
      secretKeyRef:
        name: {{ $own.existingSecret }}
        key: {{ $own.urlKey }}
{{- else if eq (include "fractafrag.makesRole" .) "true" -}}
secrets: [postgresql]
env:
  {{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_DATABASE_URL" "postgresql" "app-url") | nindent 2 }}
{{- else -}}
{{ include "fractafrag.access.owner" . }}
{{- end }}
{{- end }}

{{- /* The database for migrations, which own its tables and say what processes may. */ -}}
{{- define "fractafrag.access.schema" -}}
{{ include "fractafrag.access.owner" . }}
  {{- if .Values.postgresql.processes.existingSecret }}
  - {name: FRACTAFRAG_ROLE_EXPECTED, value: "true"}
  {{- else if eq (include "fractafrag.makesRole" .) "true" }}
  {{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_ROLE_PASSWORD" "postgresql" "app-password") | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* Whether the migrations make the role of the processes: in the bundled store, where they are its superuser. */ -}}
{{- define "fractafrag.makesRole" -}}
{{ and (eq .Values.migrations.strategy "job") (eq (include "fractafrag.makesSecret" (list . "postgresql")) "true") }}
{{- end }}

{{- define "fractafrag.access.owner" -}}
{{- $external := .Values.postgresql.external -}}
secrets: [postgresql]
env:
  {{- if eq .Values.postgresql.mode "cnpg" }}
  {{- include "fractafrag.databaseUrl" (list . "username" "password" (printf "%s-rw:5432/fractafrag" (include "fractafrag.object" (list . "postgresql")))) | nindent 2 }}
  {{- else if and (eq .Values.postgresql.mode "external") $external.host }}
  {{- include "fractafrag.databaseUrl" (list . $external.usernameKey $external.passwordKey (printf "%s:%v/%s" $external.host $external.port $external.database)) | nindent 2 }}
  {{- else }}
  {{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_DATABASE_URL" "postgresql" (eq .Values.postgresql.mode "external" | ternary $external.urlKey "url")) | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* A URL made of a Secret's name and password. Takes (list $ its-name-key its-password-key host:port/database). */ -}}
{{- define "fractafrag.databaseUrl" -}}
{{ include "fractafrag.secretEnv" (list (index . 0) "DATABASE_USER" "postgresql" (index . 1)) }}
{{ include "fractafrag.secretEnv" (list (index . 0) "DATABASE_PASSWORD" "postgresql" (index . 2)) }}
- name: FRACTAFRAG_DATABASE_URL
  value: postgresql+asyncpg://$(DATABASE_USER):$(DATABASE_PASSWORD)@{{ index . 3 }}
{{- end }}

{{- define "fractafrag.access.redis" -}}
secrets: [redis]
env:
  {{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_REDIS_URL" "redis" (include "fractafrag.redisKey" .)) | nindent 2 }}
{{- end }}

{{- define "fractafrag.redisKey" -}}
{{ eq .Values.redis.mode "external" | ternary .Values.redis.external.urlKey "url" }}
{{- end }}

{{- define "fractafrag.access.auth" -}}
secrets: [auth]
env:
  {{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_AUTH_TOKEN_PEPPER" "auth" "token-pepper") | nindent 2 }}
  {{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_FACTORS_KEYS" "auth" "factor-keys") | nindent 2 }}
  - name: FRACTAFRAG_AUTH_SIGNING_KEYS_FILE
    value: /run/secrets/fractafrag/signing-keys
volumes:
  - name: signing-keys
    secret:
      secretName: {{ include "fractafrag.secretName" (list . "auth") }}
      items: [{key: signing-keys, path: signing-keys}]
volumeMounts:
  - name: signing-keys
    mountPath: /run/secrets/fractafrag
    readOnly: true
{{- end }}

{{- /* Providers to sign in with, each with a file for its secret. */ -}}
{{- define "fractafrag.access.signin" -}}
{{- $v := .Values.signIn -}}
env:
  - {name: FRACTAFRAG_SIGNIN_PASSWORDS, value: {{ $v.passwords | quote }}}
  - {name: FRACTAFRAG_SIGNIN_REGISTRATION, value: {{ $v.registration | quote }}}
  {{- if $v.providers }}
  {{- $listed := list }}
  {{- range $v.providers }}
  {{- $entry := dict "name" .name "kind" .kind "client_id" .clientId "client_secret_file" (printf "/run/secrets/sign-in/%s" .name) }}
  {{- $listed = append $listed (merge $entry (pick . "label" "issuer" "scopes")) }}
  {{- end }}
  - name: FRACTAFRAG_SIGNIN_PROVIDERS
    value: {{ $listed | toJson | quote }}
  {{- end }}
{{- if $v.providers }}
volumes:
  - name: sign-in
    secret:
      secretName: {{ include "fractafrag.secretName" (list . "signin") }}
      items:
        {{- range $v.providers }}
        - {key: {{ .name | quote }}, path: {{ .name | quote }}}
        {{- end }}
volumeMounts:
  - name: sign-in
    mountPath: /run/secrets/sign-in
    readOnly: true
{{- end }}
{{- end }}

{{- /* The service that judges texts, with a file for its key. */ -}}
{{- define "fractafrag.access.texts" -}}
{{- $v := .Values.moderation.endpoint -}}
{{- if $v.url -}}
env:
  - {name: FRACTAFRAG_WORDING_ENDPOINT, value: {{ $v.url | quote }}}
  - {name: FRACTAFRAG_WORDING_ENDPOINT_MODEL, value: {{ $v.model | quote }}}
  - {name: FRACTAFRAG_WORDING_ENDPOINT_SECONDS, value: {{ $v.seconds | quote }}}
  - {name: FRACTAFRAG_WORDING_ENDPOINT_FAILS, value: {{ $v.fails | quote }}}
  {{- with $v.categories }}
  - {name: FRACTAFRAG_WORDING_ENDPOINT_CATEGORIES, value: {{ . | quote }}}
  {{- end }}
  {{- if $v.existingSecret }}
  - {name: FRACTAFRAG_WORDING_ENDPOINT_KEY_FILE, value: /run/secrets/moderation/key}
volumes:
  - name: moderation
    secret:
      secretName: {{ include "fractafrag.secretName" (list . "moderation") }}
      items: [{key: key, path: key}]
volumeMounts:
  - name: moderation
    mountPath: /run/secrets/moderation
    readOnly: true
  {{- end }}
{{- end }}
{{- end }}

{{- /* The key that seals mails: the API writes them, workers send them. */ -}}
{{- define "fractafrag.access.mail" -}}
{{- if .Values.mail.smtp.host -}}
secrets: [mail]
env:
  {{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_MAIL_KEYS" "mail" "keys") | nindent 2 }}
{{- end }}
{{- end }}

{{- define "fractafrag.access.smtp" -}}
{{- $smtp := .Values.mail.smtp -}}
{{- if $smtp.host -}}
env:
  - {name: FRACTAFRAG_SMTP_HOST, value: {{ $smtp.host | quote }}}
  - {name: FRACTAFRAG_SMTP_PORT, value: {{ $smtp.port | quote }}}
  - {name: FRACTAFRAG_SMTP_SECURITY, value: {{ $smtp.security | quote }}}
  {{- if $smtp.existingSecret }}
  {{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_SMTP_USERNAME" "smtp" "username") | nindent 2 }}
  {{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_SMTP_PASSWORD" "smtp" "password") | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Payments: what API and workers must agree on, and the key of the provider. */ -}}
{{- define "fractafrag.access.payments" -}}
{{- $v := .Values.payments -}}
{{- if ne $v.provider "none" -}}
env:
  - {name: FRACTAFRAG_PAYMENTS_PROVIDER, value: {{ $v.provider | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_PLEDGES_OPEN, value: {{ $v.pledgesOpen | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_RELEASES_OPEN, value: {{ $v.releasesOpen | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_OPEN_PLEDGES, value: {{ $v.limits.openPledges | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_EXPIRY_DAYS, value: {{ $v.clocks.expiryDays | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_REVIEW_DAYS, value: {{ $v.clocks.reviewDays | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_CONTEST_DAYS, value: {{ $v.clocks.contestDays | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_THANKS_PER_MONTH, value: {{ $v.thanksPerMonth | quote }}}
  {{- if eq $v.provider "stripe" }}
  - {name: FRACTAFRAG_PAYMENTS_CURRENCY, value: {{ $v.currency | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_FEE_PERCENT, value: {{ $v.feePercent | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_PLEDGE_MINIMUM, value: {{ $v.limits.pledgeMinimum | int64 | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_PLEDGE_MAXIMUM, value: {{ $v.limits.pledgeMaximum | int64 | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_OPEN_MAXIMUM, value: {{ $v.limits.openMaximum | int64 | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_RELEASE_DAYS, value: {{ $v.clocks.releaseDays | quote }}}
  {{- with $v.countries }}
  - {name: FRACTAFRAG_PAYMENTS_COUNTRIES, value: {{ join "," . | quote }}}
  {{- end }}
  - {name: FRACTAFRAG_PAYMENTS_AUTOMATIC_TAX, value: {{ $v.tax.automatic | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_TAX_ID_COLLECTION, value: {{ $v.tax.idCollection | quote }}}
  - {name: FRACTAFRAG_PAYMENTS_LIVEMODE, value: {{ $v.stripe.livemode | quote }}}
  {{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_PAYMENTS_STRIPE_SECRET_KEY" "payments" "secret-key") | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Plans for sale, and the secrets of the endpoints that the provider sends to; those that are not there are off. */ -}}
{{- define "fractafrag.access.webhooks" -}}
{{- $v := .Values.payments -}}
{{- if eq $v.provider "stripe" -}}
env:
  {{- if $v.offers }}
  {{- $listed := list }}
  {{- range $v.offers }}
  {{- $listed = append $listed (merge (dict "price_id" .priceId) (omit . "priceId")) }}
  {{- end }}
  - name: FRACTAFRAG_SUBSCRIPTIONS_OFFERS
    value: {{ $listed | toJson | quote }}
  {{- end }}
  {{- range $name := list "account" "connected" "thin" }}
  - name: FRACTAFRAG_WEBHOOKS_{{ upper $name }}_SECRETS
    valueFrom:
      secretKeyRef:
        name: {{ include "fractafrag.secretName" (list $ "payments") }}
        key: {{ $name }}-secrets
        optional: true
  {{- end }}
{{- end }}
{{- end }}

{{- define "fractafrag.access.storage" -}}
{{ include "fractafrag.objectStore" (dict "root" . "readOnly" false) }}
{{- end }}

{{- define "fractafrag.access.pictures" -}}
{{ include "fractafrag.objectStore" (dict "root" . "readOnly" true) }}
{{- end }}

{{- /* The store of pictures: a volume, or S3. Takes root and readOnly. */ -}}
{{- define "fractafrag.objectStore" -}}
{{- $v := .root.Values.storage -}}
{{- $claim := include "fractafrag.storageClaim" .root -}}
{{- if eq $v.mode "pvc" -}}
volumes:
  - name: objects
    persistentVolumeClaim:
      claimName: {{ $claim }}
      readOnly: {{ .readOnly }}
volumeMounts:
  - name: objects
    mountPath: /data/objects
    readOnly: {{ .readOnly }}
{{- if $v.pvc.colocate }}
podLabels:
  fractafrag.dev/storage: {{ $claim | trunc 63 }}
# The first pod may run anywhere, because it matches its own term; the others follow it to its node.
affinity:
  podAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            fractafrag.dev/storage: {{ $claim | trunc 63 }}
{{- end }}
{{- else if $v.s3.existingSecret -}}
envFrom:
  - secretRef:
      name: {{ $v.s3.existingSecret }}
{{- end }}
{{- end }}

{{- define "fractafrag.storageClaim" -}}
{{ .Values.storage.pvc.existingClaim | default (include "fractafrag.object" (list . "objects")) }}
{{- end }}
