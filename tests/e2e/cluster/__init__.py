"""End-to-end tests on real pods: `make e2e`, on any cluster that KUBECONFIG names.

The charts are installed with their default values into a namespace of their own, used through the Ingress as visitors
use it, flooded, upgraded, rolled back, and robbed of their pods. The files run in the order of their names: the first
looks at the defaults, later ones raise limits. Each prints what it measured.

Needed: helm and kubectl in the PATH (or `helm` and `kube` in the folder KUBE_ASSETS), an Ingress controller, a default
StorageClass, a metrics server, a network plugin that enforces NetworkPolicies, the images on the nodes
(`make images load`), and room for two CPUs of requests.

| variable | unless set | |
|---|---|---|
| FRACTAFRAG_E2E_URL | http://127.0.0.1:8080 | where the Ingress controller is reached |
| FRACTAFRAG_E2E_NAMESPACE | fractafrag-e2e | made, and deleted with all that is in it |
| FRACTAFRAG_E2E_TAG | the charts' appVersion | tag of the images; unset, the values are the defaults |
| FRACTAFRAG_E2E_BUILD | none | command that takes DIR -t NAME, builds that image and puts it onto the nodes |
| FRACTAFRAG_E2E_KEEP | none | set: leave the installation there, and take it over in the next run |
| FRACTAFRAG_E2E_WORKS | 150 | works that are published at once |

Without FRACTAFRAG_E2E_BUILD the upgrade to a new image is skipped.
"""
