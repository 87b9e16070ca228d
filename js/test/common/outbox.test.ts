import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Outbox } from '../../src/common/outbox';
import type { Ask, Request } from '../../src/common/messages';

const UNDO: Ask = { kind: 'undo', revision: 1 };

function outbox() {
  const sent: Request[] = [];
  const slow = vi.fn<(waits: boolean) => void>();
  const box = new Outbox(message => sent.push(message), slow);
  box.drawn(1);
  return {
    box,
    sent,
    slow,
    ok: () => box.answer({ kind: 'answer', request: sent.at(-1)!.request, ok: true })
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('one request at a time: the next is worked out when the answer and its state are there', () => {
  const { box, sent, ok } = outbox();
  const second = vi.fn(() => void box.send(UNDO));
  box.run(() => void box.send(UNDO));
  box.run(second);
  ok();
  expect(second).not.toHaveBeenCalled();
  box.drawn(2);
  expect(second).toHaveBeenCalledOnce();
  expect(sent[1]!.request).toBe(sent[0]!.request + 1);
});

test('the state may come before the answer', () => {
  const { box, ok } = outbox();
  const second = vi.fn();
  box.run(() => void box.send(UNDO));
  box.run(second);
  box.drawn(2);
  expect(second).not.toHaveBeenCalled();
  ok();
  expect(second).toHaveBeenCalledOnce();
});

test('an edit that changes nothing brings no state, and does not hold up the next', () => {
  const { box, ok } = outbox();
  const second = vi.fn();
  box.run(() => void box.send(UNDO));
  box.run(second);
  ok();
  vi.advanceTimersByTime(1000);
  expect(second).toHaveBeenCalledOnce();
});

test('a refusal is told, and the next goes on', () => {
  const { box, sent } = outbox();
  const refused = vi.fn();
  const second = vi.fn();
  box.run(() => void box.send(UNDO, { refused }));
  box.run(second);
  const refusal = {
    kind: 'answer',
    ok: false,
    where: null,
    message: 'no',
    expected: null,
    remedy: null
  } as const;
  box.answer({ ...refusal, request: sent[0]!.request + 1 });
  expect(refused).not.toHaveBeenCalled();
  box.answer({ ...refusal, request: sent[0]!.request });
  expect(refused).toHaveBeenCalledOnce();
  expect(second).toHaveBeenCalledOnce();
});

test('waiting long is told, and so is its end; too much is not queued; a lost kernel forgets all', () => {
  const { box, slow } = outbox();
  box.run(() => void box.send(UNDO));
  vi.advanceTimersByTime(5000);
  expect(slow).toHaveBeenLastCalledWith(true);
  const queued = vi.fn();
  const taken = Array.from({ length: 50 }, () => box.run(queued));
  expect(taken[0]).toBe(true);
  expect(taken.at(-1)).toBe(false);
  box.clear();
  expect(slow).toHaveBeenLastCalledWith(false);
  const after = vi.fn();
  box.run(after);
  expect(after).toHaveBeenCalledOnce();
  expect(queued).not.toHaveBeenCalled();
});

test('whoever asked is told of what a lost kernel will not answer', () => {
  const { box } = outbox();
  const [sent, queued] = [vi.fn(), vi.fn()];
  box.run(() => void box.send(UNDO, { dropped: sent }), vi.fn());
  box.run(vi.fn(), queued);
  box.clear();
  box.clear();
  expect(sent).toHaveBeenCalledOnce();
  expect(queued).toHaveBeenCalledOnce();
});
