/** What the Lego View draws: Python holds the architecture, and sends a whole state whenever something has changed. */

import type { Edit } from '../common/messages';

/** One kind of component, as the palette offers it. */
export interface Kind {
  name: string;
  label: string;
  family: string;
  colour: string;
  /** The parameters in order, as users type them. */
  hint: string;
  params: string[];
}

export interface Catalogue {
  kinds: Kind[];
  families: { name: string; colour: string }[];
  merges: string[];
  templates: string[];
}

/** Why something does not fit, and the edits that would fix it. */
export interface Problem {
  item: string | null;
  message: string;
  expected: string | null;
  remedy: string | null;
  fix: Edit[] | null;
}

/** A parameter that was changed so that the shapes agree. */
export interface Repair {
  name: string;
  old: string | null;
  new: string;
  reason: string;
}

export interface ComponentState {
  id: string;
  kind: string;
  params: string;
  parameters: number | null;
  problem: Problem | null;
  repairs: Repair[];
}

export interface BlockState {
  id: string;
  output: string | null;
  parameters: number | null;
  /** Between 0 and 1; null before the first generation. */
  fitness: number | null;
  untrained: boolean;
  problem: Problem | null;
  components: ComponentState[];
}

export interface LayerState {
  id: string;
  merge: string;
  input: string | null;
  output: string | null;
  parameters: number | null;
  problem: Problem | null;
  blocks: BlockState[];
}

export interface LinkState {
  id: string;
  source: string;
  target: string;
}

/** What Python advises on blocks of one layer. Python keeps the edits, and knows it by its key. */
export interface Advice {
  key: string;
  /** What was found: a sentence that names the blocks. */
  what: string;
  why: string;
  /** What to do about it: a sentence. */
  remedy: string;
  layer: string;
  blocks: string[];
  /** Whether Python can do it. */
  has_edits: boolean;
}

/** All that the editor draws. */
export interface State {
  revision: number;
  name: string;
  input: string;
  classes: number;
  output: string | null;
  parameters: number | null;
  macs: number | null;
  layers: LayerState[];
  links: LinkState[];
  advice: Advice[];
  /** The first place that does not fit: the state is a draft, and the search waits. */
  problem: Problem | null;
  can_undo: boolean;
  can_redo: boolean;
  busy: boolean;
  status: string;
}
