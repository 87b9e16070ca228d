import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Sent } from '../../src/common/kernel';
import { Asked } from '../../src/lab/asked';

type Slot = (sender: unknown, sent: Sent) => void;

let asked: Asked;
let root: HTMLElement;
let button: HTMLButtonElement;
let slots: Set<Slot>;
let sent: number;

beforeEach(() => {
  vi.useFakeTimers();
  [slots, sent] = [new Set(), 0];
  root = document.createElement('div');
  root.innerHTML = '<button><i>Step</i></button><button>Deaf</button>';
  document.body.replaceChildren(root);
  button = root.querySelector('button')!;
  // As ipywidgets does: while the event is on its way.
  button.addEventListener('click', () => tell('send', 'comm_msg', { msg_id: `m${++sent}` }));
  asked = new Asked(root, {
    connect: slot => slots.add(slot) && true,
    disconnect: slot => slots.delete(slot)
  });
});

afterEach(() => {
  asked.destroy();
  vi.useRealTimers();
});

function tell(
  direction: string,
  type: string,
  { msg_id = 'x', parent = '', state = '' }: { msg_id?: string; parent?: string; state?: string }
): void {
  const msg = {
    header: { msg_id, msg_type: type },
    parent_header: { msg_id: parent },
    content: { execution_state: state }
  };
  slots.forEach(slot => slot(null, { direction, msg }));
}

const done = (parent: string): void => tell('recv', 'status', { parent, state: 'idle' });
const shown = (): boolean =>
  button.classList.contains('osl-asked') && button.getAttribute('aria-busy') === 'true';

test('a press is seen at once, and until the kernel has done with it', () => {
  button.querySelector('i')!.click();
  expect(shown()).toBe(true);
  vi.advanceTimersByTime(5000);
  tell('recv', 'status', { parent: 'm1', state: 'busy' });
  done('another');
  expect(shown()).toBe(true);
  done('m1');
  expect(shown()).toBe(false);
  expect(button.hasAttribute('aria-busy')).toBe(false);
});

test('what is answered very soon is seen all the same', () => {
  button.click();
  done('m1');
  expect(shown()).toBe(true);
  vi.advanceTimersByTime(200);
  expect(shown()).toBe(false);
});

test('of two presses both are waited for', () => {
  button.click();
  button.click();
  vi.advanceTimersByTime(200);
  done('m1');
  expect(shown()).toBe(true);
  done('m2');
  expect(shown()).toBe(false);
});

test('what is sent by itself, or by nothing, marks nothing', () => {
  root.querySelectorAll('button')[1]!.click();
  tell('send', 'comm_msg', { msg_id: 'm9' });
  expect(root.querySelector('.osl-asked')).toBeNull();
});

test('nothing stays marked when the kernel has gone, or the view', () => {
  button.click();
  asked.clear();
  expect(shown()).toBe(false);
  button.click();
  asked.destroy();
  expect(shown()).toBe(false);
  expect(slots.size).toBe(0);
  vi.advanceTimersByTime(200);
  button.click();
  expect(shown()).toBe(false);
});
