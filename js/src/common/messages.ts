/**
 * The messages between a view and Python. Python holds the architecture: the browser sends edits, named
 * and shaped as in `oneshot_lab/architecture/edits.py`, and redraws from the state that comes back.
 */

/** The typed edits. Positions are counted without the moved item; null means at the end. */
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

/** The requests of a view. Declare a new kind here, in `KINDS`, and in the handlers of the Python view. */
export type Ask =
  | { kind: 'edit'; edits: Edit[] }
  | { kind: 'undo' | 'redo' }
  | { kind: 'template'; name: string }
  | { kind: 'advice'; key: string }
  | { kind: 'load'; text: string }
  | { kind: 'file' | 'python' | 'copy' };

/**
 * A change holds the revision of the state that it refers to, and results in a new state. A query changes nothing and
 * results in an answer only.
 */
export const KINDS = {
  edit: 'change',
  undo: 'change',
  redo: 'change',
  template: 'change',
  advice: 'change',
  load: 'change',
  file: 'query',
  python: 'query',
  copy: 'query'
} as const satisfies Record<Ask['kind'], 'change' | 'query'>;

/** The message that is sent; its answer has the same number. */
export type Request = Ask & { request: number; revision?: number };

export interface Refusal {
  kind: 'answer';
  request: number;
  ok: false;
  where: string | null;
  message: string;
  expected: string | null;
  remedy: string | null;
}

/** The result of a query. */
export type Result =
  | { kind: 'file'; request: number; name: string; text: string }
  | { kind: 'copied'; request: number; text: string; note: string };

/** Python's answer to a request. */
export type Answer = { kind: 'answer'; request: number; ok: true } | Refusal | Result;

/** A refusal in one line: the reason and the remedy. */
export function refusalText({ message, remedy }: Refusal): string {
  return [`Not done: ${message}`, remedy].filter(Boolean).join('; ');
}
