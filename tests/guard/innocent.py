"""What looks like a secret and is none: digests, ids, settings, code, pictures as text."""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True)
class Innocent:
    """A text without a secret in it."""

    family: str
    name: str
    text: str


SETTINGS = """
max_tokens=512 max_new_tokens=1024 num_tokens=4096 token_budget=100000 tokenizer=bert-base-uncased
tokenizer_name=meta-llama/Llama-3.1-8B-Instruct pad_token=[PAD] eos_token=</s> bos_token=<s>
unk_token=[UNK] mask_token=<mask> pad_token_id=50256 token_pattern=(?u)\\b\\w\\w+\\b
tokenizer_class=PreTrainedTokenizerFast token_type_ids=False special_tokens_map=special_tokens.json
stop_token=<|endoftext|> image_token=<image> token_dropout=0.1 tokens_per_batch=32768
password_policy=none password_length=12 password_reset_count=3 password_strength_model=zxcvbn
password_file=/run/secrets/db_password secret_name=prod-db secret_scope=ml-prod secret_santa=false
secret_arn=arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-Ab12Cd
api_key_env=OPENAI_API_KEY api_key_env_var=HF_TOKEN api_key=${OPENAI_API_KEY}
api_key=$OPENAI_API_KEY db_password={{secrets/prod/db}} api_key=None api_key=null token=true
password=******** password=<redacted> api_key=[REDACTED] api_key=your-api-key-here
secret=changeme token=None use_auth_token=True use_auth_token=False auth=none auth_type=oauth2
auth_method=service_account authorization=none authenticator=externalbrowser auth_enabled=1
key_metric=val_loss sort_key=created_at primary_key=customer_id partition_key=event_date
key=customer_id group_key=store_id foreign_keys=3 n_keys=128 num_key_value_heads=8 key_dim=64
key_frame_interval=12 cache_key=features_v12 keyboard_layout=qwerty monkey_patch=true
credential_stuffing_score=0.98 credentials_file=~/.aws/credentials credit_score=710
signature=v4 sig_level=0.05 sigma=0.3 sigmoid=true signal_length=16000 author=Ada
authority=lab passthrough=True passes=3 n_pass=2 pass_rate=0.97 compass=north bypass=0
first_pass=0.9312 pwd=/home/ada/wine cwd=/srv/lab secretary_problem=false session=monday
cookie_policy=strict private_key_path=/etc/ssl/key.pem public_key=none key_name=deploy-2026
access_key_id_env=AWS_ACCESS_KEY_ID connection=postgres conn_str_env=DATABASE_URL
optimizer=adamw_torch_fused lr_scheduler=cosine_with_restarts precision=bf16-mixed
strategy=ddp_find_unused_parameters_true model=XGBClassifier objective=binary:logistic
eval_metric=aucpr tree_method=gpu_hist booster=gbtree backend=nccl seed=20261128
dataset_version=2026-11-28T06:40:11Z git_branch=feature/token-classification-v2
task=token-classification head=AutoModelForTokenClassification metric_for_best_model=eval_f1
pipeline=sklearn.pipeline.Pipeline(steps=[('scale',StandardScaler()),('clf',SVC())])
""".split()

CODE = """
def login(user: str, password: str, token: str | None = None) -> Session:
password = getpass.getpass("Password: ")
api_key = os.environ["OPENAI_API_KEY"]
token = os.getenv("HF_TOKEN", "")
client = OpenAI(api_key=api_key)
client = Client(token=token, secret=settings.secret)
self.password = password
if token == self.pad_token_id:
tokens = tokenizer(text, return_tensors="pt")
secret = dbutils.secrets.get(scope="ml", key="db")
key = jax.random.PRNGKey(0)
k1, k2 = jax.random.split(key)
api_key: Optional[str] = None
parser.add_argument("--token", help="a token of the hub")
parser.add_argument("--password-file", type=Path, default=None)
headers = {"Authorization": f"Bearer {token}"}
auth = HTTPBasicAuth(user, password)
{"type": "string", "name": "password", "format": "password"}
<input type="password" name="password" placeholder="Password">
for key, value in sorted(params.items(), key=lambda one: one[0]):
df.sort_values(key="created_at", ascending=False)
curl -H "Authorization: Bearer $TOKEN" https://api.example.org/v1/models
curl -u "$USER:$PASSWORD" https://example.org/data.csv
export WANDB_API_KEY=$(cat ~/.wandb)
docker run -e HF_TOKEN -e DB_PASSWORD=${DB_PASSWORD} image:latest
password: ${{ secrets.DB_PASSWORD }}
      - name: DB_PASSWORD
The password of the database is kept in the vault; ask Ada for the token.
Allow it under `allow_secrets:` in reportgen.yml, or set `password=` in the vault.
Token: the smallest unit that the model reads.
Attention uses queries, keys and values; each key has 64 dimensions.
-----BEGIN PUBLIC KEY-----
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1b4qE8u0h7s0T3t2dBq0r7c9Xk5n8QmZy4W6v2Lr1P ada@lab
# read the key block that begins with -----BEGIN PRIVATE KEY----- from the file
""".strip("\n").split("\n")

ADDRESSES = """
https://github.com/lab/wine.git
git@github.com:lab/wine.git
ssh://git@github.com:2222/lab/wine.git
https://git@dev.azure.com/lab/wine/_git/wine
postgresql://mlflow@db.lab.org:5432/mlflow
postgresql://${DB_USER}:${DB_PASSWORD}@db/mlflow
postgresql://user:password@localhost/db
mysql://<user>:<password>@host/db
s3://lab-models-eu-west-1/wine/2026/11/28/9f86d081884c7d65/model
gs://lab-data/features/v12/part-00000-9a1b2c3d-0000-4444-8888-ab12cd34ef56-c000.snappy.parquet
abfss://data@lab.dfs.core.windows.net/raw/2026/part-0001.parquet
wasbs://models@lab.blob.core.windows.net/wine
dbfs:/databricks/mlflow-tracking/1234567890123456/9f86d081884c7d659a2feaa0c55ad015/artifacts
models:/wine@champion
models://scope:prefix@databricks/wine/3
runs:/9f86d081884c7d659a2feaa0c55ad015/model
mlflow-artifacts:/7/9f86d081884c7d659a2feaa0c55ad015/artifacts
http://localhost:4873/@scope/package
https://registry.npmjs.org/@babel/core/-/core-7.26.0.tgz
https://huggingface.co/datasets/glue/resolve/bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c/a.parquet
https://lab.org:8443/a?page_token=2&key=colour#L20
https://mail.example.org/?to=ada@example.org
git+https://github.com/lab/tools.git@4b825dc642cb6eb9a060e54bf8d69288fbee4904#egg=tools
hdfs://namenode:8020/user/ada/wine.csv
jdbc:postgresql://db.lab.org:5432/wine?user=ada&ssl=true
redis://cache:6379/0
amqp://queue:5672//
file:///C:/Users/ada/AppData/Local/Temp/tmpq3x9k2ab/model
""".split()


def _hex(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789abcdef") for _ in range(count))


def _alnum(rng: Random, count: int) -> str:
    return "".join(rng.choice(ALNUM) for _ in range(count))


def _uuid(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _ids(rng: Random) -> Iterator[Innocent]:
    """Sixteen for each turn."""
    sha = hashlib.sha256(rng.randbytes(8))
    b64 = base64.b64encode(sha.digest()).decode()
    for name, text in (
        ("mlflow.source.git.commit", _hex(rng, 40)),
        ("run_id", _hex(rng, 32)),
        ("parent_run_id", _hex(rng, 32)),
        ("data_hash", sha.hexdigest()),
        ("checksum", hashlib.md5(sha.digest()).hexdigest()),
        ("dataset.digest", _hex(rng, 8)),
        ("cache_key", _hex(rng, 32)),
        ("experiment_key", _alnum(rng, 32)),
        ("trace_id", f"tr-{_hex(rng, 32)}"),
        ("model_id", f"m-{_hex(rng, 32)}"),
        ("request_id", _uuid(rng)),
        ("etag", f'"{_hex(rng, 32)}-{rng.randint(2, 90)}"'),
        ("experiment_id", str(rng.randint(10**17, 10**18))),
        ("mlflow.databricks.cluster.id", f"0923-164208-{_alnum(rng, 8).lower()}"),
        ("idempotency_key", _uuid(rng)),
        ("wandb.run_id", _alnum(rng, 8).lower()),
        ("tenant_id", _uuid(rng)),
        ("integrity", f"sha256-{b64}"),
        ("digest", f"sha256:{sha.hexdigest()}"),
        ("ulid", "01J" + _alnum(rng, 23).upper()),
        ("file_sha", b64),
        ("s3_object_key", f"wine/{_uuid(rng)}/part-{rng.randint(0, 999):05}.parquet"),
        ("token_hash", sha.hexdigest()),
        ("api_key_id", _uuid(rng)),
    ):
        yield Innocent("id or digest", name, text)


def _files(rng: Random) -> Iterator[Innocent]:
    """Texts of files, each with many digests and ids in it."""
    package = rng.choice(("numpy", "torch", "scikit-learn", "pandas"))
    lock = f"{package}==2.{rng.randint(0, 9)}.1 \\\n" + " \\\n".join(
        f"    --hash=sha256:{_hex(rng, 64)}" for _ in range(4)
    )
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + rng.randbytes(900)).decode()
    history = [
        {
            "run_id": _hex(rng, 32),
            "artifact_path": "model",
            "utc_time_created": "2026-11-28 06:39:04.123456",
            "model_uuid": _hex(rng, 32),
            "flavors": {"sklearn": {"pickled_model": "model.pkl", "code": None}},
            "signature": {"inputs": '[{"type": "double", "name": "key", "required": true}]'},
        }
    ]
    rows = "\n".join(",".join(repr(rng.gauss(0, 1)) for _ in range(6)) for _ in range(12))
    vocabulary = {rng.choice(ALNUM) + _alnum(rng, 4).lower(): n for n in range(40)}
    conda = f"  - {package}=1.26.4=py311h{_hex(rng, 7)}_0\n  - pip:\n    - mlflow==3.17.2\n"
    node = {"integrity": "sha512-" + base64.b64encode(rng.randbytes(64)).decode()}
    certificate = base64.b64encode(rng.randbytes(300)).decode()
    for name, text in (
        ("requirements.txt", lock),
        ("report.html", f'<img alt="curve" src="data:image/png;base64,{picture}">'),
        ("mlflow.log-model.history", json.dumps(history)),
        ("predictions.csv", f"key,token,auth,a,b,c\n{rows}\n"),
        ("tokenizer.json", json.dumps({"model": {"vocab": vocabulary}, "unk_token": "[UNK]"})),
        ("conda.yaml", conda),
        ("package-lock.json", json.dumps({"packages": {"node_modules/x": node}})),
        ("cells.ipynb", json.dumps({"cells": [{"id": _hex(rng, 8), "outputs": [picture]}]})),
        ("image", f"ghcr.io/lab/train:2026.11@sha256:{_hex(rng, 64)}"),
        ("ca.pem", f"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n"),
        ("git.log", "\n".join(f"{_hex(rng, 40)} Rename the key of tokens" for _ in range(5))),
        ("shap.json", json.dumps([{"key": f"f{n}", "value": rng.random()} for n in range(20)])),
        ("keys.csv", "key,hash\n" + "\n".join(f"row{n},{_hex(rng, 40)}" for n in range(10))),
        ("notes.md", f"Best so far: `{_hex(rng, 32)}`; key results follow, see {_uuid(rng)}."),
        ("model.py", f"# sha: {_hex(rng, 40)}\nfrom torch.nn.modules.transformer import Encoder\n"),
        ("names", f"polite-sponge-{rng.randint(100, 999)}-{_alnum(rng, 6).lower()}"),
    ):
        yield Innocent("file", name, text)


def _runs(rng: Random) -> Iterator[Innocent]:
    classes = ("sklearn.ensemble._forest.RandomForestClassifier", "torch.optim.adamw.AdamW")
    models = ("sentence-transformers/all-MiniLM-L6-v2", "Qwen/Qwen2.5-VL-72B-Instruct-AWQ")
    for name, text in (
        ("classifier", rng.choice(classes)),
        ("base_model", rng.choice(models)),
        ("learning_rate", repr(10 ** rng.uniform(-6, -1))),
        ("layers", str([rng.randint(8, 512) for _ in range(6)])),
        ("key", f"layer{rng.randint(0, 24)}.attention.key.weight"),
        ("token", rng.choice(("##ization", "<|im_start|>", "Ġthe", "▁model"))),
        ("started", f"2026-11-{rng.randint(10, 28)}T06:{rng.randint(10, 59)}:11.123456+00:00"),
        ("host", f"ip-10-0-{rng.randint(0, 255)}-{rng.randint(0, 255)}.eu-west-1.compute.internal"),
        ("tmp", f"/tmp/tmp{_alnum(rng, 8).lower()}/model/data/model.pth"),
        ("threshold", f"{rng.random():.17f}"),
        ("subscription", f"/subscriptions/{_uuid(rng)}/resourceGroups/lab"),
        ("study", f"optuna-{_alnum(rng, 5).lower()}-auth-key-model"),
    ):
        yield Innocent("run", name, text)


def innocent() -> list[Innocent]:
    """Over two thousand."""
    rng = Random(20261128)
    found = []
    for line in SETTINGS:
        name, _, text = line.partition("=")
        found.append(Innocent("setting", name, text))
        found.append(Innocent("setting in YAML", "conf.yaml", f"lr: 0.1\n{name}: {text}\nn: 3\n"))
        found.append(Innocent("setting in JSON", "c.json", json.dumps({"lr": 0.1, name: text})))
        found.append(Innocent("command", "command", f"python train.py --{name} {text} --n 3"))
    found += [Innocent("code", "train.py", f"import os\n{line}\nprint(1)\n") for line in CODE]
    found += [Innocent("code in JSON", "a.ipynb", json.dumps({"source": [one]})) for one in CODE]
    for address in ADDRESSES:
        found.append(Innocent("address", "source", address))
        found.append(Innocent("address in JSON", "source", json.dumps({"uri": address})))
        found.append(Innocent("address in prose", "note", f"It is read from {address} each night."))
    for _ in range(32):
        found += _ids(rng)
        found += _files(rng)
        found += _runs(rng)
    return found
