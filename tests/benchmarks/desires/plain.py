"""The two textbook embedders that the site's are compared with: TF-IDF of stems, and an LSA of them."""

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from services.core.embedding.lexicon import lexicon
from services.core.embedding.protocol import DIM, Vectors
from services.core.embedding.stems import stem, tokens_of


def _stems(text: str) -> list[str]:
    stops = lexicon().stopwords["en"]
    return [stem(token.word) for token in tokens_of(text) if token.word not in stops]


def tfidf(texts: Sequence[str], corpus: Sequence[str]) -> Vectors:
    """Plain TF-IDF: a column for each stem of `corpus` and `texts`, which are told apart by words alone."""
    found = _vectorizer().fit([*corpus, *texts]).transform(texts)
    dense: Vectors = np.asarray(found.todense(), np.float32)
    return dense


def lsa(texts: Sequence[str], corpus: Sequence[str]) -> Vectors:
    """TF-IDF and TruncatedSVD, fitted on `corpus`: what it has not seen it does not know."""
    vectorizer = _vectorizer().fit(corpus)
    svd = TruncatedSVD(DIM, random_state=0).fit(vectorizer.transform(corpus))
    vectors: Vectors = svd.transform(vectorizer.transform(texts)).astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found = np.zeros_like(vectors)
    np.divide(vectors, lengths, out=found, where=lengths > 1e-6)
    return found


def _vectorizer() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=_stems, sublinear_tf=True)
