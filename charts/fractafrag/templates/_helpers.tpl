{{- /* Name of an object of this release. Takes (list $ suffix). */ -}}
{{- define "fractafrag.object" -}}
{{ include "fractafrag-lib.objectName" (dict "root" (index . 0) "component" (index . 1)) }}
{{- end }}

{{- /* ---- Secrets ---- */ -}}

{{- /* Name of the Secret of auth, postgresql or redis, made here or given. Takes (list $ kind). */ -}}
{{- define "fractafrag.secretName" -}}
{{- $v := (index . 0).Values -}}
{{- $given := "" -}}
{{- if eq (index . 1) "auth" }}{{ $given = $v.auth.existingSecret }}
{{- else if eq (index . 1) "redis" }}{{ $given = (get $v.redis $v.redis.mode).existingSecret }}
{{- else if eq $v.postgresql.mode "cnpg" }}{{ $given = printf "%s-app" (include "fractafrag.object" (list (index . 0) "postgresql")) }}
{{- else }}{{ $given = (get $v.postgresql $v.postgresql.mode).existingSecret }}
{{- end -}}
{{- $given | default (include "fractafrag.object" .) }}
{{- end }}

{{- /*
The contents of the Secrets, base64, by kind: as they are in the cluster, with what is missing made anew. It happens once
in a rendering and is kept in .Values.secrets_, so that the Secret and the checksum on the pods agree already at install,
and an upgrade that changes nothing rolls nothing. Without a cluster (helm template) every rendering makes new ones.
*/ -}}
{{- define "fractafrag.loadSecrets" -}}
{{- if not (hasKey .Values "secrets_") }}
{{- $all := dict }}
{{- range $kind := list "auth" "postgresql" "redis" }}
{{- $found := dict }}
{{- /* CloudNativePG makes its Secret after the installation, and pods need not begin anew for that. */}}
{{- if not (and (eq $kind "postgresql") (eq $.Values.postgresql.mode "cnpg")) }}
{{- $found = lookup "v1" "Secret" $.Release.Namespace (include "fractafrag.secretName" (list $ $kind)) | default dict }}
{{- end }}
{{- $_ := set $all $kind ($found.data | default dict | deepCopy) }}
{{- end }}
{{- $new := dict "token-pepper" (randAlphaNum 48 | b64enc) "signing-keys" (genPrivateKey "ecdsa" | b64enc) }}
{{- if not .Values.auth.existingSecret }}{{ $_ := set $all "auth" (merge $all.auth $new) }}{{ end }}
{{- if eq (include "fractafrag.makesSecret" (list . "postgresql")) "true" }}
{{- $data := merge $all.postgresql (dict "username" (b64enc "fractafrag") "database" (b64enc "fractafrag") "password" (randAlphaNum 32 | b64enc)) }}
{{- $url := printf "postgresql+asyncpg://%s:%s@%s:5432/%s" (b64dec $data.username) (b64dec $data.password) (include "fractafrag.object" (list . "postgresql")) (b64dec $data.database) }}
{{- $_ := set $all "postgresql" (merge $data (dict "url" (b64enc $url))) }}
{{- end }}
{{- if eq (include "fractafrag.makesSecret" (list . "redis")) "true" }}
{{- $data := merge $all.redis (dict "password" (randAlphaNum 32 | b64enc)) }}
{{- $url := printf "redis://:%s@%s:6379/0" (b64dec $data.password) (include "fractafrag.object" (list . "valkey")) }}
{{- $_ := set $all "redis" (merge $data (dict "url" (b64enc $url))) }}
{{- end }}
{{- $_ := set .Values "secrets_" $all }}
{{- end }}
{{- end }}

{{- /* Whether the chart makes the Secret of this kind. Takes (list $ kind). */ -}}
{{- define "fractafrag.makesSecret" -}}
{{- $v := (index . 0).Values -}}
{{- if eq (index . 1) "auth" }}{{ not $v.auth.existingSecret }}
{{- else }}{{ $block := get $v (index . 1) }}{{ and (eq $block.mode "bundled") (not $block.bundled.existingSecret) }}
{{- end }}
{{- end }}

{{- /* Pods of API and workers begin anew when what they read at their start has changed. */ -}}
{{- define "fractafrag.checksums" -}}
{{- include "fractafrag.loadSecrets" . -}}
checksum/config: {{ include "fractafrag.config" . | sha256sum }}
checksum/secrets: {{ toJson .Values.secrets_ | sha256sum }}
{{- end }}

{{- /* One environment variable from a Secret. Takes (list $ variable kind key). */ -}}
{{- define "fractafrag.secretEnv" -}}
- name: {{ index . 1 }}
  valueFrom:
    secretKeyRef:
      name: {{ include "fractafrag.secretName" (list (index . 0) (index . 2)) }}
      key: {{ index . 3 }}
{{- end }}

{{- /* ---- Settings ---- */ -}}

{{- define "fractafrag.publicUrl" -}}
{{- $v := .Values -}}
{{- if $v.site.publicUrl }}{{ trimSuffix "/" $v.site.publicUrl }}
{{- else if and $v.ingress.enabled $v.ingress.host }}{{ empty $v.ingress.tls | ternary "http" "https" }}://{{ $v.ingress.host }}
{{- else if and $v.gateway.enabled $v.gateway.hostnames }}https://{{ first $v.gateway.hostnames }}
{{- else }}http://localhost{{ end }}
{{- end }}

{{- /*
The names that MCP answers to beside localhost and the host of publicUrl, which it knows itself. It refuses all others,
so that no web page can reach it by a name that its owner has pointed here. Of the Service's names NAME.NAMESPACE is
left out: with a namespace called dev it is one that anybody may buy.
*/ -}}
{{- define "fractafrag.mcpHosts" -}}
{{- $service := include "fractafrag.object" (list . "mcp") -}}
{{- $hosts := list $service (printf "%s.%s.svc" $service .Release.Namespace) -}}
{{- if .Values.ingress.enabled }}{{ $hosts = append $hosts .Values.ingress.host }}{{ end }}
{{- if .Values.gateway.enabled }}{{ $hosts = concat $hosts .Values.gateway.hostnames }}{{ end }}
{{- concat $hosts .Values.mcp.allowedHosts | compact | uniq | join "," }}
{{- end }}

{{- /* What API, MCP, workers and web have in common; the renderer never sees it. */ -}}
{{- define "fractafrag.config" -}}
{{- $v := .Values -}}
{{- $config := dict
      "FRACTAFRAG_ENVIRONMENT" "production"
      "FRACTAFRAG_LOG_LEVEL" $v.site.logLevel
      "FRACTAFRAG_SITE_NAME" $v.site.name
      "FRACTAFRAG_SITE_PUBLIC_URL" (include "fractafrag.publicUrl" .)
      "FRACTAFRAG_LIMITS_TRUSTED_PROXIES" (toString $v.site.trustedProxies)
      "FRACTAFRAG_RENDERER_URL" (printf "http://%s:3100" (include "fractafrag.object" (list . "renderer")))
      "FRACTAFRAG_STORAGE_URL" (eq $v.storage.mode "pvc" | ternary "file:///data/objects" (printf "s3://%s" (list $v.storage.s3.bucket $v.storage.s3.prefix | compact | join "/"))) -}}
{{- if eq $v.storage.mode "s3" }}
{{- $_ := set $config "AWS_REGION" $v.storage.s3.region }}
{{- with $v.storage.s3.endpoint }}{{ $_ := set $config "FRACTAFRAG_STORAGE_ENDPOINT" . }}{{ end }}
{{- end }}
{{- range $name, $value := $v.config }}{{ $_ := set $config $name (toString $value) }}{{ end }}
{{- toYaml $config }}
{{- end }}

{{- define "fractafrag.configFrom" -}}
- configMapRef:
    name: {{ include "fractafrag.object" (list . "config") }}
{{- end }}

{{- define "fractafrag.databaseEnv" -}}
{{- $external := .Values.postgresql.external -}}
{{- $composed := dict -}}
{{- if eq .Values.postgresql.mode "cnpg" }}
{{- $composed = dict "user" "username" "password" "password" "at" (printf "%s-rw:5432/fractafrag" (include "fractafrag.object" (list . "postgresql"))) }}
{{- else if and (eq .Values.postgresql.mode "external") $external.host }}
{{- $composed = dict "user" $external.usernameKey "password" $external.passwordKey "at" (printf "%s:%v/%s" $external.host $external.port $external.database) }}
{{- end }}
{{- with $composed }}
{{- include "fractafrag.secretEnv" (list $ "DATABASE_USER" "postgresql" .user) }}
{{ include "fractafrag.secretEnv" (list $ "DATABASE_PASSWORD" "postgresql" .password) }}
- name: FRACTAFRAG_DATABASE_URL
  value: postgresql+asyncpg://$(DATABASE_USER):$(DATABASE_PASSWORD)@{{ .at }}
{{- else }}
{{- include "fractafrag.secretEnv" (list . "FRACTAFRAG_DATABASE_URL" "postgresql" (eq .Values.postgresql.mode "external" | ternary $external.urlKey "url")) }}
{{- end }}
{{- end }}

{{- define "fractafrag.redisKey" -}}
{{ eq .Values.redis.mode "external" | ternary .Values.redis.external.urlKey "url" }}
{{- end }}

{{- /* API and workers: the database, Redis and what sign-in needs (a worker reads the same settings and checks them). */ -}}
{{- define "fractafrag.coreEnv" -}}
{{ include "fractafrag.databaseEnv" . }}
{{ include "fractafrag.secretEnv" (list . "FRACTAFRAG_REDIS_URL" "redis" (include "fractafrag.redisKey" .)) }}
{{ include "fractafrag.secretEnv" (list . "FRACTAFRAG_AUTH_TOKEN_PEPPER" "auth" "token-pepper") }}
- name: FRACTAFRAG_AUTH_SIGNING_KEYS_FILE
  value: /run/secrets/fractafrag/signing-keys
{{- end }}

{{- define "fractafrag.coreVolumes" -}}
- name: signing-keys
  secret:
    secretName: {{ include "fractafrag.secretName" (list . "auth") }}
    items: [{key: signing-keys, path: signing-keys}]
{{- end }}

{{- define "fractafrag.coreMounts" -}}
- name: signing-keys
  mountPath: /run/secrets/fractafrag
  readOnly: true
{{- end }}

{{- /* Holds a pod back until the schema suits its code. It only needs the database. Takes root and values. */ -}}
{{- define "fractafrag.waitForSchema" -}}
- name: wait-for-schema
  image: {{ include "fractafrag-lib.image" (dict "root" .root "image" .values.image) }}
  imagePullPolicy: {{ .values.image.pullPolicy }}
  command: [python, -m, services.core.kit.migrations, wait]
  env:
    {{- include "fractafrag.databaseEnv" .root | nindent 4 }}
  resources:
    {{- toYaml .values.resources | nindent 4 }}
  securityContext:
    {{- include "fractafrag-lib.containerSecurityContext" . | nindent 4 }}
  volumeMounts:
    - {name: tmp, mountPath: /tmp}
{{- end }}

{{- /* ---- The object store ---- */ -}}

{{- define "fractafrag.storageClaim" -}}
{{ .Values.storage.pvc.existingClaim | default (include "fractafrag.object" (list . "objects")) }}
{{- end }}

{{- /* Adds the store to the dict of a component. Takes root, component (the dict) and readOnly. */ -}}
{{- define "fractafrag.addStorage" -}}
{{- $v := .root.Values.storage -}}
{{- $c := .component -}}
{{- if eq $v.mode "pvc" }}
{{- $claim := dict "claimName" (include "fractafrag.storageClaim" .root) "readOnly" .readOnly }}
{{- $_ := set $c "volumes" (append ($c.volumes | default list) (dict "name" "objects" "persistentVolumeClaim" $claim)) }}
{{- $_ := set $c "volumeMounts" (append ($c.volumeMounts | default list) (dict "name" "objects" "mountPath" "/data/objects" "readOnly" .readOnly)) }}
{{- if $v.pvc.colocate }}
{{- /* The first pod may go anywhere, as it matches its own term; the others follow it to its node. */}}
{{- $label := dict "fractafrag.dev/storage" (include "fractafrag.storageClaim" .root | trunc 63) }}
{{- $_ := set $c "podLabels" $label }}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" (dict "matchLabels" $label) }}
{{- $_ := set $c "affinity" (dict "podAffinity" (dict "requiredDuringSchedulingIgnoredDuringExecution" (list $term))) }}
{{- end }}
{{- else if $v.s3.existingSecret }}
{{- $_ := set $c "envFrom" (append ($c.envFrom | default list) (dict "secretRef" (dict "name" $v.s3.existingSecret))) }}
{{- end }}
{{- end }}

{{- /* ---- Who may talk to whom ---- */ -}}

{{- /* A peer: the pods of a component of this release. Takes (list $ component). */ -}}
{{- define "fractafrag.peer" -}}
podSelector:
  matchLabels:
    {{- include "fractafrag-lib.selectorLabels" (dict "root" (index . 0) "component" (index . 1)) | nindent 4 }}
{{- end }}

{{- /* Ingress rules. Takes root, port, from (components), public (whether visitors come here), peers (others). */ -}}
{{- define "fractafrag.ingressRules" -}}
{{- $policy := .root.Values.networkPolicy -}}
{{- $ports := list (dict "port" .port "protocol" "TCP") -}}
{{- if and .public (not $policy.ingressFrom) -}}
{{ toYaml (list (dict "ports" $ports)) }}
{{- else }}
{{- $from := .peers | default list }}
{{- range .from }}{{ $from = append $from (include "fractafrag.peer" (list $.root .) | fromYaml) }}{{ end }}
{{- if .public }}{{ $from = concat $from $policy.ingressFrom }}{{ end }}
{{- if and .root.Values.monitoring.enabled (not .store) }}{{ $from = concat $from $policy.monitoringFrom }}{{ end }}
{{- if $from }}{{ toYaml (list (dict "from" $from "ports" $ports)) }}{{ else }}[]{{ end }}
{{- end }}
{{- end }}

{{- /* Egress rules. Takes root and to: names out of dns, api, mcp, web, renderer, database, redis, storage. */ -}}
{{- define "fractafrag.egressRules" -}}
{{- $v := .root.Values -}}
{{- $rules := list -}}
{{- $own := dict "api" 8000 "mcp" 3200 "web" 8080 "renderer" 3100 -}}
{{- range $name := .to }}
{{- $to := list }}
{{- $ports := list }}
{{- if eq $name "dns" }}
{{- $to = $v.networkPolicy.dnsTo }}
{{- $ports = list (dict "port" 53 "protocol" "UDP") (dict "port" 53 "protocol" "TCP") }}
{{- else if hasKey $own $name }}
{{- $to = list (include "fractafrag.peer" (list $.root $name) | fromYaml) }}
{{- $ports = list (dict "port" (get $own $name) "protocol" "TCP") }}
{{- else if eq $name "database" }}
{{- $to = $v.networkPolicy.externalTo }}
{{- if eq $v.postgresql.mode "bundled" }}{{ $to = list (include "fractafrag.peer" (list $.root "postgresql") | fromYaml) }}{{ end }}
{{- if eq $v.postgresql.mode "cnpg" }}{{ $to = list (dict "podSelector" (dict "matchLabels" (dict "cnpg.io/cluster" (include "fractafrag.object" (list $.root "postgresql"))))) }}{{ end }}
{{- $ports = list (dict "port" (eq $v.postgresql.mode "external" | ternary $v.postgresql.external.port 5432) "protocol" "TCP") }}
{{- else if eq $name "redis" }}
{{- $to = eq $v.redis.mode "external" | ternary $v.networkPolicy.externalTo (list (include "fractafrag.peer" (list $.root "valkey") | fromYaml)) }}
{{- $ports = list (dict "port" (eq $v.redis.mode "external" | ternary $v.redis.external.port 6379) "protocol" "TCP") }}
{{- else if and (eq $name "storage") (eq $v.storage.mode "s3") }}
{{- $to = $v.networkPolicy.externalTo }}
{{- $ports = list (dict "port" $v.storage.s3.port "protocol" "TCP") }}
{{- end }}
{{- if $ports }}
{{- $rule := dict "ports" $ports }}
{{- if $to }}{{ $_ := set $rule "to" $to }}{{ end }}
{{- $rules = append $rules $rule }}
{{- end }}
{{- end }}
{{- toYaml $rules }}
{{- end }}

{{- /* "true" where a RendererAutoscaler is rendered: wanted, and known to the cluster or said to be. */ -}}
{{- define "fractafrag.hasAutoscaler" -}}
{{- $known := .Capabilities.APIVersions.Has "fractafrag.dev/v1alpha1/RendererAutoscaler" -}}
{{- $enabled := dig "enabled" .Values.defaults.enabled .Values.renderer -}}
{{- $scaling := .Values.renderer.autoscaling -}}
{{- and $enabled (eq $scaling.mode "operator") (or $known $scaling.force) }}
{{- end }}
