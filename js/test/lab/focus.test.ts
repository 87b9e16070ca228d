import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Focus } from '../../src/lab/focus';

let focus: Focus;
let [undo, redo]: HTMLButtonElement[] = [];

beforeEach(() => {
  document.body.innerHTML = '<div><div class="row"><button>Undo</button><button>Redo</button></div></div>';
  [undo, redo] = [...document.querySelectorAll('button')];
  focus = new Focus(document.body.firstElementChild as HTMLElement);
});

afterEach(() => focus.destroy());

const row = (): Element => document.querySelector('.row')!;
const focused = (element: Element | undefined) =>
  vi.waitFor(() => expect(document.activeElement).toBe(element));

test('a button that is disabled leaves the keyboard in its row, and has it again afterwards', async () => {
  undo!.focus();
  undo!.disabled = true;
  await focused(row());
  undo!.disabled = false;
  await focused(undo);
});

test('who has gone elsewhere meanwhile stays there', async () => {
  undo!.focus();
  undo!.disabled = true;
  await focused(row());
  redo!.focus();
  undo!.disabled = false;
  await new Promise(resolve => setTimeout(resolve));
  expect(document.activeElement).toBe(redo);
});

test('a button without the keyboard takes it from nobody', async () => {
  redo!.focus();
  undo!.disabled = true;
  await new Promise(resolve => setTimeout(resolve));
  expect(document.activeElement).toBe(redo);
  focus.destroy();
  redo!.disabled = true;
  await new Promise(resolve => setTimeout(resolve));
  expect(document.activeElement).not.toBe(row());
});
