"""Coreference worked by hand: pairs of sides in set notation, with the fractions that each measure gives them.

(precision, recall, F1) by measure, None where undefined. The clusters of the cases named `conll` are those of the
CoNLL reference scorer's own test cases (conll/reference-coreference-scorers, version 8), whose figures come from the
measures' authors; the derivations are our own. C and N are BLANC's links within and
between clusters.
"""

from fractions import Fraction as Q
from typing import NamedTuple

from reference_coref import MEASURES, PRF


class Case(NamedTuple):
    """Two sides in set notation and, by measure, precision, recall and F1."""

    name: str
    key: str
    response: str
    scores: dict[str, PRF]


def prf(precision: Q | int | None, recall: Q | int | None, f1: Q | int | None) -> PRF:
    return PRF(*(None if value is None else Q(value) for value in (precision, recall, f1)))


PERFECT, NOTHING, UNDEFINED = prf(1, 1, 1), prf(0, 0, 0), prf(None, None, None)
LUO = "{12345} {67} {89ABC}"

CASES = [
    # ---- MUC: Vilain et al. 1995. A cluster of n needs n - 1 links; each piece beyond the first is one link missed.
    # {abcd} falls into two pieces: 4 - 2 of 3 links; both links of the response are right.
    # LEA: of the 6 links of {abcd}, 2 are there. BLANC: C 2 of 6 and 2 of 2, F 1/2; N: none in the key, 4 in the
    # response, so 0; the means of 1 and 0, of 1/3 and 0, of 1/2 and 0.
    Case(
        "muc paper: split in two",
        "{abcd}",
        "{ab} {cd}",
        {
            "muc": prf(1, Q(2, 3), Q(4, 5)),
            "lea": prf(1, Q(1, 3), Q(1, 2)),
            "b3": prf(1, Q(1, 2), Q(2, 3)),
            "ceafm": prf(Q(1, 2), Q(1, 2), Q(1, 2)),
            "ceafe": prf(Q(1, 3), Q(2, 3), Q(4, 9)),
            "blanc": prf(Q(1, 2), Q(1, 6), Q(1, 4)),
        },
    ),
    Case(
        "muc paper: two joined",
        "{ab} {cd}",
        "{abcd}",
        {"muc": prf(Q(2, 3), 1, Q(4, 5)), "lea": prf(Q(1, 3), 1, Q(1, 2)), "blanc": prf(Q(1, 6), Q(1, 2), Q(1, 4))},
    ),
    # One mention is missed: {abc} falls into {ac} and b, 3 - 2 of 2. LEA: 1 of 3 links.
    Case(
        "muc paper: one left out",
        "{abc}",
        "{ac}",
        {"muc": prf(1, Q(1, 2), Q(2, 3)), "lea": prf(1, Q(1, 3), Q(1, 2))},
    ),
    # {bcdeghj} falls into bc, de, gh and j: 7 - 4 of 6. Each response cluster falls into a pair and a stranger:
    # 3 times 3 - 2 of 2. LEA: 3 of 21 links; each response cluster has 1 link of 3.
    Case(
        "muc paper: three triples",
        "{bcdeghj}",
        "{abc} {def} {ghi}",
        {"muc": prf(Q(1, 2), Q(1, 2), Q(1, 2)), "lea": prf(Q(1, 3), Q(1, 7), Q(1, 5))},
    ),
    # ---- B3: Bagga & Baldwin 1998: joining a small cluster to a big one costs less than joining two big ones.
    # The joined seven: 2 mentions see 2/7, 5 see 5/7: (5 + 29/7) / 12 = 64/84 = 16/21. MUC sees one link too many
    # either way: 9 of 10. LEA: 5 + 7 (1 + 10)/21 of 12.
    # CEAF is Luo's (2005) response a: 5 + 5 of 12; 1 + 10/12 of 2 clusters and of 3.
    Case(
        "b3 and ceaf papers: a small cluster joined",
        LUO,
        "{12345} {6789ABC}",
        {
            "muc": prf(Q(9, 10), 1, Q(18, 19)),
            "b3": prf(Q(16, 21), 1, Q(32, 37)),
            "lea": prf(Q(13, 18), 1, Q(26, 31)),
            "ceafm": prf(Q(5, 6), Q(5, 6), Q(5, 6)),
            "ceafe": prf(Q(11, 12), Q(11, 18), Q(11, 15)),
        },
    ),
    # The joined ten: each of its mentions sees 5/10: (5 + 2) / 12. LEA: 10 (10 + 10)/45 + 2 of 12 = (40 + 18)/9 / 12.
    # CEAF (Luo's b): 5 + 2 of 12; 10/15 + 1 of 2 and of 3.
    Case(
        "b3 and ceaf papers: two big clusters joined",
        LUO,
        "{1234589ABC} {67}",
        {
            "muc": prf(Q(9, 10), 1, Q(18, 19)),
            "b3": prf(Q(7, 12), 1, Q(14, 19)),
            "lea": prf(Q(29, 54), 1, Q(58, 83)),
            "ceafm": prf(Q(7, 12), Q(7, 12), Q(7, 12)),
            "ceafe": prf(Q(5, 6), Q(5, 9), Q(2, 3)),
        },
    ),
    # Luo's c: everything is one cluster. MUC 9 of 11; B3 (25 + 4 + 25)/12 of 12 = 3/8; the best cluster has 5 of 12;
    # 2 * 5 / 17 of 1 and of 3.
    Case(
        "ceaf paper: one giant cluster",
        LUO,
        "{123456789ABC}",
        {
            "muc": prf(Q(9, 11), 1, Q(9, 10)),
            "b3": prf(Q(3, 8), 1, Q(6, 11)),
            "ceafm": prf(Q(5, 12), Q(5, 12), Q(5, 12)),
            "ceafe": prf(Q(10, 17), Q(10, 51), Q(5, 17)),
        },
    ),
    # Luo's d: everything alone. No link, so MUC has no precision; B3 recall (5/5 + 2/2 + 5/5) / 12; one mention of each
    # cluster aligned: 3 of 12; 2/6 + 2/3 + 2/6 = 4/3 of 12 and of 3.
    Case(
        "ceaf paper: nothing but singletons",
        LUO,
        "{1} {2} {3} {4} {5} {6} {7} {8} {9} {A} {B} {C}",
        {
            "muc": prf(None, 0, 0),
            "b3": prf(1, Q(1, 4), Q(2, 5)),
            "ceafm": prf(Q(1, 4), Q(1, 4), Q(1, 4)),
            "ceafe": prf(Q(1, 9), Q(4, 9), Q(8, 45)),
            "lea": prf(0, 0, 0),
        },
    ),
    # ---- Mentions that one side lacks (Cai & Strube 2010, as Pradhan et al. 2014 settle it: no twinning).
    # Missed: b, c and f. B3 recall (1 + 0 + 0 + 2/3 + 2/3) / 6 = 7/18. MUC: {bc} both alone, {def} in two: 0 + 1 of 3.
    # CEAFe 1 + 4/5. LEA (1 + 3/3) / 6. BLANC: C 1 of 4 (de), 1 of 1; N ad, ae: 2 of 11, 2 of 2.
    # P (1 + 1)/2, R (1/4 + 2/11)/2, F (2/5 + 4/13)/2.
    Case(
        "conll A-2: mentions missed",
        "{a} {bc} {def}",
        "{a} {de}",
        {
            "muc": prf(1, Q(1, 3), Q(1, 2)),
            "b3": prf(1, Q(7, 18), Q(14, 25)),
            "ceafm": prf(1, Q(1, 2), Q(2, 3)),
            "ceafe": prf(Q(9, 10), Q(3, 5), Q(18, 25)),
            "lea": prf(1, Q(1, 3), Q(1, 2)),
            "blanc": prf(1, Q(19, 88), Q(23, 65)),
        },
    ),
    # Invented: x, y and z. B3 precision: 1 + 4/3 + 9/4 of 9 = 55/12 / 9. CEAFe 1 + 4/5 + 6/7 = 93/35.
    # LEA 1 + 3 * 1/3 + 4 * 3/6 of 9. BLANC: C 4 of 9, N 11 of 27.
    Case(
        "conll A-3: mentions invented",
        "{a} {bc} {def}",
        "{a} {bcx} {defy} {z}",
        {
            "muc": prf(Q(3, 5), 1, Q(3, 4)),
            "b3": prf(Q(55, 108), 1, Q(110, 163)),
            "ceafm": prf(Q(2, 3), 1, Q(4, 5)),
            "ceafe": prf(Q(93, 140), Q(31, 35), Q(186, 245)),
            "lea": prf(Q(4, 9), 1, Q(8, 13)),
            "blanc": prf(Q(23, 54), 1, (Q(8, 13) + Q(11, 19)) / 2),
        },
    ),
    # Both. B3: recall 1 + 2 + 1/3 of 6 = 5/9, precision 1 + 4/3 + 1/2 of 7 = 17/42. CEAFe 1 + 4/5 + 2/5 = 11/5.
    # MUC: {bc} whole, {def} in three: 1 of 3; {bcx} 1 of 2, {dy} 0 of 1. LEA 1 + 2 of 6; 1 + 3/3 of 7.
    # BLANC: C bc: 1 of 4 each way; N ab, ac, ad, bd, cd: 5 of 11, 5 of 17.
    Case(
        "conll A-4: missed and invented",
        "{a} {bc} {def}",
        "{a} {bcx} {dy} {z}",
        {
            "muc": prf(Q(1, 3), Q(1, 3), Q(1, 3)),
            "b3": prf(Q(17, 42), Q(5, 9), 2 * Q(17, 42) * Q(5, 9) / (Q(17, 42) + Q(5, 9))),
            "ceafm": prf(Q(4, 7), Q(2, 3), Q(8, 13)),
            "ceafe": prf(Q(11, 20), Q(11, 15), Q(22, 35)),
            "lea": prf(Q(2, 7), Q(1, 2), Q(4, 11)),
            "blanc": prf((Q(1, 4) + Q(5, 17)) / 2, (Q(1, 4) + Q(5, 11)) / 2, (Q(1, 4) + Q(5, 14)) / 2),
        },
    ),
    # Singletons against clusters. B3 recall 1 + 1 + 1 of 6. BLANC: C 0 of 4 and 0 of 0, so 0; N 11 of 11, 11 of 15.
    Case(
        "conll A-10: clusters, answered by singletons",
        "{a} {bc} {def}",
        "{a} {b} {c} {d} {e} {f}",
        {
            "muc": prf(None, 0, 0),
            "b3": prf(1, Q(1, 2), Q(2, 3)),
            "lea": prf(Q(1, 6), Q(1, 6), Q(1, 6)),
            "blanc": prf(Q(11, 30), Q(1, 2), Q(11, 26)),
        },
    ),
    # B3 precision (1 + 4 + 9)/6 of 6. LEA recall 0 + 2 + 3 of 6, precision 6 (4/15) of 6. BLANC: C 4 of 15, 4 of 4,
    # F 8/19; N 0.
    Case(
        "conll A-11: clusters, answered by one",
        "{a} {bc} {def}",
        "{abcdef}",
        {
            "muc": prf(Q(3, 5), 1, Q(3, 4)),
            "b3": prf(Q(7, 18), 1, Q(14, 25)),
            "lea": prf(Q(4, 15), Q(5, 6), Q(40, 99)),
            "blanc": prf(Q(2, 15), Q(1, 2), Q(4, 19)),
        },
    ),
    # B3: recall 1 + 1/2 + 2 * 2/3 of 6 = 17/36, precision (1 + 1 + 4)/7 of 7. MUC: {bc} in two, {def} in two: 0 + 1 of
    # 3; {axycdez} in a, c, de, x, y, z: 7 - 6 of 6. LEA 3 (1/3) of 6, 7 (1/21) of 7. BLANC: C de: 1 of 4, 1 of 21; N 0.
    Case(
        "conll A-13: missed and invented, answered by one",
        "{a} {bc} {def}",
        "{axycdez}",
        {
            "muc": prf(Q(1, 6), Q(1, 3), Q(2, 9)),
            "b3": prf(Q(6, 49), Q(17, 36), 2 * Q(6, 49) * Q(17, 36) / (Q(6, 49) + Q(17, 36))),
            "lea": prf(Q(1, 21), Q(1, 6), Q(2, 27)),
            "blanc": prf(Q(1, 42), Q(1, 8), Q(1, 25)),
        },
    ),
    # ---- BLANC: Luo et al. 2014. C: ab cd ce de against bc bx cx de: 1 of 4. N: ac ad ae bc bd be against bd be cd ce
    # dx ex: 2 of 6. LEA: recall 0 + 3/3 of 5, precision 0 + 2 of 5.
    Case(
        "conll B-1, blanc paper",
        "{ab} {cde}",
        "{bcx} {de}",
        {"blanc": prf(Q(7, 24), Q(7, 24), Q(7, 24)), "lea": prf(Q(2, 5), Q(1, 5), Q(4, 15))},
    ),
    # The same and a third cluster: C 2 of 5; N 10 of 16.
    Case(
        "conll C-1, blanc: a third cluster",
        "{ab} {cde} {fg}",
        "{bcx} {de} {fg}",
        {"blanc": prf(Q(41, 80), Q(41, 80), Q(41, 80)), "lea": prf(Q(4, 7), Q(3, 7), Q(24, 49))},
    ),
    # Neither side has links between clusters: C alone, 3 of 15.
    Case(
        "conll M-4, blanc: one cluster on each side",
        "{abcdef}",
        "{abcxyz}",
        {"blanc": prf(Q(1, 5), Q(1, 5), Q(1, 5)), "lea": prf(Q(1, 5), Q(1, 5), Q(1, 5))},
    ),
    # Neither side has coreference links: N alone, 3 of 15. LEA: a, b, c of 6.
    Case(
        "conll N-4, blanc: singletons on each side",
        "{a} {b} {c} {d} {e} {f}",
        "{a} {b} {c} {x} {y} {z}",
        {
            "muc": UNDEFINED,
            "b3": prf(Q(1, 2), Q(1, 2), Q(1, 2)),
            "lea": prf(Q(1, 2), Q(1, 2), Q(1, 2)),
            "blanc": prf(Q(1, 5), Q(1, 5), Q(1, 5)),
        },
    ),
    # The key has only coreference links, the response both: C 4 of 15, 4 of 4, F 8/19; N 0. (The CoNLL scorer takes C
    # alone here, as the key has no N: 8/19. The paper's rule needs both sides to have none.)
    Case(
        "conll M-3, blanc: the key is one cluster",
        "{abcdef}",
        "{ab} {cde} {f}",
        {"blanc": prf(Q(1, 2), Q(2, 15), Q(4, 19)), "lea": prf(Q(5, 6), Q(4, 15), Q(40, 99))},
    ),
    # The key has only links between clusters, the response both: N 11 of 15, 11 of 11, F 11/13; C 0. (CoNLL: 11/13.)
    Case(
        "conll N-3, blanc: the key is singletons",
        "{a} {b} {c} {d} {e} {f}",
        "{ab} {cde} {f}",
        {"blanc": prf(Q(1, 2), Q(11, 30), Q(11, 26)), "lea": prf(Q(1, 6), Q(1, 6), Q(1, 6)), "muc": prf(0, None, 0)},
    ),
    # ---- LEA: Moosavi & Strube 2016. {abc} has ab of 3 links, {defg} has fg of 6: (3/3 + 4/6) / 7 = 5/21.
    # Precision: {ab} whole, {cd} nothing, {fgh} 1 of 3: (2 + 0 + 1) / 7. MUC: 1 + 1 of 2 + 3; 1 + 0 + 1 of 1 + 1 + 2.
    # B3: recall (4 + 1)/3 + (1 + 4)/4 of 7 = 35/12 / 7; precision 4/2 + (1 + 1)/2 + 4/3 of 7 = 13/3 / 7.
    Case(
        "lea paper",
        "{abc} {defg}",
        "{ab} {cd} {fgh}",
        {
            "lea": prf(Q(3, 7), Q(5, 21), Q(15, 49)),
            "muc": prf(Q(1, 2), Q(2, 5), Q(4, 9)),
            "b3": prf(Q(13, 21), Q(5, 12), 2 * Q(13, 21) * Q(5, 12) / (Q(13, 21) + Q(5, 12))),
        },
    ),
    # ---- Edges.
    # No link within a cluster, so MUC is undefined; BLANC has ab, ac, bc between clusters.
    Case(
        "singletons against themselves",
        "{a} {b} {c}",
        "{a} {b} {c}",
        {"muc": UNDEFINED, "b3": PERFECT, "ceafm": PERFECT, "ceafe": PERFECT, "lea": PERFECT, "blanc": PERFECT},
    ),
    # One mention, no link of any kind: BLANC has nothing to count.
    Case(
        "one mention",
        "{a}",
        "{a}",
        {"muc": UNDEFINED, "b3": PERFECT, "ceafm": PERFECT, "ceafe": PERFECT, "lea": PERFECT, "blanc": UNDEFINED},
    ),
    Case("one cluster against itself", "{abc}", "{abc}", dict.fromkeys(MEASURES, PERFECT)),
    Case("clusters against themselves", "{ab} {cde} {f}", "{ab} {cde} {f}", dict.fromkeys(MEASURES, PERFECT)),
    Case("nothing shared", "{ab} {cd}", "{wx} {yz}", dict.fromkeys(MEASURES, NOTHING)),
    # The same mentions, no link in common; b3 sees each mention beside itself: 1/2.
    Case(
        "no link shared",
        "{ab} {cd}",
        "{ac} {bd}",
        {
            "muc": NOTHING,
            "b3": prf(Q(1, 2), Q(1, 2), Q(1, 2)),
            "ceafm": prf(Q(1, 2), Q(1, 2), Q(1, 2)),
            "ceafe": prf(Q(1, 2), Q(1, 2), Q(1, 2)),
            "lea": NOTHING,
            # Of four links between clusters each side, ad and bc are the same.
            "blanc": prf(Q(1, 4), Q(1, 4), Q(1, 4)),
        },
    ),
    Case("response empty", "{ab} {c}", "", dict.fromkeys(MEASURES, prf(None, 0, 0))),
    Case("key empty", "", "{ab} {c}", dict.fromkeys(MEASURES, prf(0, None, 0))),
    Case("both empty", "", "", dict.fromkeys(MEASURES, UNDEFINED)),
    Case("key empty, response a singleton", "", "{a}", {"muc": UNDEFINED, "b3": prf(0, None, 0), "blanc": UNDEFINED}),
]
