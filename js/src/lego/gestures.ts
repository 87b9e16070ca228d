/**
 * Translates gestures into edits: from an item and what was done with it to the edits that Python shall make. Python
 * decides whether the result fits.
 */

import type { Edit } from '../common/messages';
import { type Level, type Place, type Tree, nameOf } from './tree';

/** Edits to send together, and the sentence that announces them once they are done. */
export interface Plan {
  edits: Edit[];
  done: string;
  /** The item that gets the keyboard, if not the current one. */
  focus?: string;
}

/** A plan, or the reason why there is nothing to do. */
export type Planned = Plan | string;

export type Direction = 'up' | 'down' | 'out' | 'in';

/** Puts an item into a list: the id of the layer or block that owns the list, null for the list of layers. */
export function put(tree: Tree, id: string, list: string | null, index: number | null): Planned {
  const place = tree.find(id);
  if (!place || (list !== null && !tree.find(list))) {
    return 'It is no longer there';
  }
  if (place.parent === list && place.index === index) {
    return `${nameOf(place)} stays where it is`;
  }
  const where =
    list === null ? (place.level === 'layer' ? 'among the layers' : 'to a layer of its own') : `to ${list}`;
  const done = `Moved ${nameOf(place)} ${where}${index === null ? '' : `, position ${index + 1}`}`;
  return { edits: [moveEdit(place, list, index)], done };
}

function moveEdit(place: Place, to: string | null, index: number | null): Edit {
  if (place.level === 'layer') {
    return { edit: 'MoveLayer', layer: place.id, index: index ?? 0 };
  }
  return place.level === 'block'
    ? { edit: 'MoveBlock', block: place.id, to, index }
    : { edit: 'MoveComponent', component: place.id, to, index };
}

/** Moves an item by one step: among its siblings and over into the next parent, or a level out or in. */
export function step(tree: Tree, id: string, direction: Direction): Planned {
  const place = tree.find(id);
  if (!place) {
    return 'It is no longer there';
  }
  if (direction === 'out') {
    return moveOut(tree, place);
  }
  return direction === 'in' ? joinPrevious(tree, place) : moveAlong(tree, place, direction === 'up' ? -1 : 1);
}

function moveAlong(tree: Tree, place: Place, by: 1 | -1): Planned {
  const index = place.index + by;
  if (index >= 0 && index < tree.siblings(place).length) {
    return put(tree, place.id, place.parent, index);
  }
  const parents = place.level === 'layer' ? [] : tree.ofLevel(place.level === 'block' ? 'layer' : 'block');
  const next = parents[parents.findIndex(parent => parent.id === place.parent) + by];
  if (!next) {
    return `${nameOf(place)} is ${by < 0 ? 'first' : 'last'} already`;
  }
  const count = next.level === 'layer' ? next.layer.blocks.length : (next.block?.components.length ?? 0);
  return put(tree, place.id, next.id, by < 0 ? count : 0);
}

/** A component becomes a block of its own, a block a layer of its own. What is alone in its parent goes further. */
function moveOut(tree: Tree, place: Place): Planned {
  if (place.level === 'layer') {
    return `${nameOf(place)} is at the outermost level`;
  }
  const alone = tree.siblings(place).length === 1;
  const parent = tree.find(place.parent);
  if (parent && alone) {
    return parent.level === 'layer'
      ? `${nameOf(place)} has a layer of its own already`
      : moveOut(tree, parent);
  }
  return put(tree, place.id, place.level === 'block' ? null : place.layer.id, (parent?.index ?? 0) + 1);
}

/** The way back: what a block or layer holds joins the one before it. */
function joinPrevious(tree: Tree, place: Place): Planned {
  if (place.level === 'component') {
    return `${nameOf(place)} is at the innermost level`;
  }
  const siblings = tree.siblings(place);
  const previous = siblings[place.index - 1];
  if (!previous) {
    return `There is no ${place.level} before ${place.id} to join`;
  }
  const children = place.level === 'layer' ? place.layer.blocks : (place.block?.components ?? []);
  const edits = children.map(({ id }): Edit =>
    place.level === 'layer'
      ? { edit: 'MoveBlock', block: id, to: previous.id, index: null }
      : { edit: 'MoveComponent', component: id, to: previous.id, index: null }
  );
  return { edits, done: `${nameOf(place)} joined ${previous.id}`, focus: children[0]!.id };
}

/** Removes items; those inside of another removed item go with it. */
export function remove(tree: Tree, ids: Iterable<string>): Planned {
  const all = new Set(ids);
  const places = tree.places.filter(place => all.has(place.id) && !tree.isInside(place, all));
  if (!places.length) {
    return 'Select what to remove first';
  }
  const edits = places.map(({ id, level }): Edit => {
    if (level === 'layer') {
      return { edit: 'RemoveLayer', layer: id };
    }
    return level === 'block'
      ? { edit: 'RemoveBlock', block: id }
      : { edit: 'RemoveComponent', component: id };
  });
  return { edits, done: `Removed ${places.map(nameOf).join(', ')}` };
}

/** Copies an item to right after itself. */
export function duplicate(tree: Tree, id: string): Planned {
  const place = tree.find(id);
  if (!place) {
    return 'Select what to duplicate first';
  }
  const index = place.index + 1;
  const copies: Record<Level, Edit> = {
    layer: { edit: 'CopyLayer', layer: id, index },
    block: { edit: 'CopyBlock', block: id, to: place.parent, index },
    component: { edit: 'CopyComponent', component: id, to: place.parent, index }
  };
  return { edits: [copies[place.level]], done: `Duplicated ${nameOf(place)}` };
}

/** Where a new component would go, and how the palette names it. */
export interface Slot {
  level: Level;
  title: string;
  add(kind: string, params: string): Edit;
}

/**
 * The slot for a new component, block or layer seen from an item: inside of an item of a higher level, else after
 * the item. A layer holds no components, so a component that is wanted there becomes a block.
 */
export function slotFor(tree: Tree, id: string | null, level: Level): Slot {
  const place = tree.find(id);
  if (!place || level === 'layer') {
    const index = place ? tree.state.layers.indexOf(place.layer) + 1 : null;
    return layerSlot(index, place ? `New layer after ${place.layer.id}` : 'New layer');
  }
  if (level === 'component' && place.block) {
    const block = place.block.id;
    const index = place.component ? place.index + 1 : null;
    const title = `New component in ${block}${place.component ? ` after ${place.component.kind}` : ''}`;
    return { level, title, add: (kind, params) => ({ edit: 'AddComponent', block, kind, params, index }) };
  }
  const layer = place.layer.id;
  const index = place.block ? place.layer.blocks.indexOf(place.block) + 1 : null;
  const title = `New block in ${layer}`;
  return { level: 'block', title, add: (kind, params) => ({ edit: 'AddBlock', layer, kind, params, index }) };
}

/** The slot for a new layer at a position, counted from 0; null: at the end. */
export function layerSlot(index: number | null, title = 'New layer'): Slot {
  return { level: 'layer', title, add: (kind, params) => ({ edit: 'AddLayer', kind, params, index }) };
}
