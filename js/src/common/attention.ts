/**
 * The hovered blocks of a session, shared by its views on the page: other views show them before the kernel knows, and
 * while it is busy with a cell. Later the kernel reports the same blocks.
 */

/** Ids of the blocks under the pointer; null if there are none. */
export type Looked = readonly string[] | null;

const watchers = new Map<string, Set<(blocks: Looked) => void>>();

/** Tells the other views of a session which blocks are under the pointer. */
export function look(identity: string, blocks: Looked): void {
  watchers.get(identity)?.forEach(watcher => watcher(blocks));
}

/** Calls back whenever the blocks change; returns a function that ends this. A view without a session gets no calls. */
export function watch(identity: string, watcher: (blocks: Looked) => void): () => void {
  if (!identity) {
    return () => undefined;
  }
  const others = watchers.get(identity) ?? new Set();
  watchers.set(identity, others.add(watcher));
  return () => {
    others.delete(watcher);
    if (!others.size && watchers.get(identity) === others) {
      watchers.delete(identity);
    }
  };
}
