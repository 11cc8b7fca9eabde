"""Secrets that never were any, put where people leave them. Made from parts while tests run: no
scanner of repositories shall take this file for a leak.

The rules were written against `KNOWN`; what is in `HELD_OUT` was written afterwards, without a look
at them, and measured before anything was mended.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

LOWER = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
HEX = "0123456789abcdef"
ALNUM = LOWER + LOWER.upper() + DIGITS
WIDE = ALNUM + "_-"


@dataclass(frozen=True)
class Planted:
    """A text with a secret in it."""

    kind: str
    place: str
    name: str
    text: str
    secret: str
    """No part of eight letters of it may be left."""


def drawn(rng: Random, letters: str, count: int) -> str:
    """As chance puts them, with a digit and two cases where the letters have these."""
    return "".join(rng.choice(letters) for _ in range(count))


def form(start: str, letters: str, count: int, end: str = "") -> Callable[[Random], str]:
    return lambda rng: start + drawn(rng, letters, count) + end


def web_token(rng: Random) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": drawn(rng, DIGITS, 8), "iat": 1767225600})
    made = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().strip("=") for one in parts]
    return ".".join((*made, drawn(rng, WIDE, 43)))


def key_block(what: str) -> Callable[[Random], str]:
    def made(rng: Random) -> str:
        lines = [drawn(rng, ALNUM + "+/", 64) for _ in range(6)]
        middle = "\n".join((*lines, drawn(rng, ALNUM, 20) + "=="))
        return f"-----BEGIN {what}-----\n{middle}\n-----END {what}-----"

    return made


def password(rng: Random) -> str:
    """As people make them."""
    words = ("winter", "Falcon", "hunter", "Meadow", "s3same", "Orange", "kestrel", "Topaz")
    return f"{rng.choice(words)}{rng.choice('!#-_.$')}{rng.choice(words)}{rng.randint(1, 9999)}"


# ------------------------------------------------------------------ what is known by its form

BY_FORM: Mapping[str, Callable[[Random], str]] = {
    "AWS access key": form("AK" + "IA", LOWER.upper() + "234567", 16),
    "AWS temporary key": form("AS" + "IA", LOWER.upper() + "234567", 16),
    "Google API key": form("AI" + "za", WIDE, 35),
    "Google OAuth secret": form("GOC" + "SPX-", WIDE, 28),
    "Google OAuth token": form("ya" + "29.", WIDE, 120),
    "Azure client secret": lambda rng: (
        drawn(rng, ALNUM, 3) + "8" + "Q~" + drawn(rng, ALNUM + "_-", 34)
    ),
    "Hugging Face token": form("hf" + "_", ALNUM, 34),
    "OpenAI legacy key": lambda rng: (
        "sk" + "-" + drawn(rng, ALNUM, 20) + "T3Blb" + "kFJ" + drawn(rng, ALNUM, 20)
    ),
    "OpenAI project key": form("sk-" + "proj-", WIDE, 120),
    "OpenAI service key": form("sk-" + "svcacct-", WIDE, 100),
    "Anthropic key": form("sk-" + "ant-api03-", WIDE, 93, "AA"),
    "DeepSeek key": form("sk" + "-", HEX, 32),
    "OpenRouter key": form("sk-" + "or-v1-", HEX, 64),
    "Groq key": form("gs" + "k_", ALNUM, 52),
    "xAI key": form("xa" + "i-", ALNUM, 80),
    "Replicate token": form("r8" + "_", ALNUM, 37),
    "Perplexity key": form("pp" + "lx-", ALNUM, 48),
    "NVIDIA key": form("nv" + "api-", WIDE, 64),
    "Together AI key": form("tgp" + "_v1_", WIDE, 43),
    "Pinecone key": form("pc" + "sk_", ALNUM, 70),
    "LangSmith key": lambda rng: "lsv2" + "_pt_" + drawn(rng, HEX, 32) + "_" + drawn(rng, HEX, 10),
    "Databricks token": form("da" + "pi", HEX, 32),
    "Databricks token of Azure": form("da" + "pi", HEX, 32, "-2"),
    "GitHub token": form("gh" + "p_", ALNUM, 36),
    "GitHub app token": form("gh" + "s_", ALNUM, 36),
    "GitHub fine-grained token": lambda rng: (
        "github" + "_pat_" + drawn(rng, ALNUM, 22) + "_" + drawn(rng, ALNUM, 59)
    ),
    "GitLab token": form("gl" + "pat-", WIDE, 20),
    "npm token": form("np" + "m_", ALNUM, 36),
    "PyPI token": form("py" + "pi-AgEIcHlwaS5vcmc", WIDE, 120),
    "Docker token": form("dckr" + "_pat_", WIDE, 27),
    "Slack token": lambda rng: (
        "xo" + f"xb-{drawn(rng, DIGITS, 12)}-{drawn(rng, DIGITS, 13)}-" + drawn(rng, ALNUM, 24)
    ),
    "Slack webhook": lambda rng: (
        "https://hooks." + f"slack.com/services/T{drawn(rng, LOWER.upper() + DIGITS, 8)}"
        f"/B{drawn(rng, LOWER.upper() + DIGITS, 8)}/" + drawn(rng, ALNUM, 24)
    ),
    "Discord webhook": lambda rng: (
        "https://discord." + f"com/api/webhooks/{drawn(rng, DIGITS, 18)}/" + drawn(rng, WIDE, 68)
    ),
    "Stripe key": form("sk" + "_live_", ALNUM, 24),
    "SendGrid key": lambda rng: f"SG{'.'}{drawn(rng, WIDE, 22)}.{drawn(rng, WIDE, 43)}",
    "Mailgun key": form("ke" + "y-", HEX, 32),
    "Mailchimp key": form("", HEX, 32, "-u" + "s14"),
    "Telegram token": lambda rng: f"{drawn(rng, '123456789', 10)}:AA{drawn(rng, WIDE, 33)}",
    "Twilio key": form("S" + "K", HEX, 32),
    "Vault token": form("hv" + "s.", WIDE, 90),
    "Terraform token": lambda rng: f"{drawn(rng, ALNUM, 14)}.atlas" + "v1." + drawn(rng, ALNUM, 67),
    "DigitalOcean token": form("dop" + "_v1_", HEX, 64),
    "Artifactory token": form("AK" + "Cp", ALNUM, 69),
    "Grafana token": form("gl" + "sa_", ALNUM, 32, "_1a2b3c4d"),
    "Age key": form("AGE-SECRET" + "-KEY-1", LOWER.upper() + "234567", 58),
    "JSON web token": web_token,
    "Neptune token": lambda rng: base64.b64encode(
        json.dumps(
            {"api_address": "https://app.neptune.ai", "api_key": drawn(rng, HEX, 36)},
            separators=(",", ":"),
        ).encode()
    ).decode(),
    "RSA key": key_block("RSA PRIVATE KEY"),
    "EC key": key_block("EC PRIVATE KEY"),
    "PKCS8 key": key_block("PRIVATE KEY"),
    "encrypted key": key_block("ENCRYPTED PRIVATE KEY"),
    "OpenSSH key": key_block("OPENSSH PRIVATE KEY"),
    "PGP key": key_block("PGP PRIVATE KEY BLOCK"),
}


def _notebook(secret: str) -> str:
    source = ["import os\n", f'os.environ["SERVICE"] = "{secret}"\n', "print('ready')"]
    return json.dumps({"cells": [{"cell_type": "code", "source": source}], "nbformat": 4})


ANYWHERE: Mapping[str, Callable[[str], tuple[str, str]]] = {
    "param": lambda secret: ("service", secret),
    "tag": lambda secret: ("team.note", f"use {secret} until May"),
    "note": lambda secret: (
        "mlflow.note.content",
        f"## Setup\n\nRun with `{secret}`, then train.\n",
    ),
    "run name": lambda secret: ("mlflow.runName", f"try {secret}"),
    "command": lambda secret: ("command", f"python train.py --service {secret} --epochs 3"),
    "JSON": lambda secret: ("config.json", json.dumps({"service": secret, "epochs": 3})),
    "YAML": lambda secret: ("config.yaml", f"epochs: 3\nservice: {json.dumps(secret)}\n"),
    "notebook": lambda secret: ("explore.ipynb", _notebook(secret)),
    "HTML": lambda secret: ("report.html", f"<table><tr><td>service</td><td>{secret}</td></tr>"),
    "CSV": lambda secret: ("params.csv", f"name,value\nservice,{secret}\nepochs,3\n"),
    "log": lambda secret: ("train.log", f"2026-05-01 12:00:00 INFO connecting with {secret}\n"),
}
PER_FORM = 4


def planted_by_form(rng: Random) -> Iterator[Planted]:
    places = list(ANYWHERE)
    for number, (kind, make) in enumerate(BY_FORM.items()):
        for turn in range(PER_FORM):
            place = places[(number + turn * 3) % len(places)]
            secret = make(rng)
            name, text = ANYWHERE[place](secret)
            yield Planted(kind, place, name, text, secret)


# ------------------------------------------------------------------ what is known by its name

BY_NAME: Mapping[str, tuple[Sequence[str], Callable[[Random], str]]] = {
    "password": (
        ("password", "db_password", "MYSQL_PWD", "smtp.password", "userPassword"),
        password,
    ),
    "AWS secret": (("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"), form("", ALNUM + "+/", 40)),
    "Weights & Biases key": (("WANDB_API_KEY", "wandb_key"), form("", HEX, 40)),
    "Cohere key": (("COHERE_API_KEY", "co_api_key"), form("", ALNUM, 40)),
    "Mistral key": (("MISTRAL_API_KEY", "mistral.apiKey"), form("", ALNUM, 32)),
    "Azure OpenAI key": (("AZURE_OPENAI_API_KEY", "azure_openai_key"), form("", HEX, 32)),
    "Comet key": (("COMET_API_KEY", "comet_api_key"), form("", ALNUM, 25)),
    "client secret": (("client_secret", "OAUTH_CLIENT_SECRET"), form("", WIDE, 40)),
    "token": (("token", "auth_token", "MLFLOW_TRACKING_TOKEN", "hub_token"), form("", ALNUM, 36)),
    "secret key": (("SECRET_KEY", "s3.secret.key", "minio_secret_key"), form("", ALNUM, 32)),
}


def _env(name: str, secret: str) -> str:
    return f"EPOCHS=3\nexport {name.upper().replace('.', '_')}={secret}\nMODE=train\n"


NAMED_PLACES: Mapping[str, Callable[[str, str], tuple[str, str]]] = {
    "param": lambda name, secret: (name, secret),
    "tag": lambda name, secret: (f"cfg.{name}", secret),
    "JSON": lambda name, secret: ("config.json", json.dumps({"lr": 0.1, name: secret, "n": 3})),
    "JSON in JSON": lambda name, secret: (
        *("args.json", json.dumps({"args": json.dumps({name: secret})})),
    ),
    "YAML": lambda name, secret: ("conf.yaml", f'lr: 0.1\n{name}: "{secret}"\nn: 3\n'),
    "environment file": lambda name, secret: (".env", _env(name, secret)),
    "command": lambda name, secret: (
        *(
            "MLproject",
            f"python train.py --{name.replace('.', '-').replace('_', '-')}={secret} -n 3",
        ),
    ),
    "notebook": lambda name, secret: (
        "run.ipynb",
        json.dumps({"cells": [{"source": [f'{name.replace(".", "_")} = "{secret}"\n']}]}),
    ),
    "pair": lambda name, secret: ("params.json", json.dumps([{"name": name, "value": secret}])),
    "HTML": lambda name, secret: ("page.html", f"<tr><th>{name}</th><td>{secret}</td></tr>"),
}
SHORT = frozenset({"HTML"})
"""Places where a password of words is not told from words."""


def planted_by_name(rng: Random) -> Iterator[Planted]:
    for kind, (names, make) in BY_NAME.items():
        for number, place in enumerate(NAMED_PLACES):
            if kind == "password" and place in SHORT:
                continue
            key, secret = names[number % len(names)], make(rng)
            name, text = NAMED_PLACES[place](key, secret)
            yield Planted(kind, place, name, text, secret)


# ------------------------------------------------------------------ what is known by its place


def planted_in_places(rng: Random) -> Iterator[Planted]:
    for turn in range(4):
        yield from _in_addresses(rng, turn)
        yield from _in_settings(rng)
        yield from _in_files(rng)


def _in_addresses(rng: Random, turn: int) -> Iterator[Planted]:
    pw, token, user = password(rng), drawn(rng, ALNUM, 32), rng.choice(("ada", "svc-train", "root"))
    forge = f"https://oauth2:{token}@gitlab.example.org/lab/wine.git"
    yield Planted("git URL", "tag", "mlflow.source.git.repoURL", forge, token)
    bare = f"https://{token}@github.com/lab/wine.git"
    yield Planted("git URL", "project URI", "mlflow.project.gitRepoURL", bare, token)
    for scheme, host in (
        ("postgresql", "db.lab.org:5432/mlflow"),
        ("mysql+pymysql", "10.0.0.7/mlflow"),
        ("mongodb+srv", "cluster0.ab1cd.mongodb.net/wine?retryWrites=true"),
        ("redis", "cache:6379/0"),
        ("amqp", "queue:5672//"),
    ):
        text = f"{scheme}://{user}:{pw}@{host}"
        place, name, shown = (
            ("param", "backend", text),
            ("dataset source", "source", json.dumps({"uri": text})),
            ("YAML", "conf.yaml", f"backend: {text}\n"),
            ("log", "train.log", f"INFO: at {text}."),
        )[turn]
        yield Planted("connection URL", place, name, shown, pw)
    sas = f"https://lab.blob.core.windows.net/d/a.csv?sv=2024&se=2027&sig={token}%2Bq%3D"
    yield Planted("shared access signature", "dataset source", "source", sas, token)
    signature = drawn(rng, HEX, 64)
    signed = f"https://b.s3.amazonaws.com/a?X-Amz-Expires=900&X-Amz-Signature={signature}"
    yield Planted("signed URL", "dataset source", "source", json.dumps({"url": signed}), signature)
    index = f"--extra-index-url https://{user}:{pw}@pypi.lab.org/simple\nnumpy==2.1\n"
    yield Planted("index URL", "requirements", "requirements.txt", index, pw)


def _in_settings(rng: Random) -> Iterator[Planted]:
    pw, token = password(rng), drawn(rng, ALNUM, 32)
    login = base64.b64encode(f"ada:{pw}".encode()).decode()
    server = f"Server=tcp:db,1433;User Id=ada;Password={pw};Encrypt=yes"
    yield Planted("connection string", "param", "backend", server, pw)
    key = drawn(rng, ALNUM + "+/", 86) + "=="
    account = (
        f"DefaultEndpointsProtocol=https;AccountName=lab;Account{'Key'}={key};EndpointSuffix=x"
    )
    yield Planted("Azure storage key", "param", "store", account, key)
    yield Planted("header", "note", "note", f"curl -H 'Authorization: Bearer {token}' x", token)
    yield Planted("header", "JSON", "call.json", f'{{"Authorization": "Basic {login}"}}', login)
    yield Planted("curl login", "command", "command", f"curl -u ada:{pw} https://x.org/d", pw)


def _in_files(rng: Random) -> Iterator[Planted]:
    pw, key, token = password(rng), drawn(rng, HEX, 32), drawn(rng, HEX, 40)
    login = base64.b64encode(f"ada:{pw}".encode()).decode()
    docker = json.dumps({"auths": {"ghcr.io": {"auth": login}}})
    yield Planted("Docker login", "artifact", "config.json", docker, login)
    netrc = f"machine api.wandb.ai\n  login user\n  password {token}\n"
    yield Planted("netrc", "artifact", ".netrc", netrc, token)
    kaggle = json.dumps({"username": "ada", "key": key})
    yield Planted("Kaggle login", "artifact", "kaggle.json", kaggle, key)
    yield Planted(".pgpass", "artifact", ".pgpass", f"db.lab:5432:wine:ada:{pw}\n", pw)
    block = key_block("PRIVATE KEY")(rng)
    account = json.dumps({"type": "service_account", "private_key": block})
    yield Planted("GCP service account", "artifact", "sa.json", account, block[40:90])
    cut = block[: rng.randint(120, 300)]
    yield Planted("key cut off", "param", "key_material", cut, cut[30:])
    secret = BY_FORM["GitHub token"](rng)
    yield Planted("path", "artifact path", "", f"conf/{secret}/a.txt", secret)


def known() -> list[Planted]:
    """What the rules were made against."""
    rng = Random(20261128)
    return [*planted_by_form(rng), *planted_by_name(rng), *planted_in_places(rng)]


# ------------------------------------------------------------------ held out


def held_out_again() -> list[Planted]:
    """Thought of when the first were mended."""
    rng = Random(99)
    found: list[Planted] = []
    for _ in range(3):
        pw, token, digest = password(rng), drawn(rng, ALNUM, 32), drawn(rng, HEX, 40)
        for kind, name, text, secret in (
            ("connection URL", "source", f"vertica-python://dbadmin:{pw}@v:5433/db", pw),
            ("connection URL", "redis_url", f"rediss://default:{pw}@h:6379", pw),
            ("connection URL", "command", f"mlflow server --uri mysql://root:{pw}@db/x", pw),
            ("YAML", "conf.yaml", f"elastic_password: '{pw}'", pw),
            ("boto3", "a.py", f"boto3.client('s3', aws_secret_access_key='{token}')", token),
            ("JSON", "a.json", json.dumps({"credentials": {"secretAccessKey": token}}), token),
            ("Python", "a.py", f"openai.api_key = '{token}'", token),
            ("Python", "a.py", f"wandb.login(key='{digest}')", digest),
            ("Python", "args", f"Namespace(lr=0.1, password='{pw}')", pw),
            ("Python", "a.py", f'auth = ("ada", "{pw}")', pw),
            ("command", "a.sh", f"wandb login {digest}", digest),
            ("command", "a.sh", f"huggingface-cli login --token {token}", token),
            ("command", "a.sh", f"rclone --s3-secret-access-key {token}", token),
            ("XML", "a.xml", f'<add connectionString="User ID=u;Password={pw}"/>', pw),
            ("Hydra", "overrides", f"++trainer.logger.api_key={token}", token),
            ("libpq", "command", f"psql 'host=h password={pw} user=u'", pw),
            ("prose", "note", f"The password is {pw}", pw),
            ("prose", "note", f"Passwort: {pw}", pw),
            ("Terraform", "a.tfvars", f'db_password = "{pw}"', pw),
            ("HTML", "a.html", f'<input name="csrf_token" value="{token}">', token),
        ):
            found.append(Planted(kind, "held out", name, text, secret))
    return found


def held_out() -> list[Planted]:
    """Kinds and places that were thought of after the rules."""
    rng = Random(7)
    found: list[Planted] = []
    for _ in range(3):
        pw, token, digest = password(rng), drawn(rng, ALNUM, 40), drawn(rng, HEX, 32)
        uuid = "-".join(drawn(rng, HEX, n) for n in (8, 4, 4, 4, 12))
        for kind, name, text, secret in (
            ("Snowflake", "source", f"snowflake://ada:{pw}@lab-eu/WINE/PUBLIC?warehouse=X", pw),
            ("Datadog", "DD_API_KEY", digest, digest),
            ("Datadog", ".env", f"DD_API_KEY={digest}\nDD_SITE=eu\n", digest),
            ("Roboflow", "train.py", f'rf = Roboflow(api_key="{token[:20]}")\n', token[:20]),
            ("Label Studio", "cfg", f"label_studio_token: {token}", token),
            (
                "ClearML",
                "clearml.conf",
                f'api {{ credentials {{ "secret_key" = "{token}" }} }}',
                token,
            ),
            ("XML", "settings.xml", f"<user>ada</user><password>{pw}</password>", pw),
            ("XML", "core.xml", f'<property name="fs.s3.secret.key" value="{token}"/>', token),
            ("INI", "setup.cfg", f"[db]\nhost = x\npassword = {pw}\n", pw),
            ("TOML", "secrets.toml", f'[openai]\napi_key = "{token}"\n', token),
            ("properties", "app.properties", f"spring.datasource.password={pw}\n", pw),
            ("Java option", "command", f"java -Dssl.keyPassword={pw} -jar x.jar", pw),
            ("Docker option", "command", f"docker run -e PGPASSWORD={pw} image", pw),
            ("IPython", "a.ipynb", json.dumps({"source": [f"%env API_TOKEN={token}\n"]}), token),
            ("R", "a.R", f'Sys.setenv(API_KEY = "{token}")', token),
            ("PowerShell", "a.ps1", f'$env:API_KEY = "{token}"', token),
            ("Makefile", "Makefile", f"API_TOKEN := {token}\n", token),
            ("Markdown", "README.md", f"| key | value |\n| api_key | {token} |\n", token),
            ("Python", "a.py", f"client = Client(user='ada', password='{pw}')", pw),
            ("Python", "a.py", f"login(token='{token}')", token),
            ("keyword", "a.py", f'os.environ.setdefault("HUB_TOKEN", "{token}")', token),
            ("UUID key", "pinecone_api_key", uuid, uuid),
            ("UUID key", "cfg.json", json.dumps({"heroku_api_key": uuid}), uuid),
            ("HTML escaped", "p.html", f"{{&quot;api_key&quot;: &quot;{token}&quot;}}", token),
            ("URL query", "source", f"https://x.org/d.csv?format=csv&access_token={token}", token),
            ("proxy", "http_proxy", f"http://ada:{pw}@proxy.lab.org:3128", pw),
            ("ftp", "source", f"ftp://ada:{pw}@files.lab.org/a.csv", pw),
            ("JDBC", "source", f"jdbc:postgresql://db/wine?user=ada&password={pw}", pw),
            ("libpq", "dsn", f"host=db user=ada password={pw} dbname=wine", pw),
            ("MLflow", ".env", f"MLFLOW_TRACKING_PASSWORD={pw}\n", pw),
            ("header", "a.py", f'headers={{"x-api-key": "{token}"}}', token),
            ("header", "a.txt", f"X-Auth-Token: {token}", token),
            ("Spark", "conf", f"spark.hadoop.fs.s3a.secret.key {token}", token),
            ("kubeconfig", "k.yaml", f"users:\n- user:\n    token: {token}\n", token),
            ("Kubernetes", "d.yaml", f"- name: DB_PASSWORD\n  value: {pw}\n", pw),
            ("passphrase", "gpg_passphrase", "correct horse battery staple", "horse battery"),
        ):
            found.append(Planted(kind, "held out", name, text, secret))
    return found
