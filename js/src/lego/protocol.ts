/**
 * What Python and the editor say to each other. Python holds the architecture: the editor draws the last
 * state that it was given and sends edits, named and shaped as in `oneshot_lab/architecture/edits.py`.
 */

/** One kind of component, as the palette offers it. */
export interface Kind {
  name: string;
  label: string;
  family: string;
  colour: string;
  /** The parameters in order, as a person may type them. */
  hint: string;
  params: string[];
}

export interface Catalogue {
  kinds: Kind[];
  families: { name: string; colour: string }[];
  merges: string[];
  templates: string[];
}

/** Why something does not fit, and the edits that would put it right. */
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
  /** The first place that does not fit: the state is a draft, and the search waits. */
  problem: Problem | null;
  can_undo: boolean;
  can_redo: boolean;
  busy: boolean;
  status: string;
  message: string;
}

/** The typed changes. Positions are counted after a moved item was taken out; null: at the end. */
export type Edit =
  | { edit: 'AddLayer'; kind: string; params: string; index: number | null }
  | { edit: 'AddBlock'; layer: string; kind: string; params: string; index: number | null }
  | { edit: 'AddComponent'; block: string; kind: string; params: string; index: number | null }
  | { edit: 'RemoveLayer'; layer: string }
  | { edit: 'RemoveBlock'; block: string }
  | { edit: 'RemoveComponent'; component: string }
  | { edit: 'MoveLayer'; layer: string; index: number }
  | { edit: 'MoveBlock'; block: string; to: string | null; index: number | null }
  | { edit: 'MoveComponent'; component: string; to: string | null; index: number | null }
  | { edit: 'CopyLayer'; layer: string; index: number | null }
  | { edit: 'CopyBlock'; block: string; to: string | null; index: number | null }
  | { edit: 'CopyComponent'; component: string; to: string | null; index: number | null }
  | { edit: 'SetParams'; component: string; params: string }
  | { edit: 'SetMerge'; layer: string; merge: string }
  | { edit: 'AddLink'; source: string; target: string }
  | { edit: 'RemoveLink'; source: string; target: string };

/** What the editor asks for; the outbox adds the number of the request. */
export type Ask =
  | { kind: 'edit'; revision: number; edits: Edit[] }
  | { kind: 'undo' | 'redo'; revision: number }
  | { kind: 'template'; revision: number; name: string }
  | { kind: 'load'; revision: number; text: string }
  | { kind: 'file' | 'python' };

export type Request = Ask & { request: number };

export interface Refusal {
  kind: 'answer';
  request: number;
  ok: false;
  where: string | null;
  message: string;
  expected: string | null;
  remedy: string | null;
}

/** What Python says to a request. */
export type Answer =
  | { kind: 'answer'; request: number; ok: true }
  | Refusal
  | { kind: 'file'; request: number; name: string; text: string };
