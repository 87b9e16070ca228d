import { beforeEach, expect, test, vi } from 'vitest';

import { keepKeys } from '../../src/lab/keys';

let button: HTMLButtonElement;
let own: ReturnType<typeof vi.fn>;
let notebook: ReturnType<typeof vi.fn>;
let stop: () => void;

beforeEach(() => {
  document.body.innerHTML = '<div class="notebook"><div class="osl-lab"><button>Train</button></div></div>';
  button = document.querySelector('button')!;
  [own, notebook] = [vi.fn(), vi.fn()];
  button.addEventListener('keydown', own);
  document.querySelector('.notebook')!.addEventListener('keydown', notebook);
  stop = keepKeys(document.querySelector<HTMLElement>('.osl-lab')!);
});

function press(key: string, modifiers: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers });
  button.dispatchEvent(event);
  return event;
}

test.each(['d', 'x', 'ArrowDown', 'Escape', 'Enter', ' '])('%s is the control’s alone', key => {
  const { defaultPrevented } = press(key);
  expect(own).toHaveBeenCalledOnce();
  expect(notebook).not.toHaveBeenCalled();
  expect(defaultPrevented).toBe(false);
});

test('what runs a cell does not run the one with the Lab again', () => {
  press('Enter', { shiftKey: true });
  press('Enter', { ctrlKey: true });
  expect(notebook).not.toHaveBeenCalled();
});

test('shortcuts with Ctrl or Cmd, such as saving, are everybody’s', () => {
  press('s', { ctrlKey: true });
  press('s', { metaKey: true });
  expect(notebook).toHaveBeenCalledTimes(2);
});

test('nothing is kept once the view is gone', () => {
  stop();
  press('d');
  expect(notebook).toHaveBeenCalledOnce();
});
