/**
 * What people point at in one view of a session, for its other views on the page: they show it before the kernel has
 * heard of it, and while it is busy with a cell. What the kernel says of it afterwards is the same.
 */

/** Ids of blocks; null: nobody points at anything. */
export type Looked = readonly string[] | null;

const watchers = new Map<string, Set<(blocks: Looked) => void>>();

/** Tells the other views of a session which blocks are pointed at. */
export function look(identity: string, blocks: Looked): void {
  watchers.get(identity)?.forEach(watcher => watcher(blocks));
}

/** Has something called whenever that changes; returns what ends that. A view of no session hears nothing. */
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
