import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { type Ask, KINDS, type Request } from '../../src/common/messages';
import { Requests, type Then } from '../../src/common/requests';

const UNDO: Ask = { kind: 'undo' };

function page() {
  const sent: Request[] = [];
  const said: string[] = [];
  const slow = vi.fn<(waits: boolean) => void>();
  const python = { reason: null as string | null };
  const requests = new Requests({
    post: message => sent.push(message),
    slow,
    say: text => said.push(text),
    reason: () => python.reason
  });
  requests.drawn(1);
  /** Asks for something; the mock is called when it is worked out. */
  const ask = (then: Then = {}, dropped?: () => void, what = UNDO) => {
    const make = vi.fn(() => [what, then] as const);
    requests.ask(make, dropped);
    return make;
  };
  return {
    ...{ requests, sent, said, slow, python, ask },
    ok: () => requests.answer({ kind: 'answer', request: sent.at(-1)!.request, ok: true })
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('one request at a time: the next is worked out when the answer and its state are there', () => {
  const { requests, sent, ask, ok } = page();
  ask();
  const second = ask();
  ok();
  expect(second).not.toHaveBeenCalled();
  requests.drawn(2);
  expect(second).toHaveBeenCalledOnce();
  expect(sent[1]!.request).toBe(sent[0]!.request + 1);
});

test('a change names the revision that was drawn, a query none', () => {
  const { requests, sent, ask, ok } = page();
  requests.drawn(7);
  ask({}, undefined, { kind: 'file' });
  requests.answer({ kind: 'file', request: sent[0]!.request, name: 'a', text: 'b' });
  ask();
  ok();
  expect(sent.map(({ kind, revision }) => [kind, revision])).toEqual([
    ['file', undefined],
    ['undo', 7]
  ]);
  expect([KINDS.file, KINDS.undo]).toEqual(['query', 'change']);
});

test('what a query brings is handed on, and the next goes on without a state', () => {
  const { requests, sent, ask } = page();
  const result = vi.fn();
  ask({ result }, undefined, { kind: 'copy' });
  const second = ask();
  const brought = { kind: 'copied', request: sent[0]!.request, text: 'cells', note: 'copied' } as const;
  requests.answer(brought);
  expect(result).toHaveBeenCalledWith(brought);
  expect(second).toHaveBeenCalledOnce();
});

test('the state may come before the answer', () => {
  const { requests, ask, ok } = page();
  ask();
  const second = ask();
  requests.drawn(2);
  expect(second).not.toHaveBeenCalled();
  ok();
  expect(second).toHaveBeenCalledOnce();
});

test('an edit that changes nothing brings no state, and does not hold up the next', () => {
  const { ask, ok } = page();
  ask();
  const second = ask();
  ok();
  vi.advanceTimersByTime(1000);
  expect(second).toHaveBeenCalledOnce();
});

test('a refusal is told, and the next goes on', () => {
  const { requests, sent, said, ask } = page();
  const refused = vi.fn();
  ask({ refused });
  const second = ask();
  const refusal = {
    ...({ kind: 'answer', ok: false, where: null, expected: null } as const),
    ...{ message: 'no', remedy: 'try another' }
  };
  requests.answer({ ...refusal, request: sent[0]!.request + 1 });
  expect(refused).not.toHaveBeenCalled();
  requests.answer({ ...refusal, request: sent[0]!.request });
  expect(refused).toHaveBeenCalledOnce();
  expect(said).toEqual(['Not done: no; try another']);
  expect(second).toHaveBeenCalledOnce();
});

test('what there is no reason to ask for is said, and nothing is sent', () => {
  const { requests, sent, said, ask } = page();
  requests.ask(() => 'There is nothing to undo');
  expect([sent, said]).toEqual([[], ['There is nothing to undo']]);
  ask();
  expect(sent).toHaveLength(1);
});

test('while Python takes none, nothing is sent, and the reason is said', () => {
  const { requests, sent, said, python, ask } = page();
  const dropped = vi.fn();
  python.reason = 'Training';
  ask({}, dropped);
  expect(requests.setConnected(false)).toBe(true);
  expect(requests.setConnected(false)).toBe(false);
  ask({}, dropped);
  expect(sent).toEqual([]);
  expect(dropped).toHaveBeenCalledTimes(2);
  expect(said).toEqual(['Training', expect.stringContaining('not connected')]);
});

test('waiting long is told, and so is its end; too much is not queued; a lost kernel forgets all', () => {
  const { requests, said, slow, ask } = page();
  ask();
  vi.advanceTimersByTime(5000);
  expect(slow).toHaveBeenLastCalledWith(true);
  const dropped = vi.fn();
  const queued = Array.from({ length: 50 }, () => ask({}, dropped));
  const early = dropped.mock.calls.length;
  expect(early).toBeGreaterThan(0);
  expect(early).toBeLessThan(50);
  expect(said).toHaveLength(early);
  requests.clear();
  expect(slow).toHaveBeenLastCalledWith(false);
  expect(dropped).toHaveBeenCalledTimes(50);
  expect(ask()).toHaveBeenCalledOnce();
  queued.forEach(make => expect(make).not.toHaveBeenCalled());
});

test('whoever asked is told of what a lost kernel will not answer', () => {
  const { requests, ask } = page();
  const [sent, queued] = [vi.fn(), vi.fn()];
  ask({}, sent);
  ask({}, queued);
  requests.clear();
  requests.clear();
  expect(sent).toHaveBeenCalledOnce();
  expect(queued).toHaveBeenCalledOnce();
});
