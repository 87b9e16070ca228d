import { type IWidgetManager, WidgetModel, WidgetView } from '@jupyter-widgets/base';
import { expect, test, vi } from 'vitest';

import { Connection, follow } from '../../src/common/connection';

/** A signal of JupyterLab's: whoever is connected is called. */
function signal() {
  const slots = new Set<() => void>();
  return {
    connect: (slot: () => void) => Boolean(slots.add(slot)),
    disconnect: (slot: () => void) => slots.delete(slot),
    emit: () => slots.forEach(slot => slot())
  };
}

function page() {
  const kernel = { id: 'a', status: 'idle', connectionStatus: 'connected' };
  const [statusChanged, connectionStatusChanged, kernelChanged] = [signal(), signal(), signal()];
  const sessionContext = { session: { kernel }, statusChanged, connectionStatusChanged, kernelChanged };
  const manager = { callbacks: () => ({}), context: { sessionContext } } as unknown as IWidgetManager;
  const comm = { on_close: vi.fn(), on_msg: vi.fn(), send: vi.fn() };
  const model = new WidgetModel(
    { label: 'one' },
    { widget_manager: manager, model_id: 'x', comm: comm as any }
  );
  const view = new WidgetView({ model, options: {} });
  const changed = vi.fn();
  return { kernel, statusChanged, model, view, comm, changed, connection: new Connection(view, changed) };
}

test('what a view tells gets to the kernel while it is there, and to the model in any case', () => {
  const { kernel, connection, model, comm } = page();
  connection.tell('label', 'two');
  expect(comm.send).toHaveBeenCalledOnce();
  kernel.status = 'dead';
  connection.tell('label', 'three');
  expect(comm.send).toHaveBeenCalledOnce();
  expect(model.get('label')).toBe('three');
});

test('a view hears that its kernel has gone, and why, until it is removed', () => {
  const { kernel, connection, statusChanged, changed, view } = page();
  expect(connection.loss).toBeNull();
  kernel.status = 'restarting';
  statusChanged.emit();
  expect(changed).toHaveBeenCalledOnce();
  expect([connection.loss, connection.isAlive]).toEqual(['restarted', false]);
  view.remove();
  statusChanged.emit();
  expect(changed).toHaveBeenCalledOnce();
});

test('a model whose comm has closed is lost, also where no kernel can be seen', () => {
  const { model, connection, changed } = page();
  model.comm_live = false;
  expect(changed).toHaveBeenCalledOnce();
  expect(connection.loss).toBe('shut down');
});

test('a trait is handed on at once, and whenever it changes', () => {
  const { model, view } = page();
  const take = vi.fn();
  follow(view, 'label', take);
  model.set('label', 'two');
  expect(take.mock.calls).toEqual([['one'], ['two']]);
});
