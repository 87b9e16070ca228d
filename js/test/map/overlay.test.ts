import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Message, Mode } from '../../src/map/host';
import { MapOverlay } from '../../src/map/overlay';
import type { Frame, Point } from '../../src/map/shape';

const PLACES: Point[] = [
  [1, 1],
  [5, 5],
  [9, 9]
];

let frame: Frame;
let sent: Message[];
let looked: number[];
let shapes: number;
/** Messages that a busy kernel has not answered; null: it answers at once. */
let held: (() => void)[] | null;
/** Takes answers without a word of what is looked at. */
let answering: ((answered: () => void) => void) | null;
let layer: MapOverlay;

beforeEach(() => {
  vi.useFakeTimers();
  frame = { x: [0, 10], y: [0, 10], width: 100, height: 100 };
  [sent, looked, shapes, held, answering] = [[], [], 0, null, null];
  layer = new MapOverlay({
    frame: () => frame,
    show: next => (frame = next),
    nextShape: () => ++shapes,
    look: dot => looked.push(dot),
    send: (message, answered) => {
      sent.push(message);
      if (answering) {
        return answering(answered!);
      }
      const answer = (): void => {
        if (message.kind === 'hover') {
          layer.setHovered(layer.numbers.indexOf(message.dot));
        }
        answered?.();
      };
      held ? held.push(answer) : answer();
    }
  });
  document.body.append(layer.node, layer.card.node);
  layer.setDots(PLACES, ['one\nsmall', 'two', 'three'], [10, 11, 12]);
});

afterEach(() => {
  layer.destroy();
  vi.useRealTimers();
});

function mouse(type: string, x: number, y: number, more: MouseEventInit = {}): void {
  layer.ground.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, ...more }));
}

function drag(...path: Point[]): void {
  const [[x, y], ...others] = path as [Point, ...Point[]];
  mouse('pointerdown', x, y);
  others.forEach(([toX, toY]) => mouse('pointermove', toX, toY));
  mouse('pointerup', ...path[path.length - 1]!);
}

function press(key: string): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
  layer.ground.dispatchEvent(event);
  return event;
}

const drawn = (): string | null => layer.node.querySelector('.osl-map-drawn')!.getAttribute('d');
const waiting = (): string => layer.node.querySelector('.osl-map-waiting')!.textContent!;

describe('the mouse', () => {
  it('draws a rectangle and sends it in the map’s coordinates', () => {
    drag([75, 75], [25, 50]);
    expect(sent).toEqual([{ kind: 'rectangle', shape: 1, x: [2.5, 7.5], y: [2.5, 5], more: false }]);
    expect(drawn()).toBe('M75,75H25V50H75Z');
    layer.drawing.settle(1);
    expect(drawn()).toBeNull();
  });

  it('keeps a rectangle inside of the figure', () => {
    drag([50, 50], [500, -20]);
    expect(sent).toEqual([{ kind: 'rectangle', shape: 1, x: [5, 10], y: [5, 10], more: false }]);
  });

  it('says that another region is wanted beside the last', () => {
    mouse('pointerdown', 10, 10);
    mouse('pointermove', 40, 40);
    mouse('pointerup', 40, 40, { shiftKey: true });
    expect(sent[0]).toMatchObject({ more: true });
  });

  it('draws a lasso', () => {
    layer.setMode('lasso');
    drag([25, 75], [75, 75], [75, 25]);
    const corners = [
      [2.5, 2.5],
      [7.5, 2.5],
      [7.5, 7.5]
    ];
    expect(sent).toEqual([{ kind: 'lasso', shape: 1, corners, more: false }]);
  });

  it('takes a lasso of two corners for none', () => {
    layer.setMode('lasso');
    drag([10, 90], [90, 90]);
    expect(sent).toEqual([]);
    expect(drawn()).toBeNull();
  });

  it('keeps each shape until Python has taken it, also while others are drawn and the mode changes', () => {
    const [one, two] = ['M10,10H30V30H10Z', 'M60,60H80V80H60Z'];
    drag([10, 10], [30, 30]);
    drag([60, 60], [80, 80]);
    expect(sent.map(message => 'shape' in message && message.shape)).toEqual([1, 2]);
    drag([50, 50]);
    layer.setMode('inspect');
    press('Escape');
    expect(drawn()).toBe(one + two);
    layer.setMode('rectangle');
    mouse('pointerdown', 0, 0);
    mouse('pointermove', 20, 20);
    layer.drawing.settle(1);
    expect(drawn()).toBe(`${two}M0,0H20V20H0Z`);
    vi.advanceTimersByTime(1000);
    expect(waiting()).toContain('until the kernel is free');
    layer.drawing.settle(2);
    expect([drawn(), waiting()]).toEqual(['M0,0H20V20H0Z', '']);
  });

  it('keeps no shape for a kernel that has gone', () => {
    drag([10, 10], [30, 30]);
    layer.setConnected(false);
    drag([60, 60], [80, 80]);
    expect([sent.length, drawn()]).toEqual([1, null]);
  });

  it('says after a while that Python has not taken it yet', () => {
    drag([80, 80], [20, 30]);
    expect(waiting()).toBe('');
    vi.advanceTimersByTime(1000);
    expect(waiting()).toContain('until the kernel is free');
    layer.drawing.settle(1);
    expect(waiting()).toBe('');
  });

  it('pulls and zooms the map in its mode, and sends nothing of it', () => {
    layer.setMode('pan');
    drag([50, 50], [60, 50]);
    expect(frame.x).toEqual([-1, 9]);
    layer.ground.dispatchEvent(new WheelEvent('wheel', { deltaY: -100, cancelable: true }));
    expect(frame.x[1] - frame.x[0]).toBeLessThan(10);
    layer.ground.dispatchEvent(new MouseEvent('dblclick'));
    expect(sent).toEqual([{ kind: 'fit' }]);
  });

  it('leaves the wheel to the page in other modes', () => {
    const wheel = new WheelEvent('wheel', { deltaY: -100, cancelable: true });
    layer.ground.dispatchEvent(wheel);
    expect(wheel.defaultPrevented).toBe(false);
  });

  it.each<Mode>(['rectangle', 'lasso', 'pan', 'inspect'])('points and clicks in mode %s', mode => {
    layer.setMode(mode);
    mouse('pointermove', 52, 49);
    expect(sent).toEqual([{ kind: 'hover', dot: 11 }]);
    expect(looked).toEqual([1]);
    expect(layer.card.node.textContent).toBe('two');
    mouse('pointermove', 53, 50);
    expect(sent).toHaveLength(1);
    drag([50, 50], [51, 50]);
    expect(sent[1]).toEqual({ kind: 'click', dot: 11 });
    mouse('pointerleave', 0, 0);
    expect(sent[2]).toEqual({ kind: 'hover', dot: -1 });
    expect(looked).toEqual([1, -1]);
    expect(layer.card.node.hidden).toBe(true);
  });

  it.each([false, true])('lets go once when it goes away; the pointer has left before: %s', left => {
    mouse('pointermove', 52, 49);
    if (left) {
      mouse('pointerleave', 0, 0);
    }
    layer.destroy();
    expect(looked).toEqual([1, -1]);
  });

  it('clicks beside all dots', () => {
    drag([30, 30]);
    expect(sent).toEqual([{ kind: 'click', dot: -1 }]);
  });

  it.each<Mode>(['pan', 'inspect'])('keeps the region when one clicks beside all dots in mode %s', mode => {
    layer.setMode(mode);
    drag([30, 30]);
    expect(sent).toEqual([]);
  });

  it('leaves other buttons alone', () => {
    mouse('pointerdown', 10, 10, { button: 2 });
    mouse('pointermove', 80, 80);
    mouse('pointerup', 80, 80);
    expect(sent.filter(({ kind }) => kind !== 'hover')).toEqual([]);
  });

  it('takes back what is being drawn when the mode changes', () => {
    mouse('pointerdown', 10, 10);
    mouse('pointermove', 80, 80);
    layer.setMode('inspect');
    mouse('pointerup', 80, 80);
    expect(sent.filter(({ kind }) => kind !== 'hover')).toEqual([]);
    expect(drawn()).toBeNull();
  });
});

describe('the keyboard', () => {
  it('walks the dots and pins one', () => {
    press('ArrowRight');
    press('ArrowUp');
    press('Enter');
    expect(sent).toEqual([
      { kind: 'hover', dot: 11 },
      { kind: 'hover', dot: 12 },
      { kind: 'click', dot: 12 }
    ]);
    press('Escape');
    expect(layer.hovered).toBe(-1);
  });

  it('zooms', () => {
    press('+');
    expect(frame.x[1] - frame.x[0]).toBeCloseTo(10 / 1.2);
    press('-');
    expect(frame.x[0]).toBeCloseTo(0);
    press('0');
    expect(sent).toEqual([{ kind: 'fit' }]);
  });

  it('keeps single keys from the notebook’s cells, and leaves Tab and Ctrl to the page', () => {
    const heard = vi.fn();
    document.body.addEventListener('keydown', heard);
    ['x', 'ArrowDown', 'Enter'].forEach(press);
    expect(heard).not.toHaveBeenCalled();
    expect(press('Tab').defaultPrevented).toBe(false);
    expect(heard).toHaveBeenCalledTimes(1);
    document.body.removeEventListener('keydown', heard);
  });
});

describe('what others look at', () => {
  it('shows it, also where the figure has changed its size', () => {
    layer.setHovered(0);
    expect(layer.card.node.firstElementChild!.textContent).toBe('one');
    const ring = layer.node.querySelector('.osl-map-hovered')!;
    expect(ring.getAttribute('cx')).toBe('10');
    frame = { ...frame, width: 200 };
    layer.redraw();
    expect(ring.getAttribute('cx')).toBe('20');
    expect(sent).toEqual([]);
  });

  it('marks the two that are compared', () => {
    layer.setPinned([2, 0]);
    const pins = [...layer.node.querySelectorAll('.osl-map-pinned')];
    expect(pins.map(pin => pin.getAttribute('cx'))).toEqual(['90', '10']);
    layer.setPinned([]);
    expect(pins.every(pin => pin.getAttribute('display') === 'none')).toBe(true);
  });

  it('shows nothing for positions that there are not', () => {
    layer.setHovered(99);
    expect(layer.card.node.hidden).toBe(true);
  });
});

describe('other dots', () => {
  const CLOSER: Point[] = [[9, 9], ...PLACES];
  const ring = (): string | null => layer.node.querySelector('.osl-map-hovered')!.getAttribute('cx');
  const closer = (): void => layer.setDots(CLOSER, ['new', 'one', 'two', 'better'], [13, 10, 11, 12]);

  it('leave the ring and the card at the dot that is looked at, wherever it has gone', () => {
    layer.setHovered(2);
    layer.setDots(
      [
        [2, 2],
        [5, 5]
      ],
      ['three', 'two'],
      [12, 11]
    );
    expect(ring()).toBe('20');
    expect(layer.card.node.textContent).toBe('three');
    expect(sent).toEqual([]);
  });

  it('are told of where the pointer rests on another one now', () => {
    mouse('pointermove', 52, 49);
    layer.setDots(
      [
        [5, 5],
        [1, 1]
      ],
      ['one', 'two'],
      [10, 11]
    );
    expect(sent.slice(1)).toEqual([{ kind: 'hover', dot: 10 }]);
    expect(ring()).toBe('50');
  });

  it('may leave nothing under the pointer', () => {
    mouse('pointermove', 52, 49);
    layer.setDots([[1, 1]], ['one'], [10]);
    expect(sent.slice(1)).toEqual([{ kind: 'hover', dot: -1 }]);
    expect(layer.card.node.hidden).toBe(true);
    layer.setDots([[9, 9]], ['three'], [12]);
    expect(sent).toHaveLength(2);
  });

  it('may come to lie under a pointer that rests', () => {
    mouse('pointermove', 30, 30);
    expect(sent).toEqual([]);
    layer.setDots([...PLACES, [3, 7]], ['one', 'two', 'three', 'new'], [10, 11, 12, 13]);
    expect(sent).toEqual([{ kind: 'hover', dot: 13 }]);
  });

  it('are not looked at by a pointer that is elsewhere or draws', () => {
    mouse('pointermove', 52, 49);
    mouse('pointerleave', 0, 0);
    closer();
    expect(sent.slice(1)).toEqual([{ kind: 'hover', dot: -1 }]);
    mouse('pointerdown', 10, 10);
    mouse('pointermove', 50, 50);
    layer.setDots(PLACES, ['one', 'two', 'three'], [10, 11, 12]);
    expect(sent).toHaveLength(2);
  });

  it('are walked on from the one where the keyboard was', () => {
    mouse('pointermove', 30, 30);
    press('ArrowRight');
    press('ArrowUp');
    closer();
    expect(ring()).toBe('90');
    expect(layer.card.node.textContent).toBe('better');
    press('Enter');
    expect(sent.at(-1)).toEqual({ kind: 'click', dot: 12 });
  });

  it('do not take away what another view looks at', () => {
    mouse('pointermove', 30, 30);
    layer.setHovered(2);
    mouse('pointermove', 31, 30);
    layer.setDots(PLACES, ['one', 'two', 'three'], [10, 11, 12]);
    expect(sent).toEqual([]);
    expect(ring()).toBe('90');
  });

  it('are not pinned by a click that was meant for another', () => {
    mouse('pointerdown', 52, 49);
    layer.setDots([[5, 5]], ['new'], [13]);
    mouse('pointerup', 52, 49);
    expect(sent).toEqual([{ kind: 'click', dot: 11 }]);
  });
});

describe('a kernel that is busy', () => {
  beforeEach(() => void (held = []));

  it('is told of the first dot, and when it has answered, of the last', () => {
    for (let sweep = 0; sweep < 100; sweep++) {
      [
        [10, 90],
        [50, 50],
        [90, 10]
      ].forEach(([x, y]) => mouse('pointermove', x!, y!));
    }
    expect(sent).toEqual([{ kind: 'hover', dot: 10 }]);
    expect(looked).toHaveLength(300);
    held!.shift()!();
    expect(sent.slice(1)).toEqual([{ kind: 'hover', dot: 12 }]);
    held!.shift()!();
    expect([sent.length, layer.hovered]).toEqual([2, 2]);
  });

  it('does not move the ring back to a dot of the past', () => {
    mouse('pointermove', 10, 90);
    mouse('pointermove', 50, 50);
    held!.shift()!();
    expect([layer.hovered, layer.card.node.textContent]).toEqual([1, 'two']);
    layer.setHovered(0);
    expect(layer.hovered).toBe(1);
    held!.shift()!();
    expect([layer.hovered, looked]).toEqual([1, [0, 1]]);
  });

  it('may answer long before it says what is looked at', () => {
    layer.setHovered(2);
    const answers: (() => void)[] = [];
    answering = answered => answers.push(answered);
    mouse('pointermove', 10, 90);
    answers.shift()!();
    mouse('pointermove', 50, 50);
    answers.shift()!();
    expect(sent).toHaveLength(2);
    // It draws the map anew, in the state of before.
    layer.setHovered(2);
    layer.setHovered(0);
    expect([layer.hovered, looked]).toEqual([1, [0, 1]]);
    layer.setHovered(1);
    layer.setHovered(0);
    expect([layer.hovered, looked]).toEqual([0, [0, 1, -1]]);
  });

  it('is told of what is looked at when other dots came meanwhile', () => {
    mouse('pointermove', 10, 90);
    layer.setDots(
      [
        [5, 5],
        [1, 1]
      ],
      ['one', 'new'],
      [10, 13]
    );
    held!.shift()!();
    expect(sent.slice(1)).toEqual([{ kind: 'hover', dot: 13 }]);
    held!.shift()!();
    expect([layer.hovered, layer.card.node.textContent]).toEqual([1, 'new']);
  });

  it('is told again when it was out of reach, and nothing while it is', () => {
    mouse('pointermove', 10, 90);
    layer.setConnected(false);
    mouse('pointermove', 50, 50);
    expect([sent.length, layer.hovered]).toEqual([1, 1]);
    layer.setConnected(true);
    expect(sent.slice(1)).toEqual([{ kind: 'hover', dot: 11 }]);
  });

  it('is told nothing more by a view that has gone', () => {
    mouse('pointermove', 10, 90);
    mouse('pointermove', 50, 50);
    layer.destroy();
    held!.shift()!();
    expect([sent.length, looked.at(-1)]).toEqual([1, -1]);
  });
});

it('lets other views show what is looked at elsewhere, until the pointer moves again', () => {
  mouse('pointermove', 52, 49);
  layer.setHovered(2);
  layer.setHovered(0);
  expect(looked).toEqual([1, -1]);
  mouse('pointermove', 53, 49);
  expect([layer.hovered, looked.at(-1)]).toEqual([1, 1]);
  expect(sent).toHaveLength(2);
});
