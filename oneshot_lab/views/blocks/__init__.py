"""The Block Information View: frequency, fitness and effect of the blocks of a region."""
