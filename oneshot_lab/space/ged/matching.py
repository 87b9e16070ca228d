"""Matchings of greatest weight, in compiled code: of whole graphs (Hungarian) and of a node's few neighbours."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True)
def augment(weights, start, row_price, column_price, column_of, row_at):
    """Gives one more row a column, so that the sum of the weights stays the greatest (Kuhn's Hungarian method).

    Prices are dual: everywhere weight ≤ row price + column price, with equality where a row has its column. So
    once all rows have one, the prices add up to the sum of the weights, and no assignment is better.

    Args:
        weights: (size, size) float64.
        start: A row without a column, with a price that keeps to the above.
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


@njit(nogil=True)
def pair_up(weights, rows, columns, column_of):
    """Pairs a few rows with a few columns so that the sum of the weights is greatest; any may stay alone.

    Args:
        weights: (rows, columns) or larger; pairs of weight ≤ 0 are not made.
        rows: How many rows count.
        columns: How many columns count.
        column_of: Out: (rows,) each row's column, or -1.

    Returns:
        The sum.
    """
    column_of[:rows] = -1
    if rows == 1 or columns == 1:
        best, row, column = 0.0, -1, -1
        for i in range(rows):
            for j in range(columns):
                if weights[i, j] > best:
                    best, row, column = weights[i, j], i, j
        if row >= 0:
            column_of[row] = column
        return best
    if rows <= 3:
        return _pair_up_few(weights, rows, columns, column_of)
    return _pair_up_many(weights, rows, columns, column_of)


@njit(nogil=True)
def _pair_up_few(weights, rows, columns, column_of):
    """Two or three rows: every way, where a row may be alone."""
    best = 0.0
    for i in range(-1, columns):
        first = weights[0, i] if i >= 0 else 0.0
        if first < 0.0:
            continue
        for j in range(-1, columns):
            second = first + (weights[1, j] if j >= 0 else 0.0)
            if second < first or (j == i and j >= 0):
                continue
            if rows == 2:
                if second > best:
                    best = second
                    column_of[0], column_of[1] = i, j
                continue
            for k in range(-1, columns):
                third = second + (weights[2, k] if k >= 0 else 0.0)
                if third > best and third >= second and (k < 0 or (k != i and k != j)):
                    best = third
                    column_of[0], column_of[1], column_of[2] = i, j, k
    return best


@njit(nogil=True)
def _pair_up_many(weights, rows, columns, column_of):
    size = rows + columns  # so that each row and each column may go to a partner of weight 0
    padded = np.zeros((size, size))
    for row in range(rows):
        for column in range(columns):
            padded[row, column] = max(weights[row, column], 0.0)
    row_price, column_price = np.empty(size), np.zeros(size)
    columns_of, row_at = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    for row in range(size):
        row_price[row] = padded[row].max()
        augment(padded, row, row_price, column_price, columns_of, row_at)
    best = 0.0
    for row in range(rows):
        column = columns_of[row]
        if column < columns and weights[row, column] > 0.0:
            column_of[row] = column
            best += weights[row, column]
    return best
