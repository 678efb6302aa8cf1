{{- /* The four routes, the longest path first: path, component and port. */ -}}
{{- define "fractafrag.routes" -}}
- {path: /api, component: api, port: 8000}
{{- if .Values.mcp.enabled }}
- {path: /mcp, component: mcp, port: 3200}
{{- end }}
- {path: /renders, component: web, port: 8080}
- {path: /, component: web, port: 8080}
{{- end }}
