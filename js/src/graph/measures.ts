/** The measures of a block, in pixels at full size: those of `oneshot_lab/views/drawing.py`. */

/** Height of a component's row. */
export const ROW = 20;
/** Between a block's outline and its rows. */
export const PAD = 3;
/** Room for the fitness bar at a block's foot. */
export const FOOT = 7;
/** Of a block's corners. */
export const RADIUS = 4;
