/** The measures of a block, in pixels at full size: those of `oneshot_lab/views/graph/drawing.py`. */

/** Height of a component's row. */
export const ROW = 20;
/** Gap between a block's outline and its rows. */
export const PAD = 3;
/** Height of the fitness bar at the bottom of a block. */
export const FOOT = 7;
/** Radius of a block's corners. */
export const RADIUS = 4;
