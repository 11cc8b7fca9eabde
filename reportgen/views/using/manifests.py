"""What Kubernetes and KServe are told of a container that holds the model, as YAML.

The container is that of `mlflow models build-docker`: it listens on 8080 and answers `/ping`
and `/health` once the model is loaded (`mlflow/models/container`, `mlflow/pyfunc/scoring_server`).
Fields: Kubernetes' API of `apps/v1` and `v1`; KServe's `serving.kserve.io/v1beta1`, whose
predictor takes the containers of any pod.
"""

from collections.abc import Sequence

PORT = 8080

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels:
    app: {name}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
    spec:
      containers:
        - name: model
          image: {image}
          ports:
            - name: http
              containerPort: {port}
{env}          startupProbe:  # up to ten minutes to load the model
            httpGet:
              path: /ping
              port: http
            periodSeconds: 10
            failureThreshold: 60
          readinessProbe:
            httpGet:
              path: /ping
              port: http
          livenessProbe:
            httpGet:
              path: /health
              port: http
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector:
    app: {name}
  ports:
    - name: http
      port: 80
      targetPort: http
"""

INFERENCE_SERVICE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: {name}
spec:
  predictor:
    containers:
      - name: kserve-container
        image: {image}
        ports:
          - containerPort: {port}
            protocol: TCP
{env}        readinessProbe:
          httpGet:
            path: /ping
            port: {port}
"""

FROM_STORAGE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: {name}
spec:
  predictor:
    model:
      modelFormat:
        name: mlflow
      protocolVersion: v2
      storageUri: {storage}
"""


def deployment(name: str, image: str, variables: Sequence[str]) -> str:
    """A Deployment, and a Service in front of it. The variables come from a Secret of its name."""
    env = _env(name, variables, " " * 10)
    return DEPLOYMENT.format(name=name, image=image, port=PORT, env=env)


def inference_service(name: str, image: str, variables: Sequence[str]) -> str:
    """KServe with the model's own container: it takes the requests of MLflow."""
    env = _env(name, variables, " " * 8)
    return INFERENCE_SERVICE.format(name=name, image=image, port=PORT, env=env)


def from_storage(name: str, storage: str) -> str:
    """KServe with a server of its own (MLServer), which loads the model's folder.

    `storage` is quoted for YAML.
    """
    return FROM_STORAGE.format(name=name, storage=storage)


def _env(name: str, variables: Sequence[str], indent: str) -> str:
    if not variables:
        return ""
    lines = ["env:"]
    for one in variables:
        lines += [
            f"  - name: {one}",
            "    valueFrom:",
            "      secretKeyRef:",
            f"        name: {name}",
            f"        key: {one}",
        ]
    return "".join(f"{indent}{line}\n" for line in lines)
