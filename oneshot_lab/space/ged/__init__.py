"""Graph edit distance in compiled code: bounds from a Lagrangian dual, and a search that closes what they leave."""
