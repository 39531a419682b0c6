"""Every rule reads its examples and leaves its counter-examples alone."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from bilateral.namespaces import compact, expand, turtle_prefixes
from bilateral.rules import load_rules

LANGUAGES = ("ka", "en")
BY_LANGUAGE = {language: load_rules(language) for language in LANGUAGES}
RULES = [rule for rules in BY_LANGUAGE.values() for rule in rules]
EXAMPLES = [
    pytest.param(language, rule, example, id=f"{language}-{rule.name}-{number}")
    for language, rules in BY_LANGUAGE.items()
    for rule in rules
    for number, example in enumerate(rule.examples)
]
COUNTER = [
    pytest.param(language, rule, text, id=f"{language}-{rule.name}-{number}")
    for language, rules in BY_LANGUAGE.items()
    for rule in rules
    for number, text in enumerate(rule.counter)
]


def said(work, rule):
    return [s for s in work.statements if s.by == rule.name]


@pytest.mark.parametrize(("language", "rule", "example"), EXAMPLES)
def test_rule_reads_its_example(language, rule, example, reads):
    work = reads(example.text, language)
    own = said(work, rule)
    assert own or not rule.say, f"{rule.name} says nothing"
    got = {(s.predicate, s.object) for s in own}
    for text in example.gives:
        turtle = f"{turtle_prefixes()} <urn:s> {text} ."
        (triple,) = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
        assert (triple.predicate, triple.object) in got, sorted(map(str, got))


@pytest.mark.parametrize(("language", "rule", "text"), COUNTER)
def test_rule_leaves_its_counter_example_alone(language, rule, text, reads):
    assert not said(reads(text, language), rule)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_examples_of_a_rule_are_worded_differently(rule):
    first, second = rule.examples[0].text, rule.examples[1].text
    assert len(set(first.split()) & set(second.split())) < 0.8 * len(set(first.split()))


def test_rules_say_only_declared_terms(knowledge):
    declared = {compact(t.subject.value) for t in knowledge.ontology
                if isinstance(t.subject, ox.NamedNode)}  # fmt: skip
    own = expand("bil:")
    used = {
        compact(part.value)
        for rule in RULES
        for triple in rule.say
        for part in triple
        if isinstance(part, ox.NamedNode) and part.value.startswith(own)
    }
    assert used <= declared, sorted(used - declared)
