import type { Place, Tree } from './tree';

/** Which items are selected, and which one the keyboard is at. */
export class Selection {
  ids: ReadonlySet<string> = new Set();
  /** Where the keyboard is; it may differ from what is selected. */
  current: string | null = null;
  private anchor: string | null = null;

  constructor(private readonly changed: (ids: string[]) => void) {}

  /** Selects one item alone. */
  only(id: string): void {
    this.current = this.anchor = id;
    this.set([id]);
  }

  toggle(id: string): void {
    this.current = this.anchor = id;
    const ids = new Set(this.ids);
    if (!ids.delete(id)) {
      ids.add(id);
    }
    this.set(ids);
  }

  /** Selects from the anchor to an item: those of the item's level, since a layer and its own blocks would be one thing twice. */
  extendTo(id: string, visible: Place[]): void {
    const from = visible.findIndex(place => place.id === this.anchor);
    const to = visible.findIndex(place => place.id === id);
    const level = visible[to]?.level;
    if (from < 0 || level === undefined) {
      return this.only(id);
    }
    this.current = id;
    const range = visible.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.set(range.filter(place => place.level === level).map(place => place.id));
  }

  /** Selects all beside the current item. */
  all(tree: Tree): void {
    const place = tree.find(this.current);
    if (place) {
      this.set(tree.siblings(place).map(other => other.id));
    }
  }

  clear(): void {
    this.set([]);
  }

  /** Replaces the selection without notifying listeners, for changes by another view or Python. */
  assign(ids: Iterable<string>): void {
    this.ids = new Set(ids);
  }

  /** Removes items that no longer exist; the nearest remaining one becomes current. */
  follow(before: Tree | null, now: Tree): void {
    if (this.current !== null && !now.find(this.current)) {
      this.current = nearest(this.current, before, now);
    }
    const left = [...this.ids].filter(id => now.find(id));
    if (left.length < this.ids.size) {
      this.set(left);
    }
  }

  private set(ids: Iterable<string>): void {
    const next = new Set(ids);
    if (next.size !== this.ids.size || [...next].some(id => !this.ids.has(id))) {
      this.ids = next;
      this.changed([...next]);
    }
  }
}

function nearest(id: string, before: Tree | null, now: Tree): string | null {
  const places = before?.places ?? [];
  const at = places.findIndex(place => place.id === id);
  const beside = places[at] && before ? before.siblings(places[at]) : [];
  const index = places[at]?.index ?? 0;
  const candidates = [...beside.slice(index + 1), ...beside.slice(0, index).reverse()];
  candidates.push(...places.slice(0, Math.max(at, 0)).reverse(), ...now.places);
  return candidates.find(place => now.find(place.id))?.id ?? null;
}
