/** Handles pointer and keyboard in a table. */

import { isForCells } from '../common/keys';
import { COMMANDS } from './commands';
import type { Host } from './host';

/**
 * Connects a table with the pointer and the keyboard.
 *
 * @returns To be called when rows are scrolled into sight: until the pointer moves itself, it points at nothing.
 */
export function listen(table: Host): () => void {
  const { box, body } = table;
  /** Whether rows have moved under the pointer. */
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
    // Chromium also sends events for a resting pointer when an element moves under it.
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
  return () => (resting = true);
}

function press(table: Host, event: KeyboardEvent): void {
  // A column's head is a button, which presses itself.
  const onHead = (event.target as Element).closest('button') !== null;
  const command = onHead ? undefined : COMMANDS.ofKey(event);
  if (command && (command.isEnabled?.(table) ?? true)) {
    command.run(table, { id: null, button: null });
    event.preventDefault();
    event.stopPropagation();
  } else if (isForCells(event)) {
    event.stopPropagation();
  }
}
