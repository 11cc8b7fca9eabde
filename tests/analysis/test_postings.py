"""Which documents have a word."""

from reportgen.analysis.postings import Postings


def test_a_document_may_have_no_words_of_its_own() -> None:
    """As one of a run that says nothing but where it belongs: ` vwine`."""
    postings = Postings()
    for packed in ("", " vwine", "nwine"):
        postings.add(packed)

    assert [shard.first for shard in postings.index(0).shards] == ["wine"]
