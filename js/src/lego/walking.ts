/** Where the keyboard is in the network, what is selected, and which layers are collapsed. */

import type { Host } from './host';
import type { Place } from './tree';

function visible(host: Host): Place[] {
  return host.tree?.visible(host.collapsed) ?? [];
}

/** Walks by so many items, as far as there are any. */
export function walk(host: Host, by: number, { extend = false } = {}): void {
  const places = visible(host);
  const at = places.findIndex(({ id }) => id === host.selection.current);
  const next = places[Math.min(Math.max(at + by, 0), places.length - 1)];
  if (next) {
    goTo(host, next.id, { extend });
  }
}

/** Walks to an item and selects it: alone, or with those between. */
export function goTo(host: Host, id: string, { extend = false } = {}): void {
  if (extend) {
    host.selection.extendTo(id, visible(host));
  } else {
    host.selection.only(id);
  }
  host.focus();
}

/** Walks to an item, also where it is in a collapsed layer. */
export function show(host: Host, id: string): void {
  const place = host.tree?.find(id);
  if (place && host.collapsed.delete(place.layer.id)) {
    host.redraw();
  }
  goTo(host, id);
}

/** Goes out to the parent; a layer is collapsed. */
export function outward(host: Host): void {
  const place = host.tree?.find(host.selection.current);
  if (place?.level === 'layer') {
    collapse(host, place.id, true);
  } else if (place?.parent) {
    goTo(host, place.parent);
  }
}

/** Goes in to the first child; a collapsed layer is expanded. */
export function inward(host: Host): void {
  const place = host.tree?.find(host.selection.current);
  if (place && host.collapsed.has(place.id)) {
    collapse(host, place.id, false);
  } else if (place && place.level !== 'component') {
    const child = place.level === 'layer' ? place.layer.blocks[0] : place.block?.components[0];
    goTo(host, child?.id ?? place.id);
  }
}

export function collapse(host: Host, id: string, collapsed = !host.collapsed.has(id)): void {
  host.collapsed[collapsed ? 'add' : 'delete'](id);
  if (collapsed && host.tree?.find(host.selection.current)?.layer.id === id) {
    host.selection.only(id);
  }
  host.redraw();
}

/** Changes the selection, and announces its size. */
export function select(host: Host, change: (current: string) => void): void {
  const { current } = host.selection;
  if (current !== null) {
    change(current);
    host.mark();
    const { size } = host.selection.ids;
    host.say(size ? `${size} selected` : 'Nothing is selected');
  }
}
