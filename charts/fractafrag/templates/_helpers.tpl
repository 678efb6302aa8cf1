{{- /* Name of an object of this release. Takes (list $ suffix). */ -}}
{{- define "fractafrag.object" -}}
{{ include "fractafrag-lib.objectName" (dict "root" (index . 0) "component" (index . 1)) }}
{{- end }}

{{- /*
A component. Takes root, component, values and what the component's own template wants: fractafrag.COMPONENT, which writes
what fractafrag-lib takes.
*/ -}}
{{- define "fractafrag.component" -}}
{{- $own := include (printf "fractafrag.%s" .component) . | fromYaml -}}
{{- with $own.Error }}{{ fail . }}{{ end -}}
{{- include "fractafrag-lib.component" (merge (dict) . $own) }}
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
{{- if $v.mail.smtp.host }}
{{- $_ := set $config "FRACTAFRAG_MAIL_DELIVERY" "smtp" }}
{{- $_ := set $config "FRACTAFRAG_AUTH_VERIFY_ADDRESSES" (ne (toString $v.mail.verifyAddresses) "false" | toString) }}
{{- with $v.mail.sender }}{{ $_ := set $config "FRACTAFRAG_MAIL_SENDER" . }}{{ end }}
{{- end }}
{{- range $name, $value := $v.config }}{{ $_ := set $config $name (toString $value) }}{{ end }}
{{- toYaml $config }}
{{- end }}

{{- define "fractafrag.configFrom" -}}
configMapRef:
  name: {{ include "fractafrag.object" (list . "config") }}
{{- end }}

{{- /* Pods restart when something that they read at their start has changed. Takes (list $ component). */ -}}
{{- define "fractafrag.checksums" -}}
{{- $root := index . 0 -}}
checksum/config: {{ include "fractafrag.config" $root | sha256sum }}
{{- with include "fractafrag.granted" (append . "secrets") | fromYamlArray }}
{{- include "fractafrag.loadSecrets" $root }}
{{- $read := dict }}
{{- range . }}{{ $_ := set $read . (get $root.Values.secrets_ .) }}{{ end }}
checksum/secrets: {{ toJson $read | sha256sum }}
{{- end }}
{{- end }}

{{- /* Holds a pod back until the schema suits its code. It has the migrations' access. Takes root and values. */ -}}
{{- define "fractafrag.waitForSchema" -}}
- name: wait-for-schema
  image: {{ include "fractafrag-lib.image" (dict "root" .root "image" .values.image) }}
  imagePullPolicy: {{ .values.image.pullPolicy }}
  command: [python, -m, services.core.kit.migrations, wait]
  env:
    {{- toYaml (include "fractafrag.access.database" .root | fromYaml).env | nindent 4 }}
  resources:
    {{- toYaml .values.resources | nindent 4 }}
  securityContext:
    {{- include "fractafrag-lib.containerSecurityContext" . | nindent 4 }}
  volumeMounts:
    - {name: tmp, mountPath: /tmp}
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

{{- /* Egress rules. Takes root and to: names out of dns, api, mcp, web, renderer, database, redis, storage, smtp,
providers, moderation, payments. */ -}}
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
{{- else if and (eq $name "smtp") $v.mail.smtp.host }}
{{- $to = $v.networkPolicy.smtpTo }}
{{- $ports = list (dict "port" $v.mail.smtp.port "protocol" "TCP") }}
{{- else if eq $name "providers" }}
{{- $to = $v.networkPolicy.providersTo }}
{{- $numbers := list }}
{{- range $v.signIn.providers }}
{{- $host := (urlParse (.issuer | default "https://github.com")).host }}
{{- $numbers = append $numbers (regexFind "[0-9]+$" (regexFind ":[0-9]+$" $host) | default "443" | int) }}
{{- end }}
{{- range $numbers | uniq }}{{ $ports = append $ports (dict "port" . "protocol" "TCP") }}{{ end }}
{{- else if and (eq $name "payments") (eq $v.payments.provider "stripe") }}
{{- $to = $v.networkPolicy.paymentsTo }}
{{- $ports = list (dict "port" 443 "protocol" "TCP") }}
{{- else if and (eq $name "moderation") $v.moderation.endpoint.url }}
{{- $to = $v.networkPolicy.moderationTo }}
{{- $url := urlParse $v.moderation.endpoint.url }}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (eq $url.scheme "http" | ternary "80" "443") }}
{{- $ports = list (dict "port" (int $port) "protocol" "TCP") }}
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
