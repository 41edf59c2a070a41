{{- define "elanus.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "elanus.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "elanus.labels" -}}
{{ include "elanus.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "elanus.image" -}}
{{ .Values.image.all.repository }}:{{ default .Chart.AppVersion .Values.image.all.tag }}
{{- end -}}

{{- define "elanus.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "elanus.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end -}}

{{/* The enabled roles of a cluster: a list of name, roles and values. */}}
{{- define "elanus.roles" -}}
- {name: mixcoord, roles: mixcoord, values: mixCoordinator}
- {name: streamingnode, roles: streamingnode, values: streamingNode}
- {name: querynode, roles: querynode, values: queryNode}
{{- if .Values.indexNode.enabled }}
- {name: datanode, roles: datanode, values: dataNode}
- {name: indexnode, roles: indexnode, values: indexNode}
{{- else }}
- {name: datanode, roles: "datanode,indexnode", values: dataNode}
{{- end }}
- {name: proxy, roles: proxy, values: proxy}
{{- end -}}

{{/* What both wirings' containers have in common. */}}
{{- define "elanus.container" -}}
image: {{ include "elanus.image" . }}
imagePullPolicy: {{ .Values.image.all.pullPolicy }}
securityContext:
  {{- toYaml .Values.containerSecurityContext | nindent 2 }}
startupProbe:
  httpGet: {path: /livez, port: metrics}
  {{- toYaml .Values.startupProbe | nindent 2 }}
livenessProbe:
  httpGet: {path: /livez, port: metrics}
  {{- toYaml .Values.livenessProbe | nindent 2 }}
readinessProbe:
  httpGet: {path: /healthz, port: metrics}
  {{- toYaml .Values.readinessProbe | nindent 2 }}
{{- end -}}

{{- define "elanus.pod" -}}
serviceAccountName: {{ include "elanus.serviceAccount" . }}
automountServiceAccountToken: false
terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
{{- with .Values.image.all.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "elanus.secretEnv" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end -}}
