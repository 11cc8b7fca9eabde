"""The door: all that was read passes it before anything is hashed, remembered or written.

Secrets are covered, what of people and machines is not to be shown is hidden, what is dropped is
gone. A `Guarded` store gives what another store reads, cleaned; the catalog is cleaned once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from reportgen.errors import Problem
from reportgen.guard import contents, people
from reportgen.guard.paths import home_owners, told_part, without_paths
from reportgen.guard.policy import Policy
from reportgen.guard.privacy import PRIVATE, Privacy, Treatment
from reportgen.guard.secrets import masked, secrets_in
from reportgen.guard.selection import (
    PARENT,
    Dropped,
    Selection,
    kept_of_model,
    kept_of_project,
    kept_of_registered,
    kept_of_run,
    select,
    without_dropped,
)
from reportgen.guard.walk import Walk, text_fields
from reportgen.model import LoggedModel, MetricHistory, ModelRef, Run, RunRef
from reportgen.sources.catalog import Catalog
from reportgen.sources.stamps import Look
from reportgen.sources.store import KnownRefs, Store, StoreIndex

Value = TypeVar("Value")
Told = TypeVar("Told", bound=Any)
Ref = TypeVar("Ref", RunRef, ModelRef)

REMEMBERED, LONGEST = 20_000, 2_000
"""So many texts, of up to so many characters, are known from before."""

IDS = frozenset({"id", "key", "run_id", "experiment_id", "parent_id", "model_id", PARENT})
"""What ids are called; those of MLflow's own form are nothing to look at."""

_ID = re.compile(r"(?:m-)?[0-9a-f]{32}|\d{1,20}")


SOURCE = "mlflow.source.name"
CUT = ("…", "hidden-path")
"""What a path begins with that was cut off."""


@dataclass(frozen=True, slots=True)
class Door:
    """What holds for all that passes. A few values, so that a worker process can have it too."""

    privacy: Privacy = PRIVATE
    selection: Selection = field(default_factory=Selection)
    dropped: Dropped = field(default_factory=Dropped)
    users: frozenset[str] = frozenset()
    """Names of users that the index tells of, where they are hidden."""

    folders: tuple[str, ...] = ()
    """Of the projects of the report, and the names of those in the folder that was named."""

    policy: Policy = field(default_factory=Policy)
    """What is done about secrets."""

    def clean(self, value: Value, place: str = "") -> Value:
        """The value with all its text cleaned; itself where there was nothing to do.

        `place` is where it is, as problems name it: `mlruns/0/3f2a…`.
        """
        return self._cleaner().clean(value, place, [])

    def refs(self, catalog: Catalog, refs: tuple[Ref, ...]) -> tuple[Ref, ...]:
        """The references of a catalog; their runs and models will tell of secrets.

        There are very many, and nearly always nothing is to be done: each text is looked at once.
        """
        cleaner = self._cleaner()
        if self.privacy.users is not Treatment.HIDE and refs:
            parts = attrgetter(*text_fields(type(refs[0])))
            seen = set().union(*map(parts, refs))
            if all(_ID.fullmatch(text) or cleaner.text(text) is text for text in seen):
                return refs
        met = cleaner.met
        cleaned = cleaner.walk(refs)
        if cleaner.met == met:
            return cleaned
        return tuple(self.clean(ref, _place(catalog, ref)) for ref in refs)

    def text(self, text: str, name: str = "") -> str:
        """A text; `name` is what it is called."""
        return self._cleaner().text(text, name)

    def content(self, content: bytes) -> bytes | None:
        """The content of a file that is to be copied; None where it cannot be."""
        text = contents.as_text(content)
        if text is not None:
            made = self._cleaner().file(text)
            return content if made == text else made.encode()
        if self.privacy.paths is Treatment.HIDE and contents.names_a_home(content):
            return None
        if self.privacy.users is Treatment.HIDE and contents.names_anyone(content, self.users):
            return None
        return content

    def own(self, value: Value, place: str, problems: list[Problem]) -> Value:
        """What the user wrote for the report, cleaned as a file that is copied: of its paths home
        folders alone are shortened."""
        cleaner = self._cleaner()

        def on_text(text: str, path: str) -> str:
            return cleaner.file(cleaner.covered(text, path, problems)) if text else text

        return Walk(on_text, tells_places=True)(value, place)

    def told(self, value: Told, place: str, users: frozenset[str] = frozenset()) -> Told:
        """Something that has `problems`, cleaned; these tell of each secret that was covered."""
        cleaner = self._cleaner(users)
        problems: list[Problem] = []
        cleaned = cleaner.clean(value, place, problems)
        if not problems:
            return cleaned
        more = dict.fromkeys(map(cleaner.walk, problems))
        return replace(cleaned, problems=(*cleaned.problems, *more))

    def _cleaner(self, more: frozenset[str] = frozenset()) -> "_Cleaner":
        users = self.users | more if more else self.users
        return _cleaner(self.privacy, users, self.policy)

    def run(self, run: Run, label: str) -> Run:
        """A run as the report has it."""
        users = self.users_of(run)
        run = self._with_source(run)
        if self.selection or self.dropped:
            run = kept_of_run(self.selection, self.dropped, run)
        place = _joined(label, run.experiment_id, run.id)
        if not run.models:
            return self.told(run, place, users)
        models = tuple(self.told(one, f"{place}/{one.artifact_path}", users) for one in run.models)
        return replace(self.told(replace(run, models=()), place, users), models=models)

    def model(self, model: LoggedModel, label: str) -> LoggedModel:
        if self.selection or self.dropped:
            model = kept_of_model(self.selection, self.dropped, model)
        return self.told(model, _joined(label, model.experiment_id, model.id))

    def _with_source(self, run: Run) -> Run:
        """With what its source is called in its repository, or in this report, where else all that
        tells that would be cut off."""
        source = run.tags.get(SOURCE, "")
        if not self.text(source).startswith(CUT):
            return run
        repository = run.tags.get("mlflow.source.git.repoURL", "") or run.tags.get(
            "mlflow.gitRepoURL", ""
        )
        told = told_part(source, repository, self.folders)
        return replace(run, tags={**run.tags, SOURCE: told}) if told else run

    def users_of(self, run: Run) -> frozenset[str]:
        """Names of users that this run alone tells of."""
        if self.privacy.users is not Treatment.HIDE:
            return frozenset()
        found = {run.user, *home_owners(run.artifact_uri)}
        for key, value in (*run.tags.items(), *run.params.items()):
            if people.names_a_user(key) and len(value) < 100:
                found.add(value)
            else:
                found |= home_owners(value)
        return people.names_of(found) - self.users


class _Cleaner:
    """Cleans text, and remembers what it made of it."""

    def __init__(self, privacy: Privacy, users: frozenset[str], policy: Policy) -> None:
        self._privacy = privacy
        self._policy = policy
        self._paths = privacy.paths
        if privacy.users is Treatment.HIDE and privacy.paths is Treatment.SHOW:
            self._paths = Treatment.SHORTEN  # home folders are called as users are
        self._users = people.words_form(users)
        self._words = people.words_form(privacy.words)
        self._known: dict[tuple[str, str], str | None] = {}
        self.met = 0
        """How many texts with secrets came by so far."""

        self.walk = Walk(self.text)

    def text(self, text: str, name: str = "") -> str:
        if not text or (name in IDS and _ID.fullmatch(text)):
            return text
        key = name, text
        if key in self._known:
            known = self._known[key]
            return text if known is None else known
        secrets = secrets_in(text, name)
        if secrets:
            self.met += 1
        made = self._made(masked(text, secrets) if secrets else text, name)
        if not secrets and len(text) <= LONGEST:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = None if made == text else made
        return text if made == text else made

    def clean(self, value: Value, place: str, problems: list[Problem]) -> Value:
        """The value cleaned; secrets are problems, which tell where they stand."""
        met = self.met
        cleaned = self.walk(value)
        if self.met == met:
            return cleaned

        # Rare, and then worth a second look: where each of them stands, and if it is allowed there.
        def on_text(text: str, path: str) -> str:
            covered = self.covered(text, path, problems)
            return self._made(covered, path.rpartition("/")[2])

        return Walk(on_text, tells_places=True)(value, place)

    def covered(self, text: str, path: str, problems: list[Problem]) -> str:
        """The text with its secrets covered, which are problems."""
        return self._policy.clean(text, path.rpartition("/")[2], path, problems)

    def file(self, text: str) -> str:
        """The text of a file, itself where nothing is to be hidden; secrets are not looked for."""
        privacy = self._privacy
        if privacy.paths is not Treatment.HIDE and contents.may_name_a_home(text):
            text = without_paths(text, self._paths, homes_alone=True)
        return self._made(text, "", keeps_paths=privacy.paths is not Treatment.HIDE)

    def _made(self, text: str, name: str, *, keeps_paths: bool = False) -> str:
        privacy = self._privacy
        if privacy.emails is Treatment.HIDE:
            text = people.without_emails(text)
        text = text if keeps_paths else without_paths(text, self._paths)
        if privacy.hosts is Treatment.HIDE:
            if people.names_a_host(name, text):
                return people.HIDDEN_HOST
            text = people.without_hosts(text)
        if privacy.users is Treatment.HIDE:
            if people.names_a_user(name) and len(text) < 200:
                return people.HIDDEN
            text = self._users.sub(people.HIDDEN_USER, text) if self._users else text
        return self._words.sub(people.HIDDEN, text) if self._words else text


@lru_cache(maxsize=64)
def _cleaner(privacy: Privacy, users: frozenset[str], policy: Policy) -> _Cleaner:
    return _Cleaner(privacy, users, policy)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A store behind the door: gives what `inner` reads, cleaned."""

    inner: Store
    door: Door

    @property
    def label(self) -> str:
        return self.door.text(self.inner.label)

    def index(self, known: KnownRefs | None = None) -> StoreIndex:
        return self.inner.index(known)

    def read_runs(self, refs: Sequence[RunRef]) -> Iterator[Run]:
        label = self.inner.label
        return (self.door.run(run, label) for run in self.inner.read_runs(refs))

    def read_metrics(
        self, refs: Sequence[RunRef], keys: Sequence[str]
    ) -> Iterator[Mapping[str, MetricHistory]]:
        """Those whose names are nothing to clean, as the names that are asked for are clean."""
        return self.inner.read_metrics(refs, keys)

    def read_models(self, refs: Sequence[ModelRef]) -> Iterator[LoggedModel]:
        label = self.inner.label
        return (self.door.model(model, label) for model in self.inner.read_models(refs))

    def stamps(self, refs: Sequence[RunRef | ModelRef], look: Look) -> list[str]:
        return self.inner.stamps(refs, look)

    def home(self, ref: RunRef | ModelRef) -> str:
        return self.inner.home(ref)

    def elsewhere(self, refs: Sequence[RunRef | ModelRef], look: Look) -> Iterator[str]:
        return self.inner.elsewhere(refs, look)


def at_the_door(catalog: Catalog, door: Door) -> tuple[Catalog, Door]:
    """The catalog as the report has it, its stores guarded; and the door for all else, which now
    knows what is dropped and who the users are."""
    dropped = Dropped()
    if door.selection:
        catalog, dropped = _selected(catalog, door.selection)
    door = replace(
        door,
        dropped=dropped,
        users=_users_of(catalog, door.privacy),
        folders=tuple(one.path if one.path != "." else one.name for one in catalog.projects),
    )
    return (
        replace(
            catalog,
            stores=tuple(Guarded(store, door) for store in catalog.stores),
            experiments=tuple(
                door.told(one, f"Experiment {one.name}") for one in catalog.experiments
            ),
            runs=door.refs(catalog, catalog.runs),
            models=door.refs(catalog, catalog.models),
            registered_models=tuple(door.told(one, one.name) for one in catalog.registered_models),
            projects=tuple(door.told(one, one.path) for one in catalog.projects),
            problems=door.clean(catalog.problems),
        ),
        door,
    )


def _place(catalog: Catalog, ref: RunRef | ModelRef) -> str:
    return _joined(catalog.stores[ref.store].label, ref.experiment_id, ref.id)


def _joined(*parts: str) -> str:
    return "/".join(part for part in parts if part)


def _selected(catalog: Catalog, selection: Selection) -> tuple[Catalog, Dropped]:
    chosen = select(selection, catalog.experiments, catalog.runs, catalog.models)
    here = {one.key for one in chosen.experiments}
    names = frozenset(
        name for one in catalog.experiments if one.key not in here for name in (one.id, one.name)
    )
    gone = chosen.dropped.runs | chosen.dropped.models | names
    return (
        replace(
            catalog,
            experiments=chosen.experiments,
            runs=chosen.runs,
            models=chosen.models,
            registered_models=tuple(
                kept_of_registered(selection, chosen.dropped, one)
                for one in catalog.registered_models
            ),
            projects=tuple(kept_of_project(selection, one) for one in catalog.projects),
            problems=without_dropped(catalog.problems, gone),
        ),
        chosen.dropped,
    )


def _users_of(catalog: Catalog, privacy: Privacy) -> frozenset[str]:
    """Names of all users that the index tells of."""
    if privacy.users is not Treatment.HIDE:
        return frozenset()
    found = {ref.user for ref in catalog.runs}
    uris = {ref.artifact_uri for ref in catalog.runs} | {ref.artifact_uri for ref in catalog.models}
    uris |= {one.artifact_location for one in catalog.experiments}
    for model in catalog.registered_models:
        found |= _told_users(model.tags) | {version.user for version in model.versions}
        for version in model.versions:
            found |= _told_users(version.tags)
            uris.add(version.source)
    for experiment in catalog.experiments:
        found |= _told_users(experiment.tags)
    for uri in uris:
        found |= home_owners(uri)
    return people.names_of(found)


def _told_users(tags: Mapping[str, str]) -> set[str]:
    return {value for key, value in tags.items() if people.names_a_user(key) and len(value) < 100}
