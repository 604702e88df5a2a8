"""Admits by class: schools take in whole classes, so a grade is a few full classes and not one child more than they hold."""

import numpy as np

from xuezheng.site.city.shares import fill
from xuezheng.site.city.tables import Array

_TOO_FEW = 0.6  # of a class: so small a grade stays as it is


def admit_by_class(pupils: Array, aim: Array, most: Array) -> Array:
    """Move children of one grade between the schools of a division, so that each fills its classes.

    Args:
        pupils: Children of the grade, by school.
        aim: Children a class that each school aims at.
        most: The most that a class of each may have.

    Returns:
        Children by school; their sum is the same.
    """
    taking = pupils >= aim * _TOO_FEW
    total = int(pupils[taking].sum())
    if not total:
        return pupils
    wanted, aims, caps = pupils[taking], aim[taking], most[taking]
    classes = np.maximum(1, np.round(wanted / aims))
    while (classes * caps).sum() < total:
        classes[(wanted / classes / caps).argmax()] += 1
    exact = fill(total, classes * aims, classes * caps)
    whole = np.floor(exact + 1e-9).astype(int)
    lacking = total - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:lacking]] += 1
    admitted = pupils.copy()
    admitted[taking] = whole
    return admitted
