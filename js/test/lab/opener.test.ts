import { beforeEach, expect, test, vi } from 'vitest';

import { Opener } from '../../src/lab/opener';

const acts = { open: vi.fn(), back: vi.fn() };
let opener: Opener;

beforeEach(() => {
  vi.clearAllMocks();
  opener = new Opener(acts);
  document.body.replaceChildren(opener.node);
});

/** What can be pressed. */
const buttons = (): HTMLButtonElement[] =>
  [...opener.node.querySelectorAll('button')].filter(button => !button.closest('[hidden]'));
const names = (): string[] => buttons().map(button => button.ariaLabel ?? button.textContent!);

test('where there are no tabs nothing is seen', () => {
  expect(names()).toEqual([]);
  opener.show(null);
  expect(names()).toEqual([]);
});

test('a button opens the tab', () => {
  opener.show('open');
  expect(names()).toEqual(['Open in a separate tab']);
  buttons()[0]!.click();
  expect(acts.open).toHaveBeenCalledOnce();
});

test('meanwhile a line leads to it, and back', () => {
  opener.show('back');
  expect(names()).toEqual(['Go to the tab', 'Show it here again']);
  expect(opener.node.textContent).toContain('The Lab is open in a separate tab.');
  buttons().forEach(button => button.click());
  expect(acts.open).toHaveBeenCalledOnce();
  expect(acts.back).toHaveBeenCalledOnce();
});

test('who came back from the line with the keyboard keeps a place', () => {
  opener.show('back');
  buttons()[1]!.focus();
  opener.show('open');
  expect(document.activeElement).toBe(buttons()[0]);
});

test('who is elsewhere stays there', () => {
  const other = document.body.appendChild(document.createElement('button'));
  opener.show('back');
  other.focus();
  opener.show('open');
  expect(document.activeElement).toBe(other);
});
