"""Logistic regression over feature dictionaries, and the features of a word in its sentence."""

from typing import Any

from goldwire_baselines.words import Word

Features = dict[str, Any]
NONE = "-"


class Classifier:
    """Multinomial logistic regression over feature dictionaries; with a single training label it predicts that one."""

    def __init__(self) -> None:
        self.features: list[Features] = []
        self.labels: list[str] = []
        self.vectorizer: Any = None
        self.model: Any = None

    def add(self, features: Features, label: str) -> None:
        self.features.append(features)
        self.labels.append(label)

    def train(self) -> None:
        """Fit the model, on one thread: the order of a sum depends on their number, and its last digit on the order."""
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits

        if len(set(self.labels)) > 1:
            self.vectorizer = DictVectorizer()
            matrix = self.vectorizer.fit_transform(self.features)
            with threadpool_limits(1):
                self.model = LogisticRegression(C=10.0, max_iter=300).fit(matrix, self.labels)
        self.features = []

    def label(self, features: list[Features]) -> list[str]:
        if self.model is None or not features:
            return [self.labels[0] if self.labels else NONE] * len(features)
        return [str(label) for label in self.model.predict(self.vectorizer.transform(features))]

    def best(self, features: list[Features]) -> list[tuple[str, float]]:
        """Return the most probable label of each example, with its probability."""
        if self.model is None:
            return [(label, 1.0) for label in self.label(features)]
        probabilities = self.model.predict_proba(self.vectorizer.transform(features))
        columns = probabilities.argmax(axis=1).tolist()
        return [(str(self.model.classes_[j]), float(row[j])) for row, j in zip(probabilities, columns, strict=True)]


def window(sentence: list[Word], i: int, reach: int = 2) -> Features:
    """Return features of a word and of the words at a distance of up to `reach`."""
    features: Features = {"first": i == 0}
    for offset in range(-reach, reach + 1):
        j = i + offset
        if not 0 <= j < len(sentence):
            features[f"{offset}edge"] = True
            continue
        w = sentence[j]
        features[f"{offset}w={w.lower}"] = True
        features[f"{offset}s={w.shape}"] = True
        if abs(offset) <= 1:
            features[f"{offset}t={w.stem}"] = True
            features |= {f"{offset}x={w.lower[-n:]}": True for n in (1, 2, 3, 4)}
        if offset == 0:
            features |= {f"p={w.lower[:n]}": True for n in (3, 4, 5)}
    return features
