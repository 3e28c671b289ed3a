import xml.etree.ElementTree as ET

import pytest
from conftest import ROOT, run

from goldwire_annotation.interface import interface
from goldwire_corpus.label_studio.encode import as_prediction, encode
from goldwire_corpus.label_studio.layout import CHOICES, FIELDS, LAYERS, kinds, labels_of, link_labels, values_of
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import read_text

label_interface = pytest.importorskip("label_studio_sdk.label_interface")


def test_interface_is_valid_for_the_sdk() -> None:
    label_interface.LabelInterface(interface()).validate()


def test_interface_offers_everything_that_is_encoded() -> None:
    tree = ET.fromstring(interface())
    (labels,) = tree.iterfind(".//Labels")
    assert [label.get("value") for label in labels] == [label for kind in LAYERS for label in labels_of(kind)]
    for kind in LAYERS:
        for choice in CHOICES[kind]:
            (choices,) = tree.iterfind(f".//Choices[@name='{choice}']")
            assert [x.get("value") for x in choices] == values_of(choice)
            assert choices.get("perRegion") == "true"
        for name in FIELDS[kind]:
            assert len(tree.findall(f".//TextArea[@name='{name}'][@perRegion='true']")) == 1
    (relations,) = tree.iterfind(".//Relations")
    assert [x.get("value") for x in relations] == link_labels()
    assert relations.get("choice") == "multiple"


def test_names_of_controls_and_link_labels_are_unique() -> None:
    names = [x.get("name") for x in ET.fromstring(interface()).iter() if x.get("name")]
    assert len(names) == len(set(names))
    assert len(link_labels()) == len(set(link_labels()))
    # One control labels regions of all kinds, so each label must belong to exactly one kind.
    assert len(kinds()) == sum(len(labels_of(kind)) for kind in LAYERS)


def test_means_and_phase_are_offered_for_their_event_type() -> None:
    tree = ET.fromstring(interface())
    where = {x.get("name"): x.get("whenLabelValue") for x in tree.iter("Choices")}
    assert where["means"] == "Attack"
    assert where["phase"] == "Operation"


def test_sdk_accepts_gold_as_a_prediction() -> None:
    path = ROOT / "corpus" / "source" / "worlds" / "keldura-03.ann"
    text = read_text(path.with_suffix(".txt")).removesuffix("\n")
    result = encode(as_prediction("d", brat.decode(read_text(path), "x", text)), text)
    prediction = {"model_version": "gold", "result": result}
    assert label_interface.LabelInterface(interface()).validate_prediction(prediction, return_errors=True) == []


def test_command_prints_the_interface() -> None:
    assert run("annotate", "interface").output == interface()
