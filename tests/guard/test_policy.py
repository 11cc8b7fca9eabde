"""What is done about secrets: covered and told of by kind and place, left where that is allowed."""

from reportgen.errors import Problem
from reportgen.guard.allowed import Allowed
from reportgen.guard.policy import Policy

KEY = "AKIA" + "Q3EGRIXN" * 2
STRICT = Policy()
RUN = "mlruns/1/3f2a/params/bucket"


def cleaned(text: str, policy: Policy = STRICT, path: str = RUN) -> tuple[str, list[Problem]]:
    problems: list[Problem] = []
    return policy.clean(text, path.rpartition("/")[2], path, problems), problems


def test_a_text_without_a_secret_stays_as_it_is() -> None:
    assert cleaned("s3://bucket/data") == ("s3://bucket/data", [])


def test_a_secret_is_covered_and_what_stands_around_it_is_not() -> None:
    text, _ = cleaned(f"with {KEY}, since May")

    assert text == "with •••• (AWS access key), since May"


def test_the_problem_says_the_place_and_the_kind_and_nothing_of_the_secret() -> None:
    _, (problem,) = cleaned(f"with {KEY}")

    assert (problem.path, problem.leak) == (RUN, "AWS access key")
    assert KEY[4:] not in repr(problem)


def test_two_of_a_kind_at_one_place_are_one_problem() -> None:
    text, problems = cleaned(f"{KEY} {KEY[::-1]} AKIA{KEY[:-5:-1] * 4}")

    assert len(problems) == 1
    assert text.count("••••") == 2


def test_a_place_that_holds_a_secret_is_covered_too() -> None:
    _, (problem,) = cleaned(KEY, path=f"mlruns/1/3f2a/tags/{KEY}")

    assert problem.path == "mlruns/1/3f2a/tags/•••• (AWS access key)"


def test_what_is_allowed_by_kind_and_place_stays() -> None:
    policy = Policy((Allowed("aws access key", "params.bucket", "An example of the documents."),))

    assert cleaned(KEY, policy) == (KEY, [])


def test_a_place_may_be_a_pattern_or_the_whole_path() -> None:
    for where in ("params.buck*", "params/bucket", "mlruns/1/*", RUN):
        assert cleaned(KEY, Policy((Allowed("*", where, "Old."),))) == (KEY, [])


def test_what_is_allowed_elsewhere_or_of_another_kind_is_covered() -> None:
    for allowed in (Allowed("*", "tags.bucket", ""), Allowed("private key", "params.bucket", "")):
        assert KEY not in cleaned(KEY, Policy((allowed,)))[0]
