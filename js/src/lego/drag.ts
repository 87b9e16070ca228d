/** Drags items between nested lists; the only file that uses SortableJS. */

import Sortable from 'sortablejs';

/** Where an item was dropped: the id of the item that owns the list (null: the list of layers), and the position. */
export interface Drop {
  id: string;
  list: string | null;
  index: number;
}

export interface DragHooks {
  started(): void;
  /** The drag is over and the DOM is as it was before it; null: the item was let go nowhere new, or Escape. */
  ended(drop: Drop | null): void;
}

const LEVELS = ['layer', 'block', 'component'];
const CONTROLS = 'input, select, button, a, .osl-note';

/**
 * The current drag, in any view. SortableJS has one for the whole page, and forgets it when any list is destroyed, so
 * lists that are removed meanwhile are destroyed at its end.
 */
let going: Drag | null = null;
const leaving: Sortable[] = [];

function destroy(sortable: Sortable | undefined): void {
  if (going && sortable) {
    leaving.push(sortable);
  } else {
    sortable?.destroy();
  }
}

/**
 * Takes back SortableJS's promise to swallow the next click. It means the one of letting go, but there is none when
 * what was pressed has left the page meanwhile, as after an edit from elsewhere, nor after a touch: the next click of
 * all, anywhere on the page, would be lost (SortableJS 1.15.7, its issue 1937). It is let go by any click that it sees.
 */
function freeNextClick(): void {
  const anybody = document.body.appendChild(document.createElement('span'));
  anybody.dispatchEvent(new MouseEvent('click', { cancelable: true }));
  anybody.remove();
}

/** Frees clicks as soon as there is a new one: whatever belongs to the drag is over then. */
function freeClicksFromNextPress(): void {
  const pressed = (event: Event): void => {
    if (event instanceof KeyboardEvent && !['Enter', ' '].includes(event.key)) {
      return;
    }
    ['pointerdown', 'keydown'].forEach(type => window.removeEventListener(type, pressed, true));
    freeNextClick();
  };
  ['pointerdown', 'keydown'].forEach(type => window.addEventListener(type, pressed, true));
}

const levelOf = (node: HTMLElement): number => LEVELS.indexOf(node.dataset.level ?? '');

/**
 * Makes lists sortable. A list takes items of its own level and of the levels below, so that a block dropped
 * between two layers can become a layer; the receiver of the `Drop` decides what it becomes.
 */
export class Drag {
  enabled = true;
  /** Whether an item is being dragged. */
  active = false;
  private readonly lists = new Map<HTMLElement, Sortable>();
  private home: { parent: Node; next: Node | null } | null = null;
  private cancelled = false;

  constructor(private readonly hooks: DragHooks) {}

  /** Makes a list sortable; its `data-level` is the level of its own items, and `data-list` its owner. */
  attach(list: HTMLElement): void {
    const sortable = Sortable.create(list, {
      group: { name: 'osl', put: (to, _from, dragged) => levelOf(dragged) >= levelOf(to.el) },
      draggable: '>.osl-item',
      filter: event => !this.enabled || (event.target as Element).closest(CONTROLS) !== null,
      preventOnFilter: false,
      // A driven mouse and touch do not make the browser's own drag events.
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      delay: 150,
      delayOnTouchOnly: true,
      ghostClass: 'osl-ghost',
      fallbackClass: 'osl-dragged',
      swapThreshold: 1,
      // A little more than 1, or nothing happens at the very middle of an item.
      invertedSwapThreshold: 1.02,
      invertSwap: true,
      animation: 0,
      scrollSensitivity: 48,
      bubbleScroll: true,
      direction: () => (isRow(list) ? 'horizontal' : 'vertical'),
      onStart: event => this.start(event.item),
      onMove: (event, original) => sideOf(event.dragged, event.related, event.to, original as MouseEvent),
      onEnd: event => this.end(event)
    });
    this.lists.set(list, sortable);
  }

  detach(list: HTMLElement): void {
    destroy(this.lists.get(list));
    this.lists.delete(list);
  }

  destroy(): void {
    if (this.active) {
      this.cancel();
      // SortableJS may have lost it.
      this.leave();
    }
    [...this.lists.keys()].forEach(list => this.detach(list));
  }

  private start(item: HTMLElement): void {
    this.active = true;
    going = this;
    this.cancelled = false;
    this.home = { parent: item.parentNode!, next: item.nextSibling };
    document.addEventListener('keydown', this.cancelOnEscape, true);
    this.hooks.started();
  }

  private readonly cancelOnEscape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    }
  };

  private cancel(): void {
    this.cancelled = true;
    document.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
  }

  /** Nothing is dragged any more. */
  private leave(): void {
    document.removeEventListener('keydown', this.cancelOnEscape, true);
    this.active = false;
    if (going === this) {
      going = null;
      leaving.splice(0).forEach(destroy);
    }
  }

  private end(event: Sortable.SortableEvent): void {
    const { item, to, from, newDraggableIndex: index, oldDraggableIndex: old } = event;
    const moved = !this.cancelled && index !== undefined && (to !== from || index !== old);
    const drop = moved ? { id: item.dataset.id!, list: to.dataset.list || null, index } : null;
    // Python decides about the drop, so the DOM is restored to the last state.
    this.home?.parent.insertBefore(item, this.home.next);
    this.home = null;
    this.leave();
    freeClicksFromNextPress();
    this.hooks.ended(drop);
  }
}

/** Whether a list lays its items out side by side. */
function isRow(list: HTMLElement): boolean {
  const [first, second] = [...list.children].filter(child => child.classList.contains('osl-item'));
  return (
    first !== undefined &&
    second !== undefined &&
    second.getBoundingClientRect().left > first.getBoundingClientRect().right - 1
  );
}

/**
 * Decides where an item of a lower level goes among items that could also take it inside: before one over its
 * head, after one over its foot (1: after, -1: before), and not at all over the list within, which is for dropping
 * inside. Items of the same level keep SortableJS's halves.
 */
function sideOf(
  dragged: HTMLElement,
  related: HTMLElement,
  list: HTMLElement,
  { clientX, clientY }: MouseEvent
): boolean | 1 | -1 {
  const inner = related.querySelector<HTMLElement>('.osl-list');
  if (levelOf(dragged) === levelOf(list) || !inner || related === list) {
    return true;
  }
  const { top, bottom } = inner.getBoundingClientRect();
  const box = related.getBoundingClientRect();
  if (top < bottom && clientY >= top && clientY <= bottom && clientX >= box.left && clientX <= box.right) {
    return false;
  }
  const before = isRow(list)
    ? clientX < (box.left + box.right) / 2
    : clientY < (top < bottom ? top : (box.top + box.bottom) / 2);
  return before ? -1 : 1;
}
