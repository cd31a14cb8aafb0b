"""Does the lint refuse what breaks a promise, for the right reason, and accept what keeps it?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from anonkit import catalog
from anonkit.errors import PolicyError
from anonkit.model import Action, Match, Policy, Recognizer, Values
from anonkit.policy import files, lint, loopholes
from anonkit.policy.promises import LIMITS
from anonkit.policy.spaces import duration, search_cost
from anonkit.transform.operations import OPERATIONS
from anonkit.transform.spaces import BEYOND_SEARCH_BITS, SPACES
from tests.command import LINE, run

FOLDER = Path(__file__).parent / "data" / "policies"
UNSAFE = sorted((FOLDER / "unsafe").glob("*.toml"))
SAFE = sorted((FOLDER / "safe").glob("*.toml"))
CARDS = catalog.load()
LIGHT_CARDS = catalog.load(examples=False)  # as a scrubber has them


def said(path, word):
    """What the first line of a policy says of it."""
    return path.read_text(encoding="utf-8").splitlines()[0].removeprefix(f"# {word}:").strip()


def sentences(policy, cards=CARDS):
    return [complaint.sentence for complaint in lint.findings(policy, cards)]


def anonymized(**changes):
    return replace(Policy("mine", "anonymize", Action("label")), **changes)


def test_there_are_at_least_30_unsafe_policies():
    assert len(UNSAFE) >= 30


@pytest.mark.parametrize("path", UNSAFE, ids=lambda path: path.stem)
def test_an_unsafe_policy_is_refused_for_the_right_reason(path):
    with pytest.raises(PolicyError) as refused:
        lint.require_safe(files.load(str(path), CARDS), CARDS)
    assert said(path, "reason") in str(refused.value)
    assert str(refused.value).startswith(str(path))
    assert ";" in str(refused.value), "a refusal says what to use instead"


@pytest.mark.parametrize("path", UNSAFE, ids=lambda path: path.stem)
def test_an_unsafe_policy_is_refused_with_the_cards_that_a_scrubber_has(path):
    with pytest.raises(PolicyError):
        lint.require_safe(files.load(str(path), LIGHT_CARDS), LIGHT_CARDS)


@pytest.mark.parametrize("path", SAFE, ids=lambda path: path.stem)
def test_a_safe_policy_is_accepted_with_its_warning_or_none(path):
    policy = files.load(str(path), CARDS)
    lint.require_safe(policy, CARDS)
    warning = said(path, "warning")
    found = sentences(policy)
    assert any(warning in sentence for sentence in found) if warning else not found


@pytest.mark.parametrize("name", files.BUILTINS)
def test_a_built_in_policy_keeps_its_promise(name):
    policy = files.load(name, CARDS)
    assert not sentences(policy)
    # cards of a user's own are covered as well
    own = replace(CARDS[0], entity="EMPLOYEE_NO", class_="direct", sensitive=())
    assert not sentences(files.load(name, [*CARDS, own]), [*CARDS, own])


PERSONAL = sorted(
    {card.entity: card for card in CARDS if card.class_ != "organisation"}.values(), key=lambda c: c.entity
)
# Under `anonymize`, without a key that outlives the run.
VERDICTS = {
    #             direct     linkable   quasi      secret
    "keep":       ("refused", "refused", "refused", "refused"),
    "redact":     ("fine",    "fine",    "fine",    "fine"),
    "label":      ("fine",    "fine",    "fine",    "fine"),
    "number":     ("warned",  "warned",  "warned",  "warned"),
    "mask":       ("refused", "refused", "refused", "fine"),
    "pseudonym":  ("warned",  "warned",  "warned",  "warned"),
    "encrypt":    ("refused", "refused", "refused", "refused"),
    "hash":       ("refused", "refused", "refused", "refused"),
    "fpe":        ("warned",  "warned",  "warned",  "warned"),
    "ip_prefix":  ("refused", "refused", "refused", "refused"),
    "generalise": ("refused", "refused", "fine",    "refused"),
    "shift":      ("refused", "refused", "refused", "refused"),
    "surrogate":  ("warned",  "warned",  "warned",  "warned"),
}  # fmt: skip
CLASSES = ("direct", "linkable", "quasi", "secret")
OF_ENTITIES = {
    # of these a mask shows nothing
    ("mask", "BIOMETRIC"): "fine",
    ("mask", "FACE_FEATURE"): "fine",
    ("mask", "FACE_IMAGE"): "fine",
    # for these, what is usual is coarse enough
    ("generalise", "ADDRESS"): "fine",
    ("generalise", "DATE_OF_BIRTH"): "fine",
    ("generalise", "IP_ADDRESS"): "fine",
    # private addresses stay private
    ("surrogate", "IP_ADDRESS"): "refused",
}
WITH_A_KEY = {"pseudonym": "refused", "fpe": "refused", "surrogate": "refused"}


def verdict(policy):
    found = lint.findings(policy, CARDS)
    return "refused" if any(c.is_refusal for c in found) else "warned" if found else "fine"


@pytest.mark.parametrize("card", PERSONAL, ids=lambda card: card.entity)
@pytest.mark.parametrize("do", sorted(OPERATIONS))
def test_anonymized_is_only_what_neither_key_nor_table_nor_search_nor_reader_turns_back(card, do):
    policy = anonymized(entities={card.entity: Action(do)})
    expected = OF_ENTITIES.get((do, card.entity), VERDICTS[do][CLASSES.index(card.class_)])
    if card.default == "off" and do == "keep":
        expected = "fine"  # nobody looks for it
    assert verdict(policy) == expected
    assert verdict(replace(policy, key="team.key")) == WITH_A_KEY.get(do, expected)


@pytest.mark.parametrize(
    ("default", "named", "is_on"),
    [
        ("scrubbed", None, True), ("scrubbed", "keep", True), ("scrubbed", "mask", True),
        ("kept", None, True), ("kept", "keep", True),
        ("off", None, False), ("off", "keep", False), ("off", "mask", True),
    ],
)  # fmt: skip
def test_a_card_that_is_off_is_looked_for_where_its_entity_gets_an_action_that_is_not_keep(default, named, is_on):
    card = replace(CARDS[0], default=default)
    policy = anonymized(entities={card.entity: Action(named)} if named else {})
    assert policy.looks_for(card) == is_on
    assert any(one.entity == card.entity for one in lint.treatments(policy, [card])) == is_on


def test_the_target_of_a_column_is_no_parameter_of_its_operation():
    action = Action("mask", {"keep_first": 3, "entity": "CN_MOBILE"})
    assert action.target == "CN_MOBILE"
    assert action.without_target() == Action("mask", {"keep_first": 3})
    assert (Action("mask").target, Action("mask").without_target()) == ("", Action("mask"))


def test_nothing_is_scrubbed_with_an_unsafe_policy():
    done = run("scrub", "-", "--policy", FOLDER / "unsafe" / "anonymize-masks-mobiles.toml", data=LINE.encode())
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"mask of CN_MOBILE leaves 10,000 candidates" in done.stderr


def test_what_stays_consistent_within_a_run_is_told_as_a_warning():
    policy = anonymized(entities={"USER_ID": Action("number")})
    (complaint,) = lint.findings(policy, CARDS)
    assert not complaint.is_refusal
    assert "GB/T 35273" in complaint.sentence


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"combination": "linked"}, "PIPL 4"),
        ({"key": "a.key", "default": Action("pseudonym")}, "a key that outlives the run"),
        ({"default": Action("vanish")}, "there is no operation 'vanish'"),
        ({"entities": {"CN_MOBIL": Action("label")}}, "unknown entity 'CN_MOBIL'"),
        ({"allow": Values(patterns=("(",))}, "pattern 1 of [allow] is no regular expression"),
        ({"deny": Values(patterns=("(",))}, "pattern 1 of [deny] is no regular expression"),
        ({"deny": Values(patterns=("x", "(a+)+"))}, "pattern 2 of [deny] repeats a group"),
        ({"deny": Values(values=("a\r\nb",))}, "value 1 of [deny] has a line end in it"),
        ({"retention": {"log": (179, 365)}}, "network logs must be kept for six months"),
        ({"retention": {"log": (366, 365)}}, "make overdue_days at least hold_days"),
        ({"entities": {"GEO_COORDINATE": Action("generalise", {"decimals": 7})}}, "decimals must be"),
    ],
)
def test_a_policy_made_in_python_is_refused_too(changes, reason):
    with pytest.raises(PolicyError, match=r"^policy mine: ") as refused:
        lint.require_safe(anonymized(**changes), CARDS)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("default", "label"), ("promise", "xx"), ("promise", []), ("threshold", "0.9"), ("threshold", 2),
        ("threshold", True), ("allow", ["a"]), ("allow", Values(values="13912345678")),
        ("deny", Values(patterns=["a"])),
        ("epoch", "week"), ("cipher", "des"), ("combination", "LINKED"), ("label_style", "x"), ("key", b"k"),
        ("entities", {"CN_MOBILE": "label"}), ("columns", None), ("thresholds", {"CN_MOBILE": None}),
        ("retention", {"log": 180}), ("sensitive", ["pipl-28"]), ("per_recipient", 1), ("name", None),
        ("purpose", None),
        ("classes", {1: Action("label")}), ("release", {"consent": 1}),
        ("default", Action("mask", {"keep_first": None})),
    ],
)  # fmt: skip
def test_a_field_of_another_type_is_named_and_its_value_is_not_shown(field, value):
    with pytest.raises(PolicyError, match=f": {field} must be ") as refused:
        lint.require_safe(anonymized(**{field: value}), CARDS)
    assert "13912345678" not in str(refused.value)


def test_a_field_of_the_command_line_is_called_one():
    policy = replace(files.load("anonymize", CARDS), columns={"phone": Action("keep"), "mobile": Action("keep")})
    with pytest.raises(PolicyError, match=r"^--field phone: column 'phone' is kept"):
        lint.require_safe(policy, CARDS, ["phone"])
    with pytest.raises(PolicyError, match=r"anonymize\.toml: column 'phone' is kept"):
        lint.require_safe(policy, CARDS)


def test_a_mask_that_would_show_more_than_a_mask_does_is_told():
    policy = Policy("mine", "mask", Action("mask", {"keep_first": 99, "keep_last": 99}))
    told = {c.sentence.split(" keeps ")[0] for c in lint.findings(policy, CARDS) if "overruled" in c.sentence}
    assert {"mask of CN_MOBILE", "mask of CN_ID_CARD", "mask of EMAIL_ADDRESS"} <= told
    mobiles = next(one for one in lint.treatments(policy, CARDS) if one.entity == "CN_MOBILE")
    assert 13 < mobiles.reversal.candidates_bits < 14, "four digits are hidden all the same"
    assert not lint.findings(replace(policy, default=Action("mask", {"keep_first": 1, "keep_last": 1})), CARDS)


def test_an_own_card_that_lowers_a_class_is_refused():
    card = next(card for card in CARDS if card.entity == "CN_MOBILE")
    own = replace(card, class_="organisation", source="own.toml")
    for cards in ([*CARDS, own], [own, *CARDS]):
        assert any(c.is_refusal and "CN_MOBILE is" in c.sentence for c in lint.findings(anonymized(), cards))


@pytest.mark.parametrize(
    "match",
    [Match(pattern="1[3-9]\\d{9}"), Match(keys=("kehu",), value=".+"), Match(keys=("Phone",), value="x")],
    ids=["pattern", "value", "key"],
)
def test_an_own_organisation_that_takes_what_is_personal_is_told(match):
    own = Recognizer("CLIENT", "客户", "client", "organisation", 0.9, matches=(match,), source="own.toml")
    (complaint,) = lint.findings(anonymized(), [*LIGHT_CARDS, own])
    assert not complaint.is_refusal
    assert "own.toml: takes values of" in complaint.sentence
    harmless = replace(own, matches=(Match(keys=("firm",), value="FIRM-\\d+"),))
    assert not lint.findings(anonymized(), [*LIGHT_CARDS, harmless])


@pytest.mark.parametrize(
    "column", ["userPhone", "user_phone", "a.b[0].contactPhone", "PHONE", "phone2", "注册手机号", "手机号"]
)
def test_a_column_is_what_its_name_says(column):
    policy = anonymized(columns={column: Action("keep", {"entity": "ORGANIZATION"})})
    assert any(c.is_refusal for c in lint.findings(policy, CARDS))


def test_a_column_that_is_no_path_is_refused():
    assert any(c.is_refusal for c in lint.findings(anonymized(columns={"a..b": Action("label")}), CARDS))


def test_linked_is_for_no_public_release_whatever_is_promised():
    policy = Policy("mine", "deidentify", Action("encrypt"), purpose="public", combination="linked")
    with pytest.raises(PolicyError, match="linked"):
        lint.require_safe(policy, CARDS)


def test_a_number_of_an_own_card_may_be_a_band_that_is_wide_enough():
    own = replace(CARDS[0], entity="EMPLOYEE_NO", class_="direct", sensitive=(), examples=())
    for band, is_refused in ((1000, True), (100_000, False)):
        policy = anonymized(entities={"EMPLOYEE_NO": Action("generalise", {"band": band})})
        assert any(c.is_refusal for c in lint.findings(policy, [*CARDS, own])) == is_refused


COARSE_ENOUGH = {
    "IP_ADDRESS": {"prefix_v4": [0, 8, 16], "prefix_v6": [0, 32]},
    "GEO_COORDINATE": {"decimals": [0, 1]},
    "DATE_OF_BIRTH": {"to": ["year", "decade", "age_band"]},
    "TIMESTAMP": {"to": ["day", "month", "year", "decade"]},
    "ADDRESS": {"to": ["city", "province"]},
}
TOO_FINE = {
    "IP_ADDRESS": {"prefix_v4": [17, 24, 31], "prefix_v6": [33, 48, 127]},
    "GEO_COORDINATE": {"decimals": [2, 4]},
    "DATE_OF_BIRTH": {"to": ["month"]},
    "TIMESTAMP": {"to": ["hour"]},
    "ADDRESS": {"to": ["district"]},
}


@pytest.mark.parametrize(("levels", "is_refused"), [(COARSE_ENOUGH, False), (TOO_FINE, True)])
def test_what_is_generalised_is_anonymized_from_a_stated_limit_on(levels, is_refused):
    for entity, parameters in levels.items():
        for name, values in parameters.items():
            for value in values:
                policy = anonymized(entities={entity: Action("generalise", {name: value})})
                assert any(c.is_refusal for c in lint.findings(policy, CARDS)) == is_refused, (entity, name, value)


@pytest.mark.parametrize("cards", [CARDS, LIGHT_CARDS], ids=["with examples", "as a scrubber has them"])
@pytest.mark.parametrize("second", range(3, 10))
def test_a_pattern_for_any_range_of_mobiles_is_seen_to_let_them_through(second, cards):
    policy = anonymized(allow=Values(patterns=(rf"1{second}\d{{9}}",)))
    assert any("values of CN_MOBILE through" in sentence for sentence in sentences(policy, cards))


def test_an_own_card_that_makes_an_organisation_personal_is_judged_as_personal():
    card = next(card for card in CARDS if card.entity == "ORGANIZATION")
    own = replace(card, class_="direct", examples=())
    policy = anonymized(entities={"ORGANIZATION": Action("keep")})
    assert not sentences(policy)
    assert any(c.is_refusal for c in lint.findings(policy, [*CARDS, own]))


def test_any_raised_threshold_loses_something():
    for card in PERSONAL:
        if card.default == "off":
            continue
        policy = anonymized(thresholds={card.entity: 0.51})
        assert [c.path for c in lint.findings(policy, CARDS) if c.is_refusal][:1] == [("thresholds", card.entity)]
        assert not sentences(anonymized(thresholds={card.entity: 0.3}))


def test_linked_is_a_warning_where_personal_information_stays_personal():
    (complaint,) = lint.findings(Policy("mine", "deidentify", Action("encrypt"), combination="linked"), CARDS)
    assert not complaint.is_refusal


def test_a_value_of_the_allow_list_is_not_in_the_sentence_that_refuses_it():
    policy = anonymized(allow=Values(values=("13912345678",), patterns=("13912345678",)))
    found = sentences(policy)
    assert len(found) == 2
    assert not any("13912345678" in sentence for sentence in found)


@pytest.mark.parametrize("cards", [CARDS, LIGHT_CARDS], ids=["with examples", "as a scrubber has them"])
def test_patterns_are_tried_on_the_examples_of_every_card(cards):
    for card in PERSONAL:
        values = [value for example in card.examples for value in example.find]
        if card.default == "off" or not values:
            continue
        import re

        policy = anonymized(allow=Values(patterns=(re.escape(values[0]),)))
        assert any(f"values of {card.entity} through" in s for s in sentences(policy, cards)), card.entity


def test_every_way_of_finding_that_counts_by_default_is_lost_by_no_usual_threshold():
    assert not list(loopholes.thresholds(anonymized(threshold=0.5), CARDS))


def test_one_threshold_may_be_usual_where_the_others_are_not():
    policy = anonymized(threshold=0.99, thresholds={card.entity: 0.5 for card in CARDS})
    assert not sentences(policy)


def test_each_entity_of_a_shipped_card_that_could_be_hashed_has_a_space_with_a_source():
    unknown = {card.entity for card in CARDS} - set(SPACES)
    assert unknown <= {"DEVICE_ID"}, "of these nobody knows how many there are"
    assert all(space.why for space in SPACES.values())
    assert set(SPACES) <= {card.entity for card in CARDS}


def test_hash_takes_the_values_that_the_table_of_spaces_says_are_too_many():
    long = {entity: space.hashed_bits for entity, space in SPACES.items() if space.hashed_bits}
    assert OPERATIONS["hash"].entities == set(long)
    assert min(long.values()) == OPERATIONS["hash"].reversal("PUSH_TOKEN", {}).candidates_bits >= BEYOND_SEARCH_BITS
    assert all(SPACES[entity].bits <= bits for entity, bits in long.items())


@pytest.mark.parametrize(
    ("entity", "cost"),
    [
        ("CN_MOBILE", "46 min on one Python core, 240 ms on one GPU"),
        ("CN_ID_CARD", "35 h on one Python core, 11 s on one GPU"),
        ("IMEI", "550 ms on one Python core, < 1 ms on one GPU"),
    ],
)
def test_the_search_cost_is_that_of_the_space(entity, cost):
    assert search_cost(SPACES[entity].bits) == cost


def test_nothing_tries_2_to_the_80_values():
    assert "beyond search" in search_cost(BEYOND_SEARCH_BITS)
    assert duration(2**64 / 22e9) == "27 years"


@pytest.mark.parametrize("promise", ["deidentify", "mask"])
@pytest.mark.parametrize("card", PERSONAL, ids=lambda card: card.entity)
def test_a_hash_is_refused_where_the_operation_would_refuse_it(card, promise):
    policy = Policy("mine", promise, Action("label"), entities={card.entity: Action("hash")})
    refused = [c.sentence for c in lint.findings(policy, CARDS) if c.is_refusal]
    assert bool(refused) == (card.entity not in OPERATIONS["hash"].entities)
    if refused and card.entity in SPACES and SPACES[card.entity].is_enumerable:
        assert search_cost(SPACES[card.entity].bits) in refused[0]


def test_a_hash_of_an_own_card_is_refused_since_nobody_knows_how_many_values_there_are():
    own = replace(CARDS[0], entity="EMPLOYEE_NO", class_="direct", sensitive=(), examples=())
    for promise in ("anonymize", "deidentify", "mask"):
        policy = Policy("mine", promise, Action("label"), entities={"EMPLOYEE_NO": Action("hash")})
        with pytest.raises(PolicyError, match="unless it is known that these are too many"):
            lint.require_safe(policy, [*CARDS, own])


def test_the_limits_are_those_of_entities_that_can_be_coarser():
    assert set(LIMITS) <= {card.entity for card in CARDS}
