from goldwire_corpus.schema.ontology import ontology

ACE_ROLES = {
    "Life.Die": {"Agent", "Victim", "Instrument", "Time", "Place"},
    "Life.Injure": {"Agent", "Victim", "Instrument", "Time", "Place"},
    "Movement.Transport": {"Agent", "Artifact", "Vehicle", "Price", "Origin", "Destination", "Time"},
    "Transaction.Transfer-Ownership": {"Buyer", "Seller", "Beneficiary", "Artifact", "Price", "Time", "Place"},
    "Transaction.Transfer-Money": {"Giver", "Recipient", "Beneficiary", "Money", "Time", "Place"},
    "Conflict.Attack": {"Attacker", "Target", "Instrument", "Time", "Place"},
    "Conflict.Demonstrate": {"Entity", "Time", "Place"},
    "Contact.Meet": {"Entity", "Time", "Place", "Duration"},
    "Contact.Phone-Write": {"Entity", "Time"},
    "Personnel.Start-Position": {"Person", "Entity", "Position", "Time", "Place"},
    "Personnel.End-Position": {"Person", "Entity", "Position", "Time", "Place"},
    "Personnel.Elect": {"Person", "Entity", "Position", "Time", "Place"},
    "Justice.Arrest-Jail": {"Person", "Agent", "Crime", "Time", "Place"},
    "Justice.Release-Parole": {"Person", "Entity", "Crime", "Time", "Place"},
    "Justice.Trial-Hearing": {"Defendant", "Prosecutor", "Adjudicator", "Crime", "Time", "Place"},
    "Justice.Sentence": {"Defendant", "Adjudicator", "Crime", "Sentence", "Time", "Place"},
}  # annotation guidelines for events of ACE 2005, version 5.4.3


def test_ontology_has_all_types() -> None:
    onto = ontology()
    assert list(onto.entity) == ["PER", "ORG", "GPE", "LOC", "FAC", "VEH", "WEA", "INF", "COM"]
    assert list(onto.value) == ["TIME", "QTY", "TITLE"]
    assert len(onto.event) == 42
    assert {e.family for e in onto.event.values()} == {
        "life", "conflict", "military", "territory", "movement", "property", "justice", "personnel", "contact",
        "politics", "media",
    }  # fmt: skip


def test_roles_and_fillers_are_declared() -> None:
    onto = ontology()
    fillers = {*onto.entity, *onto.value, "EVENT"}
    for role in onto.role.values():
        assert set(role.fillers) <= fillers
    for name in onto.event:
        roles = onto.roles_of(name)
        assert set(roles) <= onto.role.keys()
        assert len(set(roles)) == len(roles), name
    used = {role for name in onto.event for role in onto.roles_of(name)}
    assert used == onto.role.keys(), "a role without an event type"


def test_defaults_are_values_of_their_attributes() -> None:
    onto = ontology()
    for attribute in onto.attribute.values():
        assert attribute.default in attribute.values
    for event in onto.event.values():
        assert set(event.attributes) <= onto.attribute.keys()


def test_scope_belongs_to_count() -> None:
    onto = ontology()
    assert "scope" not in onto.attribute
    assert (onto.scope("Count"), onto.scope("Count", "part"), onto.scope("Victim")) == ("total", "part", None)


def test_ace_mappings_are_types_and_roles_of_ace() -> None:
    onto = ontology()
    for name, event in onto.event.items():
        if event.ace2005 is None:
            continue
        assert event.ace2005 in ACE_ROLES, name
        overridden = event.role_names.get("ace2005", {})
        assert set(overridden) <= set(event.roles), name
        assert set(overridden.values()) <= ACE_ROLES[event.ace2005], name
