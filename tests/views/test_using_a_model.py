"""What a model page says of using the model: requests, targets, and what can go wrong."""

import ast
import html
import json
import re
import shlex
import shutil
import subprocess
from dataclasses import replace
from typing import Any

import pytest
import yaml

from reportgen.analysis.payloads import payloads
from reportgen.model import (
    Environment,
    Field,
    Flavor,
    InputExample,
    Json,
    LoggedModel,
    MLmodel,
    ModelVersion,
    Requirement,
    Signature,
)
from reportgen.views.model_use import Use, use_of
from reportgen.views.page import Code
from reportgen.views.using import requests
from reportgen.views.using.naming import host_name, image_name

PYFUNC = Flavor("python_function", {"loader_module": "mlflow.sklearn"})
SKLEARN = Flavor("sklearn", {"sklearn_version": "1.9.1", "serialization_format": "skops"})
TABLE = {"columns": ["it's", "b"], "data": [[1.5, "x'y"], [2.5, "€"]]}
COLUMNS = (
    Field("it's", "double", spec={"type": "double", "name": "it's"}),
    Field("b", "string", spec={"type": "string", "name": "b"}),
)
PINNED = Requirement("scikit-learn", "==1.9.1", "scikit-learn==1.9.1")
WHOLE = MLmodel(
    flavors=(PYFUNC, SKLEARN),
    signature=Signature(inputs=COLUMNS, outputs=(Field("", "long", spec={"type": "long"}),)),
    example=InputExample("dataframe", TABLE),
    mlflow_version="3.17.2",
    environment=Environment(("requirements.txt",), "3.12.1", pip=(PINNED,)),
)


def a_model(name: str = "forest", location: str = "", **changes: Any) -> LoggedModel:
    mlmodel = replace(WHOLE, **changes)
    return LoggedModel(id="m-1", name=name, experiment_id="7", mlmodel=mlmodel, location=location)


def use(**changes: Any) -> Use:
    return use_of(a_model(**changes))


def text_of(code: Code) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", code.html))


def codes(shown: Use, title: str) -> dict[str, str]:
    """The codes of the step or target of that title, by their own titles."""
    targets = [target for group in shown.groups for target in group.targets]
    found = next(one for one in (*shown.steps, *targets) if one.title == title)
    return {code.title: text_of(code) for code in found.codes}


def notes(shown: Use, title: str) -> str:
    targets = [target for group in shown.groups for target in group.targets]
    return " ".join(next(target for target in targets if target.title == title).notes)


def every_code(shown: Use) -> list[Code]:
    targets = [target for group in shown.groups for target in group.targets]
    others = [form for step in shown.steps for form in step.others]
    return [code for one in (*shown.steps, *targets, *others) for code in one.codes]


# ---- addresses ---------------------------------------------------------------------------------

VERSION = ModelVersion("it's $HOME", 2, aliases=("best one",))


def test_it_can_be_named_by_run_version_and_alias():
    model = replace(a_model(), run_id="r" * 32)

    chosen = [one.uri for one in use_of(model, [VERSION]).choices]

    assert chosen == [
        "models:/m-1",
        f"runs:/{'r' * 32}/forest",
        "models:/it's $HOME/2",
        "models:/it's $HOME@best one",
    ]


def test_the_address_that_never_moves_is_shown_first():
    assert "-m models:/m-1 " in codes(use_of(a_model(), [VERSION]), "Serve it over HTTP")["uv"]


def test_addresses_are_quoted_for_shell_and_python():
    version = use_of(a_model(), [VERSION]).choices[1]

    assert shlex.split(version.shell) == [version.uri]
    assert ast.literal_eval(version.python) == version.uri


def test_commands_mark_where_the_address_stands():
    model = replace(a_model(location="/srv/it's here"), experiment_id="")
    marked = re.compile(r'<span class="st" data-uri="(shell|python)">(.*?)</span>')

    found = [match for code in every_code(use_of(model)) for match in marked.findall(code.html)]

    assert {html.unescape(text) for kind, text in found if kind == "shell"} == {
        shlex.quote("/srv/it's here")
    }
    assert {html.unescape(text) for kind, text in found if kind == "python"} == {
        '"/srv/it\'s here"'
    }


def test_nothing_is_to_choose_where_there_is_one_address():
    assert use().choices == ()


# ---- requests ----------------------------------------------------------------------------------


def test_the_request_is_shown_in_every_language():
    assert list(codes(use(), "Ask for a prediction")) == ["curl", "Python", "JavaScript", "CSV"]


def test_other_forms_are_shown_in_every_language_too():
    (ask,) = [step for step in use().steps if step.others]

    assert {form.name: [code.title for code in form.codes] for form in ask.others} == {
        name: ["curl", "Python", "JavaScript"]
        for name in ("dataframe_records", "inputs", "instances")
    }


def test_a_long_request_is_shown_once():
    table = {"columns": ["it's", "b"], "data": [[1.5, "x" * 400]] * 5}

    assert use(example=InputExample("dataframe", table)).steps[3].others == ()


def sent_by_javascript(body: Json, *, exact: bool) -> str:
    """What node sends when it runs the page's code, with a `fetch` that writes it down."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    (code,) = [one for one in requests.codes_of(body, exact) if one.title == "JavaScript"]
    script = (
        "const fetch = async (address, request) => {"
        "  process.stderr.write(request.body); return { ok: true, json: () => 0 }; };"
        f"(async () => {{ {text_of(code)} }})();"
    )
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    return done.stderr


@pytest.mark.parametrize("exact", [False, True])
def test_javascript_sends_the_same_request(exact):
    body = {"inputs": [{"a'": [1.5, "</script>", None, True], "n": 2**60 if exact else 7}]}

    assert json.loads(sent_by_javascript(body, exact=exact)) == body


def test_javascript_keeps_a_whole_number_a_fraction_where_that_matters():
    assert "2.0" in sent_by_javascript({"inputs": [{"x": [2.0]}]}, exact=True)


# ---- targets -----------------------------------------------------------------------------------


def test_every_manager_of_environments_can_serve_it():
    shown = codes(use(), "Serve it over HTTP").values()

    assert [text.split()[-1] for text in shown] == ["local", "virtualenv", "uv", "conda"]


def test_variables_that_it_read_are_given_to_its_container():
    shown = use(env_vars=("API_KEY", "not a name; rm"))

    assert "-e API_KEY forest" in codes(shown, "Docker")["Build the image"]
    assert "rm" not in codes(shown, "Docker")["Build the image"].replace("--rm", "")


def deployment_of(shown: Use) -> list[dict[str, Any]]:
    (text,) = [text for title, text in codes(shown, "Kubernetes").items() if ".yaml" in title]
    return list(yaml.safe_load_all(text))


@pytest.mark.parametrize("name", ["forest", "7 Größen: <b>", "x" * 90])
def test_kubernetes_takes_the_manifests(name):
    validate = pytest.importorskip("kubernetes_validate")

    for manifest in deployment_of(use_of(a_model(name, env_vars=("API_KEY",)))):
        validate.validate(manifest, validate.latest_version(), strict=True)


def test_the_service_leads_to_the_container():
    deployment, service = deployment_of(use())
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    (port,) = container["ports"]

    assert service["spec"]["selector"] == deployment["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]
    assert port["containerPort"] == 8080
    assert container["readinessProbe"]["httpGet"] == {"path": "/ping", "port": "http"}


def test_kserve_takes_the_image_or_the_folder():
    """The fields that its documentation gives: no schema of it is small enough to be at hand."""
    shown = codes(use_of(a_model(location="s3://bucket/it's: #1")), "KServe")
    image = yaml.safe_load(shown["Its own image"])
    storage = yaml.safe_load(shown["From storage"])

    assert {image["apiVersion"], storage["apiVersion"]} == {"serving.kserve.io/v1beta1"}
    (container,) = image["spec"]["predictor"]["containers"]
    assert container["name"] == "kserve-container"
    assert container["ports"] == [{"containerPort": 8080, "protocol": "TCP"}]
    assert storage["spec"] == {
        "predictor": {
            "model": {
                "modelFormat": {"name": "mlflow"},
                "protocolVersion": "v2",
                "storageUri": "s3://bucket/it's: #1",
            }
        }
    }


def test_azure_reads_the_deployment():
    manifest = yaml.safe_load(codes(use(env_vars=("API_KEY",)), "Azure ML")["deployment.yml"])

    assert manifest["model"] == {
        "name": "forest",
        "version": 1,
        "type": "mlflow_model",
        "path": "forest-model",
    }
    assert list(manifest["environment_variables"]) == ["API_KEY"]


def test_azure_gets_the_rows_under_a_key_of_its_own():
    request = json.loads(codes(use(), "Azure ML")["request.json"])

    assert request == {"input_data": {**TABLE, "index": [0, 1]}}


@pytest.mark.parametrize(
    "saved",
    [
        {"dataframe_split": 5},
        {"dataframe_split": "x", "data": {"a": 1}},
        {"inputs": None},
        {"data": {}},
        {},
    ],
)
def test_a_broken_request_that_was_saved_costs_only_itself(saved):
    assert use(example=InputExample("json_object", None, serving=saved)).groups


def test_databricks_serves_the_version_that_was_registered():
    code = codes(use(env_vars=("API_KEY",)), "Databricks")["Register and serve"]

    assert ast.parse(code)
    assert '"entity_version": version.version' in code
    assert '"API_KEY": "{{secrets/SCOPE/API_KEY}}"' in code


def test_spark_gets_the_columns_by_their_names():
    code = codes(use(), "Spark")["Spark UDF"]

    assert ast.parse(code)
    assert 'struct("`it\'s`", "b")' in code


def test_spark_is_told_the_type_of_an_answer_that_nothing_says():
    assert 'result_type="double"' in codes(use(signature=None), "Spark")["Spark UDF"]


def test_files_are_csv_where_the_model_takes_csv():
    binary = Signature(inputs=(Field("x", "binary", spec={"type": "binary", "name": "x"}),))

    assert list(codes(use(), "Files")) == ["JSON", "CSV"]
    assert list(codes(use(signature=binary, example=None), "Files")) == ["JSON"]


def test_unity_catalog_wants_a_signature():
    assert "no model without a signature" in notes(use(signature=None), "Databricks")
    assert notes(use(), "Databricks") == ""


def test_what_is_too_large_for_a_serverless_endpoint_is_said():
    assert "serverless" in notes(use(size=7 * 2**30), "Amazon SageMaker")
    assert "serverless" not in notes(use(size=2**30), "Amazon SageMaker")


@pytest.mark.parametrize(
    ("name", "image"), [("Größe <b> & co", "gr-e-b-co"), ("a.b", "a-b"), ("éé", "model")]
)
def test_a_container_has_a_name_that_docker_takes(name, image):
    assert image_name(name) == image


@pytest.mark.parametrize(
    ("name", "host"), [("7 trees", "model-7-trees"), ("a.b", "a-b"), ("x-" * 40, "x-" * 15 + "x")]
)
def test_an_endpoint_has_a_name_that_hosts_may_have(name, host):
    assert host_name(name) == host


# ---- what can go wrong -------------------------------------------------------------------------


def warned(**changes: Any) -> str:
    return " ".join(use(**changes).warnings)


def test_a_model_with_all_that_it_needs_has_no_warnings():
    assert use().warnings == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"environment": Environment()}, "It records no environment"),
        ({"environment": Environment(("x",), "3.8.20", pip=(PINNED,))}, "since October 2024"),
        ({"signature": None}, "It has no signature"),
        ({"example": None}, "It has no input example"),
        ({"size": 2 * 10**9}, "slow to start"),
        ({"env_vars": ("A", "B")}, "It read A and B from the environment"),
        (
            {"flavors": (Flavor("python_function", {"python_model": "python_model.pkl"}),)},
            "It was pickled by Python 3.12",
        ),
    ],
)
def test_what_can_go_wrong_is_said(changes, said):
    assert said in warned(**changes)


def test_packages_without_an_exact_version_are_named():
    loose = tuple(Requirement(name, ">=1", f"{name}>=1") for name in ("a", "b", "c", "d", "e"))
    environment = Environment(("requirements.txt",), "3.12.1", pip=(PINNED, *loose))

    assert "a, b, c and 2 more have no exact version" in warned(environment=environment)


def test_a_type_that_the_server_takes_from_no_request_is_said():
    spec = {"type": "object", "properties": {"seen": {"type": "datetime"}}}
    signature = Signature(inputs=(Field("", "object{seen: datetime}", spec=spec),))

    assert payloads(replace(WHOLE, signature=signature, example=None)) == ()
    assert "asks for datetime inside of objects" in warned(signature=signature, example=None)
