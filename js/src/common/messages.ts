/**
 * What a view that edits and Python say to each other. Python holds the architecture: the browser sends edits, named
 * and shaped as in `oneshot_lab/architecture/edits.py`, and redraws from the state that comes back.
 */

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

/** What a view asks for; the outbox adds the number of the request. */
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

/** A refusal in a line: why, and what would help. */
export function refusalText({ message, remedy }: Refusal): string {
  return [`Not done: ${message}`, remedy].filter(Boolean).join('; ');
}
