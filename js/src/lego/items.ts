import { type Child, element, setAttribute, setText } from '../common/dom';
import { type IconName, icon } from '../common/icons';
import { COMMANDS } from './commands';
import type { Drag } from './drag';
import { count, exactly, viridis } from '../common/format';
import type { Kind } from './protocol';
import type { Level } from './tree';
import { Notes } from './notes';

/** What all items of one editor share. */
export interface Shared {
  kinds: ReadonlyMap<string, Kind>;
  merges: readonly string[];
  drag: Drag;
  notes: Notes;
}

/**
 * A button of an item. `act` is the id of its command, which the editor's one listener runs, and whose key is told with
 * the label.
 */
export function button(
  act: string,
  label: string,
  face: IconName | string,
  properties: Record<string, string> = {}
): HTMLButtonElement {
  const isIcon = face.length > 1 && !face.includes(' ');
  const title = COMMANDS.titled(act, label);
  return element(
    'button',
    {
      type: 'button',
      class: `osl-button osl-act-${act}`,
      'data-act': act,
      title,
      'aria-label': title,
      tabindex: -1,
      ...properties
    },
    isIcon ? icon(face as IconName) : face
  );
}

const EDITS = COMMANDS.rows
  .filter(({ edits }) => edits)
  .map(({ id }) => `[data-act="${id}"]`)
  .join();

/** Shows whether the editing buttons are available. Pressing an unavailable one says why. */
export function quieten(root: Element, locked: boolean): void {
  root.querySelectorAll(EDITS).forEach(node => setAttribute(node, 'aria-disabled', locked ? 'true' : null));
}

/** The element of an item: a node of the tree that the keyboard can stand on. */
export function itemNode(level: Level, id: string, ...children: Child[]): HTMLDivElement {
  const depth = { layer: 1, block: 2, component: 3 }[level];
  const properties = {
    class: `osl-item osl-${level}`,
    role: 'treeitem',
    'aria-level': depth,
    tabindex: -1,
    'data-id': id,
    'data-level': level
  };
  return element('div', properties, ...children);
}

/** A list of items one level further in, where they can be dragged to. */
export function listNode(level: Level, owner: string | null, drag: Drag): HTMLDivElement {
  const role = owner === null ? 'tree' : 'group';
  const list = element('div', {
    class: `osl-list osl-${level}s`,
    role,
    'data-level': level,
    'data-list': owner ?? ''
  });
  drag.attach(list);
  return list;
}

/** The head of a layer or a block: a grip and its id. */
export function headNode(level: Level, id: string, ...children: Child[]): HTMLDivElement {
  return element(
    'div',
    { class: `osl-head osl-${level}-head` },
    icon('grip'),
    element('span', { class: 'osl-id' }, id),
    ...children
  );
}

/** Marks an item that has a problem, for eyes and for screen readers. */
export function markProblem(node: HTMLElement, problem: { message: string } | null): void {
  node.classList.toggle('osl-has-problem', problem !== null);
  setAttribute(node, 'aria-invalid', problem ? 'true' : null);
}

/** Shows a number of parameters quietly; nothing for items without. */
export function showCount(node: HTMLElement, parameters: number | null): void {
  setText(node, parameters ? count(parameters) : '');
  setAttribute(node, 'title', parameters ? `${exactly(parameters)} trainable parameters` : null);
}

/** A block's fitness as a bar and a number. */
export class FitnessBar {
  readonly node = element('div', { class: 'osl-fitness', hidden: true });
  private readonly bar = element('span', { class: 'osl-bar' });
  private readonly value = element('span', { class: 'osl-value' });

  constructor() {
    this.node.append(element('span', { class: 'osl-track' }, this.bar), this.value);
  }

  update(fitness: number | null): void {
    setAttribute(this.node, 'hidden', fitness === null);
    if (fitness !== null) {
      const score = Math.min(Math.max(fitness, 0), 1);
      this.bar.style.width = `${(score * 100).toFixed(1)}%`;
      this.bar.style.backgroundColor = viridis(score);
      setText(this.value, fitness.toFixed(2));
      setAttribute(
        this.node,
        'title',
        `Fitness ${fitness.toFixed(3)}: the share of the population that has this block`
      );
    }
  }
}
