/** What a person does with a table, by pointer and keyboard. */

import { isForCells, keyName } from '../common/keys';
import type { Table } from './table';

/** Rows that a page is less than what is in sight: the head, and one that is seen again. */
const OVERLAP = 2;

/** Makes a table hear the pointer and the keyboard. */
export function listen(table: Table): void {
  const { box, body } = table;
  /** Rows have moved under the pointer: until it moves itself, it points at nothing. */
  let resting = false;

  const keyAt = (target: EventTarget | null): string | undefined => body.rows[body.placeOf(target)]?.[0];
  const point = (event: Event): void => {
    const key = keyAt(event.target);
    if (key !== undefined && !resting) {
      table.hover(key);
    }
  };
  body.node.addEventListener('pointerover', point);
  body.node.addEventListener('pointermove', event => {
    // Chromium also tells of a pointer that has not moved, when something moves under it.
    if (resting && (event.movementX || event.movementY)) {
      resting = false;
      point(event);
    }
  });
  body.node.addEventListener('pointerleave', () => table.hover(''));
  body.node.addEventListener('click', event => {
    const key = keyAt(event.target);
    if (key !== undefined) {
      table.toggle(key);
    }
  });
  box.addEventListener('wheel', () => (resting = false), { passive: true });
  box.addEventListener('scroll', () => table.scrolled());
  box.addEventListener('keydown', event => press(table, event));
  box.addEventListener('focusout', () => resting && table.hover(''));
  table.onShow = () => (resting = true);
}

function press(table: Table, event: KeyboardEvent): void {
  const onHead = (event.target as Element).closest('button') !== null;
  if (!onHead && act(table, keyName(event))) {
    event.preventDefault();
    event.stopPropagation();
  } else if (isForCells(event)) {
    // A column's head is a button, which presses itself.
    event.stopPropagation();
  }
}

/** Does what a key stands for; false: nothing. */
function act(table: Table, key: string): boolean {
  const page = Math.max(1, Math.floor(table.box.clientHeight / table.body.rowHeight) - OVERLAP);
  const steps: Record<string, number> = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -page,
    PageDown: page,
    Home: -Infinity,
    End: Infinity
  };
  if (key in steps) {
    table.walk(steps[key]!);
    return true;
  }
  const pressed = (key === 'Enter' || key === ' ') && table.hovered !== '';
  if (pressed) {
    table.toggle(table.hovered);
  }
  return pressed;
}
