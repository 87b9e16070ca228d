import { expect, test, vi } from 'vitest';

import { kernelOf } from '../../src/common/kernel';

function signal() {
  const slots = new Set<() => void>();
  return {
    connect: (slot: () => void) => (slots.add(slot), true),
    disconnect: (slot: () => void) => slots.delete(slot),
    emit: () => slots.forEach(slot => slot())
  };
}

test.each([
  [{ kernel: { status: 'busy', connectionStatus: 'connected' } }, true],
  [{ kernel: { status: 'dead', connectionStatus: 'connected' } }, false],
  [{ kernel: { status: 'idle', connectionStatus: 'connecting' } }, false],
  [{ kernel: null }, false],
  [null, false]
])('%o', (session, alive) => {
  const context = {
    session,
    statusChanged: signal(),
    connectionStatusChanged: signal(),
    kernelChanged: signal()
  };
  expect(kernelOf({ context: { sessionContext: context } }, () => undefined)!.isAlive()).toBe(alive);
});

test('changes are told until nobody listens any more; a page without sessions has no kernel to ask', () => {
  const context = {
    session: null,
    statusChanged: signal(),
    connectionStatusChanged: signal(),
    kernelChanged: signal()
  };
  const changed = vi.fn();
  const kernel = kernelOf({ context: { sessionContext: context } }, changed)!;
  context.statusChanged.emit();
  context.kernelChanged.emit();
  expect(changed).toHaveBeenCalledTimes(2);
  kernel.forget();
  context.connectionStatusChanged.emit();
  expect(changed).toHaveBeenCalledTimes(2);
  expect(kernelOf({}, changed)).toBeNull();
});
