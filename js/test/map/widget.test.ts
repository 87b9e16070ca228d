import { type IWidgetManager, WidgetModel } from '@jupyter-widgets/base';
import { beforeEach, expect, it, vi } from 'vitest';

import { watch } from '../../src/common/attention';
import { MapPointer, MapPointerModel } from '../../src/map/widget';

interface Callbacks {
  iopub: { status(message: unknown): void };
}

const manager = { callbacks: () => ({ iopub: {} }) } as unknown as IWidgetManager;
const comm = { on_close: vi.fn(), on_msg: vi.fn(), send: vi.fn() };
const make = <M extends WidgetModel>(type: new (...parts: any[]) => M, state: object): M =>
  new type(state, { widget_manager: manager, model_id: 'x', comm });

let figure: WidgetModel & { el: HTMLElement };
let model: MapPointerModel;
let view: MapPointer;

beforeEach(async () => {
  comm.send.mockClear();
  const margin = { left: 0, right: 0, top: 0, bottom: 0 };
  const el = document.body.appendChild(document.createElement('div'));
  // Of bqplot's figure, what is used: its sizes, and its events.
  figure = Object.assign(make(WidgetModel, {}), { el, width: 100, height: 100, margin });
  const side = { min: 0, max: 10 };
  const places = new DataView(new Float64Array([1, 1, 5, 5]).buffer);
  model = make(MapPointerModel, {
    dots: {
      ...{ places, facts: ['one', 'two'], numbers: [10, 11] },
      ...{ blocks: ['B1', 'B2'], sets: new DataView(new Uint8Array([0x80, 0x40]).buffer) }
    },
    identity: 'session',
    modes: make(WidgetModel, { index: 0 }),
    x_scale: make(WidgetModel, side),
    y_scale: make(WidgetModel, side)
  });
  view = new MapPointer({ model, options: { parent: figure } } as any);
  el.append(view.el);
  view.render();
});

const move = (x: number, y: number): boolean =>
  view.el
    .querySelector('.osl-map-ground')!
    .dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y }));
const sent = (): unknown[] => comm.send.mock.calls.flatMap(([{ content }]) => content ?? []);

it('takes a kernel that is idle again for one that has answered', () => {
  move(10, 90);
  move(50, 50);
  expect(sent()).toEqual([{ kind: 'hover', dot: 10 }]);
  const { iopub } = comm.send.mock.calls[0]![1] as Callbacks;
  iopub.status({ content: { execution_state: 'busy' } });
  expect(sent()).toHaveLength(1);
  iopub.status({ content: { execution_state: 'idle' } });
  expect(sent()[1]).toEqual({ kind: 'hover', dot: 11 });
});

it('tells a lost kernel nothing', () => {
  model.comm_live = false;
  move(10, 90);
  expect(sent()).toEqual([]);
});

it('goes with its figure, and is looked at no more', () => {
  const looked = vi.fn();
  const forget = watch('session', looked);
  move(10, 90);
  figure.trigger('remove');
  expect(view.el.isConnected).toBe(false);
  expect(figure.el.childElementCount).toBe(0);
  // Another dot comes to lie where the pointer was.
  model.set('dots', { ...model.get('dots'), numbers: [20, 21] });
  expect(looked.mock.calls).toEqual([[['B1']], [null]]);
  expect(sent()).toHaveLength(1);
  forget();
});

it('numbers shapes above those that Python has answered', () => {
  expect([model.nextShape(), model.nextShape()]).toEqual([1, 2]);
  model.set('answered', 9);
  expect(model.nextShape()).toBe(10);
});

it('follows the buttons of its modes by itself, and a shape that waits stays', () => {
  const drag = (): void => {
    for (const [type, at] of Object.entries({ pointerdown: 20, pointermove: 60, pointerup: 60 })) {
      const event = new PointerEvent(type, { clientX: at, clientY: at });
      view.el.querySelector('.osl-map-ground')!.dispatchEvent(event);
    }
  };
  drag();
  model.get('modes').set('index', 2);
  expect(view.el.dataset.mode).toBe('pan');
  expect(view.el.querySelector('.osl-map-drawn')!.getAttribute('d')).not.toBeNull();
  drag();
  expect(sent()).toHaveLength(1);
  expect(model.get('x_scale').get('min')).not.toBe(0);
  model.set('answered', 1);
  expect(view.el.querySelector('.osl-map-drawn')!.getAttribute('d')).toBeNull();
});
