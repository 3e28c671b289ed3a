"""The labelling interface of Label Studio, generated from the ontology (https://labelstud.io/tags).

Everything that the interface offers is read by `goldwire_corpus.label_studio`, which holds the names.
"""

import xml.etree.ElementTree as ET
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from goldwire_corpus.label_studio.layout import (
    CHOICES,
    COREF,
    FIELDS,
    LAYERS,
    MARK,
    NOTE,
    REMARK,
    SOURCE,
    TEXT,
    default_of,
    kinds,
    labels_of,
    link_labels,
    offers,
    values_of,
)
from goldwire_corpus.schema.document import CAUSAL, RELATIONS
from goldwire_corpus.schema.ontology import ontology

# White space is preserved, so that the selected text equals the text at the offsets. A text may have over a hundred
# links; only the one under the pointer in the list is drawn (its path has stroke width 6), so that the text is legible.
_STYLE = (
    ".lsf-richtext__line{white-space:pre-wrap}"
    '.relations-overlay g[class*="relationItem"]:not(:has(path[stroke-width="6"])){opacity:0}'
    # The tools stay visible above a long text, so they must take little height.
    ".gw-tools h4{font-size:13px!important;line-height:24px!important;margin:0!important}"
    ".gw-tools .lsf-labels,.gw-tools .lsf-choices,.gw-tools .ant-form-item{margin:0!important}"
    ".gw-tools .lsf-labels{padding-bottom:4px}"
    ".gw-tools .lsf-choice__checkbox{min-height:0!important;line-height:24px!important;height:24px!important}"
    ".gw-tools .lsf-choice__item{height:24px}"
    ".gw-tools .lsf-text-area,.gw-tools .lsf-text-area>div,.gw-tools .lsf-text-area p{margin:0!important}"
    ".gw-tools .ant-form-item-kind-input{min-height:0}"
    ".gw-tools .ant-input{height:26px;padding:2px 6px;width:20em}"
)
_STICKY = "position:sticky;top:0;z-index:5;background:var(--color-neutral-background,#fff);padding-bottom:6px"
_ROW = "display:flex;flex-wrap:wrap;gap:0 18px;align-items:center"
_COLORS = {
    "PER": "#1565c0", "ORG": "#6a1b9a", "GPE": "#2e7d32", "LOC": "#00838f", "FAC": "#5d4037", "VEH": "#455a64",
    "WEA": "#b71c1c", "INF": "#ad1457", "COM": "#827717", "TIME": "#f9a825", "QTY": "#ef6c00", "TITLE": "#78909c",
}  # fmt: skip
_FAMILIES = {
    "life": "#d32f2f", "conflict": "#c62828", "military": "#e65100", "territory": "#bf360c", "movement": "#0277bd",
    "property": "#558b2f", "justice": "#4527a0", "personnel": "#283593", "contact": "#00695c", "politics": "#4e342e",
    "media": "#880e4f",
}  # fmt: skip
_OTHER = "#616161"
_HINTS = {
    "key": "of the knowledge base, or a word of your own",
    "head": "its words, if not the whole; word #2: the second",
    "value": "TIMEX3, as 2025-04-09 or P2D",
    "min": "a number; empty: open",
    "max": "a number; empty: open",
    "unit": "one word, singular",
    "cluster": "key of the knowledge base, or a word",
    "earliest": "day, as 2025-04-09",
    "latest": "day, as 2025-04-09",
    NOTE: "why, where it is not plain",
}


def interface() -> str:
    """Return the labelling configuration as an XML document."""
    view = Element("View")
    SubElement(view, "Style").text = _STYLE
    SubElement(view, "Header", value="$heading", size="5")
    tools = SubElement(view, "View", className="gw-tools", style=_STICKY)
    _labels(tools)
    fields = SubElement(tools, "View", style=_ROW)
    for kind in LAYERS:
        for choice in CHOICES[kind]:
            _choices(fields, kind, choice)
        for name in FIELDS[kind]:
            _field(fields, name, ",".join(labels_of(kind)))
    _field(fields, NOTE, None)
    text = SubElement(view, "View", style="line-height:2.1;font-size:16px")
    SubElement(text, "Text", name=TEXT, value="$text", granularity="symbol")
    _links(view)
    panels = SubElement(view, "Collapse")
    for name, title in (("kb", "Knowledge base"), ("differences", "Differences of the passes")):
        SubElement(SubElement(panels, "Panel", value=title), "Text", name=name, value=f"${name}")
    SubElement(view, "TextArea", name=REMARK, toName=TEXT, editable="true", maxSubmissions="1", rows="2",
               placeholder="remarks on the document as a whole")  # fmt: skip
    ET.indent(view)
    return ET.tostring(view, encoding="unicode") + "\n"


def _labels(parent: Element) -> None:
    onto = ontology()
    labels = SubElement(parent, "Labels", name=MARK, toName=TEXT, choice="single", showInline="true")
    for value in kinds():
        if value in onto.event:
            color, hint = _FAMILIES.get(onto.event[value].family, _OTHER), onto.event[value].definition
        else:
            color, hint = _COLORS.get(value, _OTHER), (onto.entity | onto.value)[value].definition
        SubElement(labels, "Label", value=value, background=color, hint=hint)


def _choices(parent: Element, kind: str, name: str) -> None:
    where = ",".join(label for label in labels_of(kind) if offers(label, name))
    default = default_of(name)
    box = SubElement(parent, "View", visibleWhen="region-selected", whenLabelValue=where, style=_ROW)
    SubElement(box, "Header", value=f"{name} ({default} if none)" if default else name, size="6")
    choices = SubElement(box, "Choices", name=name, toName=TEXT, perRegion="true", choice="single",
                         showInline="true", visibleWhen="region-selected", whenLabelValue=where)  # fmt: skip
    for value in values_of(name):
        SubElement(choices, "Choice", value=value)


def _field(parent: Element, name: str, where: str | None) -> None:
    # With this attribute Label Studio saves a field only for regions with one of these labels; without it the value
    # of a field would remain after the label is changed.
    only: dict[str, Any] = {"whenLabelValue": where} if where else {}
    box = SubElement(parent, "View", visibleWhen="region-selected", style=_ROW, **only)
    SubElement(box, "Header", value=name, size="6")
    SubElement(box, "TextArea", name=name, toName=TEXT, perRegion="true", editable="true", maxSubmissions="1",
               rows="1", placeholder=_HINTS[name], visibleWhen="region-selected", **only)  # fmt: skip


def _links(parent: Element) -> None:
    # One link holds all labels of its pair of regions, because the interface drops a second link between them.
    relations = SubElement(parent, "Relations", choice="multiple")
    for value in link_labels():
        if value == COREF:
            color = "#9e9e9e"
        elif value in CAUSAL:
            color = "#d32f2f"
        elif value in RELATIONS:
            color = "#1565c0"
        else:
            color = "#6a1b9a" if value == SOURCE else "#2e7d32"
        SubElement(relations, "Relation", value=value, background=color)
