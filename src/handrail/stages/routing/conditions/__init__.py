"""Conditions of a policy: CEL, checked when they are loaded, evaluated without ever raising.

syntax.py      the expression tree, as the CEL library gives it
kinds.py       what kind of value each part has; finds comparisons that cannot hold
cost.py        how much work an expression can be at most
variables.py   what conditions may read, and how an item becomes it
compiled.py    Condition and ConditionSet: compile, evaluate
words.py       why a condition held, in a sentence
"""
