/** Commands that change the network: each sends a request to Python. */

import type { Edit } from '../common/messages';
import { type Direction, duplicate, layerSlot, remove, type Slot, slotFor, step } from './gestures';
import type { Host } from './host';
import type { Advice } from './protocol';
import { type Level, type Place, nameOf, problemOf } from './tree';
import { collapse } from './walking';

/** Moves the current item by one step. */
export function move(host: Host, direction: Direction): void {
  const id = host.selection.current;
  if (id !== null) {
    host.perform(tree => step(tree, id, direction), { at: id });
  }
}

/** Brings the keyboard to the parameters of the current item; a layer is collapsed or expanded. */
export function editParameters(host: Host): void {
  const place = host.tree?.find(host.selection.current);
  if (place?.level === 'layer') {
    return collapse(host, place.id);
  }
  const component = place?.component ?? place?.block?.components[0];
  const field = host.parametersOf(component?.id ?? null)?.field;
  if (field?.hidden) {
    host.say(`${component?.kind} takes no parameters`);
  } else {
    field?.focus();
    field?.select();
  }
}

/** Sends what was typed into a component's parameters. */
export function commitParameters(host: Host, id: string): void {
  const view = host.parametersOf(id);
  const params = view?.take() ?? null;
  if (view && params !== null) {
    const name = nameOf(host.tree!.find(id)!);
    const edits: Edit[] = [{ edit: 'SetParams', component: id, params }];
    const done = (): void => {
      view.answered(true);
      host.say(`Parameters of ${name}: ${params || 'filled in'}`);
    };
    host.request(
      () => [
        { kind: 'edit', edits },
        { done, refused: () => view.answered(false) }
      ],
      {
        at: id,
        dropped: () => view.keep()
      }
    );
  }
}

/** Opens the palette for a new item of a level, seen from an item. */
export function add(host: Host, level: Level, id: string | null): void {
  const { tree } = host;
  if (tree) {
    const opener = host.item(id)?.querySelector('.osl-head, .osl-row') ?? null;
    pickFor(host, slotFor(tree, id, level), { opener, again: () => slotFor(host.tree!, id, level) });
  }
}

/** Opens the palette for a new layer: behind the layer that a button is in, else at the start or the end. */
export function addLayerAt(host: Host, id: string | null, button: HTMLElement): void {
  const place = host.tree?.find(id);
  const index = place ? place.index + 1 : button.dataset.at === 'start' ? 0 : null;
  pickFor(host, layerSlot(index), { opener: button, again: () => layerSlot(index) });
}

/** Opens the palette; the slot is computed again after a kind is chosen, since the state may have changed. */
function pickFor(
  host: Host,
  slot: Slot,
  { opener, again }: { opener: Element | null; again: () => Slot }
): void {
  if (host.permits()) {
    host.openPalette(opener, slot.title, (kind, params) =>
      host.perform(() => ({ edits: [again().add(kind, params)], done: `Added ${kind}: ${slot.title}` }), {
        at: host.selection.current,
        makes: 'component'
      })
    );
  }
}

export function duplicateItem(host: Host, id: string | null): void {
  const place = host.tree?.find(id);
  if (place) {
    host.perform(tree => duplicate(tree, place.id), { at: place.id, makes: place.level });
  }
}

/** Removes the item of a button; without one, all that is selected, or the item that the keyboard is at. */
export function removeItems(host: Host, id: string | null): void {
  const { ids, current } = host.selection;
  const gone = id !== null ? [id] : ids.size ? [...ids] : current !== null ? [current] : [];
  host.perform(tree => remove(tree, gone), { at: id ?? current });
}

/** Brings the keyboard to how the current layer merges its blocks. */
export function focusMerge(host: Host): void {
  const layer = host.tree?.find(host.selection.current)?.layer.id ?? null;
  host.item(layer)?.querySelector<HTMLElement>('.osl-merge')?.focus();
}

export function setMerge(host: Host, layer: string, merge: string): void {
  const done = `${layer} merges its blocks by ${merge}`;
  const undone = (): void => host.revertMerge(layer);
  host.perform(() => ({ edits: [{ edit: 'SetMerge', layer, merge }], done }), { at: layer, undone });
}

export function unlink(host: Host, { source = '', target = '' }: DOMStringMap): void {
  const done = `Removed the link from ${source} to ${target}`;
  host.perform(() => ({ edits: [{ edit: 'RemoveLink', source, target }], done }), { at: target });
}

/** Sends the remedy of an item's problem; of the whole network's where the id is empty. */
export function fix(host: Host, id: string): void {
  host.perform(
    tree => {
      const place = tree.find(id);
      const problem = (place && problemOf(place)) ?? tree.state.problem;
      return problem?.fix?.length
        ? { edits: problem.fix, done: `Done: ${problem.remedy ?? 'the remedy'}` }
        : 'There is nothing to fix here';
    },
    { at: id || null }
  );
}

/** Asks Python to do what it advises: the advice of a button, else the first one on an item that edits can do. */
export function follow(host: Host, { key, id }: { key: string | undefined; id: string | null }): void {
  host.request(
    tree => {
      const advice = tree.state.advice.find(each =>
        key === undefined ? each.has_edits && isOn(each, tree.find(id)) : each.key === key
      );
      if (!advice) {
        return key === undefined ? 'There is no advice here' : 'This advice is over: the network has changed';
      }
      return [{ kind: 'advice', key: advice.key }, { done: () => host.say(`${advice.remedy}: done`) }];
    },
    { at: host.tree?.find(id)?.layer.id ?? null }
  );
}

function isOn(advice: Advice, place: Place | undefined): boolean {
  return place?.block ? advice.blocks.includes(place.block.id) : advice.layer === place?.layer.id;
}

export function history(host: Host, kind: 'undo' | 'redo'): void {
  host.request(tree =>
    (kind === 'undo' ? tree.state.can_undo : tree.state.can_redo)
      ? [{ kind }, { done: () => host.say(kind === 'undo' ? 'Undone' : 'Redone') }]
      : `There is nothing to ${kind}`
  );
}
