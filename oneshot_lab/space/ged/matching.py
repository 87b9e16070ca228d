"""Matchings of maximum weight, in compiled code: of whole graphs (Hungarian method) and of a node's neighbours."""

from __future__ import annotations

import numpy as np

from oneshot_lab.space.ged.compiled import Floats, Ints, compiled

FORBIDDEN = -1e6
"""The weight of a forbidden pair: so low that no other pair can make up for it."""


@compiled
def augment(
    weights: Floats, start: int, row_price: Floats, column_price: Floats, column_of: Ints, row_at: Ints
) -> None:
    """Assigns a column to one more row, keeping the sum of the weights maximal (Kuhn's Hungarian method).

    Prices are the dual variables: weight ≤ row price + column price for all pairs, with equality for assigned ones.
    Once all rows have a column, the prices add up to the sum of the weights, so no assignment is better.

    Args:
        weights: (size, size).
        start: A row without a column, with a price that satisfies this condition.
        row_price: (size,), updated.
        column_price: (size,), updated.
        column_of: (size,) each row's column or -1, updated.
        row_at: (size,) each column's row or -1, updated.
    """
    size = len(row_price)
    slack = np.full(size, np.inf)
    reached_from = np.empty(size, np.int64)
    settled = np.zeros(size, np.bool_)
    row, here = start, -1
    while row >= 0:
        least, nearest = np.inf, -1
        for column in range(size):
            if not settled[column]:
                gap = row_price[row] + column_price[column] - weights[row, column]
                if gap < slack[column]:
                    slack[column] = gap
                    reached_from[column] = here
                if slack[column] < least:
                    least, nearest = slack[column], column
        if least > 0.0:
            row_price[start] -= least
            for column in range(size):
                if settled[column]:
                    row_price[row_at[column]] -= least
                    column_price[column] += least
                else:
                    slack[column] -= least
        here = nearest
        settled[here] = True
        row = row_at[here]
    while here >= 0:
        previous = reached_from[here]
        row_at[here] = start if previous < 0 else row_at[previous]
        column_of[row_at[here]] = here
        here = previous


@compiled
def best_assignment(weights: Floats, column_of: Ints) -> None:
    """Assigns each row of (size, size) weights a column of its own, with the maximal sum."""
    size = len(column_of)
    row_price, column_price = np.empty(size), np.zeros(size)
    row_at = np.full(size, -1, np.int64)
    for row in range(size):
        column_of[row] = -1
        price = weights[row, 0]
        for column in range(1, size):
            price = max(price, weights[row, column])
        row_price[row] = price
        augment(weights, row, row_price, column_price, column_of, row_at)


@compiled
def pair_up(weights: Floats, top: int, left: int, rows: int, columns: int, column_of: Ints) -> float:
    """Pairs a few rows with a few columns so that the sum of the weights is maximal; any may stay unpaired.

    Args:
        weights: A matrix, of which a part is used; pairs of weight ≤ 0 are not made.
        top: The first row that counts.
        left: The first column that counts.
        rows: How many rows count.
        columns: How many columns count.
        column_of: Out: (rows,) each row's column, counted from `left`, or -1.

    Returns:
        The sum.
    """
    if rows == 1 and columns == 1:
        weight = weights[top, left]
        column_of[0] = 0 if weight > 0.0 else -1
        return float(max(weight, 0.0))
    for row in range(rows):
        column_of[row] = -1
    if rows == 1 or columns == 1:
        best, row, column = 0.0, -1, -1
        for i in range(rows):
            for j in range(columns):
                if weights[top + i, left + j] > best:
                    best, row, column = weights[top + i, left + j], i, j
        if row >= 0:
            column_of[row] = column
        return best
    if rows == 2 and columns == 2:
        return _pair_up_two(weights, top, left, column_of)
    if rows <= 3:
        return _pair_up_few(weights, top, left, rows, columns, column_of)
    return _pair_up_many(weights, top, left, rows, columns, column_of)


@compiled
def _pair_up_two(weights: Floats, top: int, left: int, column_of: Ints) -> float:
    a, b = max(weights[top, left], 0.0), max(weights[top, left + 1], 0.0)
    c, d = max(weights[top + 1, left], 0.0), max(weights[top + 1, left + 1], 0.0)
    if a + d >= b + c:
        column_of[0], column_of[1] = 0 if a > 0.0 else -1, 1 if d > 0.0 else -1
    else:
        column_of[0], column_of[1] = 1 if b > 0.0 else -1, 0 if c > 0.0 else -1
    return float(max(a + d, b + c))


@compiled
def _pair_up_few(weights: Floats, top: int, left: int, rows: int, columns: int, column_of: Ints) -> float:
    """Handles two or three rows by trying every pairing, where -1 leaves a row unpaired."""
    best = 0.0
    for i in range(-1, columns):
        first = weights[top, left + i] if i >= 0 else 0.0
        if first < 0.0:
            continue
        for j in range(-1, columns):
            second = first + (weights[top + 1, left + j] if j >= 0 else 0.0)
            if second < first or (j == i and j >= 0):
                continue
            if rows == 2:
                if second > best:
                    best = second
                    column_of[0], column_of[1] = i, j
                continue
            for k in range(-1, columns):
                third = second + (weights[top + 2, left + k] if k >= 0 else 0.0)
                if third > best and third >= second and (k < 0 or (k != i and k != j)):
                    best = third
                    column_of[0], column_of[1], column_of[2] = i, j, k
    return best


@compiled
def _pair_up_many(weights: Floats, top: int, left: int, rows: int, columns: int, column_of: Ints) -> float:
    size = max(rows, columns)  # an unpaired row gets a partner of weight 0
    padded = np.zeros((size, size))
    for row in range(rows):
        for column in range(columns):
            padded[row, column] = max(weights[top + row, left + column], 0.0)
    columns_of = np.empty(size, np.int64)
    best_assignment(padded, columns_of)
    best = 0.0
    for row in range(rows):
        column = columns_of[row]
        if column < columns and padded[row, column] > 0.0:
            column_of[row] = column
            best += padded[row, column]
    return best


@compiled
def pair_up_each(
    weights: Floats, top: int, left: int, rows: int, columns: int, forced: Floats, minor: Floats, column_of: Ints
) -> None:
    """Computes for each pair the best sum with that pair; arguments as in `pair_up`.

    Args:
        weights: A matrix, of which a part counts.
        top: The first row that counts.
        left: The first column that counts.
        rows: How many rows count.
        columns: How many columns count.
        forced: Out: (rows, columns) or larger.
        minor: Working memory of the size of `forced`.
        column_of: Working memory for `pair_up`.
    """
    for row in range(rows):
        for column in range(columns):
            rest = 0.0
            if rows > 1 and columns > 1:
                for i in range(rows - 1):
                    for j in range(columns - 1):
                        other, beside = i if i < row else i + 1, j if j < column else j + 1
                        minor[i, j] = weights[top + other, left + beside]
                rest = pair_up(minor, 0, 0, rows - 1, columns - 1, column_of)
            forced[row, column] = weights[top + row, left + column] + rest
