import { expect, test, vi } from 'vitest';

import { kernelOf, messagesOf } from '../../src/common/kernel';

function signal() {
  const slots = new Set<() => void>();
  return {
    connect: (slot: () => void) => (slots.add(slot), true),
    disconnect: (slot: () => void) => slots.delete(slot),
    emit: () => slots.forEach(slot => slot())
  };
}

interface Session {
  kernel: { id?: string; status: string; connectionStatus: string } | null;
}

function contextOf(session: Session | null) {
  return {
    session,
    statusChanged: signal(),
    connectionStatusChanged: signal(),
    kernelChanged: signal()
  };
}

const kernelIn = (context: object, changed = () => undefined as void) =>
  kernelOf({ context: { sessionContext: context } }, changed)!;

test.each([
  [{ kernel: { status: 'busy', connectionStatus: 'connected' } }, null],
  [{ kernel: { status: 'dead', connectionStatus: 'connected' } }, 'died'],
  [{ kernel: { status: 'terminating', connectionStatus: 'connected' } }, 'shut down'],
  [{ kernel: { status: 'idle', connectionStatus: 'connecting' } }, 'out of reach'],
  [{ kernel: null }, 'shut down'],
  [null, 'shut down']
])('%o', (session, loss) => {
  const kernel = kernelIn(contextOf(session));
  expect(kernel.loss()).toBe(loss);
  expect(kernel.isAlive()).toBe(loss === null);
});

test('changes are told until nobody listens any more; a page without sessions has no kernel to ask', () => {
  const context = contextOf(null);
  const changed = vi.fn();
  const kernel = kernelIn(context, changed);
  context.statusChanged.emit();
  context.kernelChanged.emit();
  expect(changed).toHaveBeenCalledTimes(2);
  kernel.forget();
  context.connectionStatusChanged.emit();
  expect(changed).toHaveBeenCalledTimes(2);
  expect(kernelOf({}, changed)).toBeNull();
});

test.each([
  [['restarting', 'starting', 'idle'], 'restarted'],
  [['autorestarting', 'restarting', 'idle'], 'died'],
  [['restarting', 'autorestarting', 'idle'], 'died']
])('after %o a kernel is another one, although it is there', (statuses, loss) => {
  const kernel = { id: 'k', status: 'idle', connectionStatus: 'connected' };
  const context = contextOf({ kernel });
  const seen = kernelIn(context);
  expect(seen.isAlive()).toBe(true);
  for (const status of statuses) {
    kernel.status = status;
    context.statusChanged.emit();
  }
  expect(seen.loss()).toBe(loss);
});

test('a kernel that was exchanged is gone, one that was out of reach comes back', () => {
  const kernel = { id: 'k', status: 'idle', connectionStatus: 'connecting' };
  const context = contextOf({ kernel });
  const seen = kernelIn(context);
  expect(seen.loss()).toBe('out of reach');
  kernel.connectionStatus = 'connected';
  expect(seen.loss()).toBeNull();
  context.session!.kernel = { id: 'other', status: 'idle', connectionStatus: 'connected' };
  context.kernelChanged.emit();
  expect(seen.loss()).toBe('shut down');
});

test('messages are those of the notebook’s kernel, where there is one', () => {
  const anyMessage = { connect: () => true, disconnect: () => true };
  const kernel = { status: 'idle', connectionStatus: 'connected', anyMessage };
  expect(messagesOf({ context: { sessionContext: contextOf({ kernel }) } })).toBe(anyMessage);
  expect(messagesOf({ context: { sessionContext: contextOf({ kernel: null }) } })).toBeNull();
  expect(messagesOf({})).toBeNull();
});
