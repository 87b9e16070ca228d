import { beforeEach, expect, test, vi } from 'vitest';

import { Banner } from '../../src/lab/banner';

const KEPT = { name: 'a.checkpoint.oneshot', time: '12:04:31', code: "osl.Lab(osl.SearchSession.load('a'))" };
const EARLIER = {
  name: 'b.checkpoint.oneshot',
  time: '11:00:00',
  code: "osl.Lab(osl.SearchSession.load('b'))"
};

let banner: Banner;

beforeEach(() => {
  banner = new Banner();
  document.body.replaceChildren(banner.node);
});

const part = (selector: string): HTMLElement => banner.node.querySelector<HTMLElement>(selector)!;
const told = (): string => part('.osl-lab-told').textContent!;
const code = (): string | null => (part('.osl-lab-offer').hidden ? null : part('code').textContent);
const press = (text: string): void =>
  [...banner.node.querySelectorAll('button')]
    .find(button => (button.ariaLabel ?? button.textContent) === text)!
    .click();

test('nothing is seen while all is well', () => {
  banner.setLoss(null);
  banner.setKept(KEPT, {});
  expect(banner.node.hidden).toBe(true);
});

test('a kernel that went away is told with the last checkpoint, and cannot be closed', () => {
  banner.setKept(KEPT, EARLIER);
  banner.setLoss('restarted');
  expect(banner.node.hidden).toBe(false);
  expect(told()).toContain('The kernel was restarted');
  expect(told()).toContain('a.checkpoint.oneshot, of 12:04:31');
  expect(code()).toBe(KEPT.code);
  expect(part('[aria-label="Close"]').hidden).toBe(true);
});

test('without a checkpoint it says so, and offers the earlier one if there is one', () => {
  banner.setLoss('died');
  expect(told()).toMatch(/died.*run the cell again\.$/);
  expect(code()).toBeNull();
  banner.setKept({}, EARLIER);
  expect(code()).toBe(EARLIER.code);
});

test('a kernel that is only out of reach asks for nothing, and comes back', () => {
  banner.setKept(KEPT, {});
  banner.setLoss('out of reach');
  expect(told()).toContain('The connection is retried');
  expect(code()).toBeNull();
  banner.setLoss(null);
  expect(banner.node.hidden).toBe(true);
});

test('an earlier search is offered until somebody closes that; a loss is told all the same', () => {
  banner.setKept({}, EARLIER);
  expect(told()).toContain('b.checkpoint.oneshot, of 11:00:00');
  press('Close');
  expect(banner.node.hidden).toBe(true);
  banner.setKept(KEPT, EARLIER);
  expect(banner.node.hidden).toBe(true);
  banner.setLoss('shut down');
  expect(banner.node.hidden).toBe(false);
});

test('that a search cannot be kept is told until it can; a loss comes first', () => {
  banner.setKept(KEPT, EARLIER);
  banner.setProblem('a.checkpoint.oneshot: it cannot be written (No space left on device)');
  expect(banner.node.hidden).toBe(false);
  expect(told()).toMatch(/cannot be saved.*No space left on device\)\. Saving is retried/);
  expect(code()).toBeNull();
  expect(part('[aria-label="Close"]').hidden).toBe(true);
  banner.setLoss('died');
  expect(told()).toContain('The kernel has died');
  expect(code()).toBe(KEPT.code);
  banner.setLoss(null);
  banner.setProblem('');
  expect(code()).toBe(EARLIER.code);
  press('Close');
  expect(banner.node.hidden).toBe(true);
  banner.setProblem('a full disk');
  expect(banner.node.hidden).toBe(false);
});

test('the code is copied with its import; where that is not allowed, it is selected', async () => {
  const writeText = vi.fn().mockResolvedValueOnce(undefined).mockRejectedValue(new Error('not allowed'));
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  banner.setKept({}, EARLIER);
  press('Copy');
  await vi.waitFor(() => expect(part('.osl-lab-copied').textContent).toBe('Copied'));
  expect(writeText).toHaveBeenCalledWith(`import oneshot_lab as osl\n${EARLIER.code}`);
  press('Copy');
  await vi.waitFor(() => expect(part('.osl-lab-copied').textContent).toBe('Press Ctrl+C'));
  expect(getSelection()!.toString()).toBe(EARLIER.code);
  vi.unstubAllGlobals();
});

test('that it was copied stays until there is other code to copy', async () => {
  vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.resolve() } });
  banner.setKept({}, EARLIER);
  press('Copy');
  await vi.waitFor(() => expect(part('.osl-lab-copied').textContent).toBe('Copied'));
  // The kernel tells of itself at every turn from busy to idle.
  banner.setLoss(null);
  expect(part('.osl-lab-copied').textContent).toBe('Copied');
  banner.setKept({}, KEPT);
  expect(part('.osl-lab-copied').textContent).toBe('');
  vi.unstubAllGlobals();
});

test('what comes from Python is text', () => {
  banner.setKept({}, { name: '<b>x</b>', time: '', code: '<img src=x>' });
  expect(banner.node.querySelector('b, img')).toBeNull();
});
