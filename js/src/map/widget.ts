/** The glue between the layer over the map and ipywidgets: it is what bqplot calls a figure's interaction. */

import { unpack_models, WidgetModel, WidgetView } from '@jupyter-widgets/base';

import { look } from '../common/attention';
import { Connection, follow } from '../common/connection';
import { classTraits } from '../package';
import { MODES, type Message } from './host';
import { MapOverlay } from './overlay';
import { type Frame, membersOf, type Point } from './shape';
import '../../style/map.css';

/** The parts of bqplot's figure, which draws the dots, that are used. */
interface Figure {
  el: HTMLElement;
  width: number;
  height: number;
  margin: { left: number; right: number; top: number; bottom: number };
}

export class MapPointerModel extends WidgetModel {
  static override serializers = {
    ...WidgetModel.serializers,
    x_scale: { deserialize: unpack_models as any },
    y_scale: { deserialize: unpack_models as any },
    modes: { deserialize: unpack_models as any }
  };

  private shapes = 0;

  /** A number for a shape: all views of this model on a page count together. */
  nextShape(): number {
    return (this.shapes = Math.max(this.shapes, this.get('answered')) + 1);
  }

  override defaults(): ReturnType<WidgetModel['defaults']> {
    return {
      ...super.defaults(),
      ...classTraits('MapPointerModel', 'MapPointer'),
      x_scale: null,
      y_scale: null,
      modes: null,
      dots: {},
      identity: '',
      hovered: -1,
      pinned: [],
      answered: 0
    };
  }
}

export class MapPointer extends WidgetView {
  // Set by `initialize` within the base class's constructor: an initialised field would be reset afterwards.
  declare model: MapPointerModel;
  declare private layer: MapOverlay;
  declare private connection: Connection | null;

  override initialize(parameters: WidgetView.IInitializeParameters): void {
    super.initialize(parameters);
    this.layer = new MapOverlay({
      frame: () => this.frame(),
      show: (frame, ended) => this.show(frame, ended),
      look: dot => this.look(dot),
      nextShape: () => this.model.nextShape(),
      send: (message, answered) => this.tell(message, answered)
    });
    this.setElement(this.layer.node as unknown as HTMLElement);
  }

  override render(): void {
    const { layer, model, figure } = this;
    figure.el.append(layer.card.node);
    // From button to drag without Python, which may be busy.
    const modes = model.get('modes');
    const setMode = (): void => layer.setMode(MODES[modes.get('index')] ?? 'inspect');
    this.listenTo(modes, 'change:index', setMode);
    setMode();
    follow(this, 'dots', ({ places, facts, numbers }) =>
      layer.setDots(toPoints(places), facts ?? [], numbers ?? [])
    );
    follow(this, 'hovered', dot => layer.setHovered(dot));
    follow(this, 'pinned', dots => layer.setPinned(dots));
    follow(this, 'answered', shape => layer.drawing.settle(shape));
    this.listenTo(figure as any, 'margin_updated', () => layer.redraw());
    // A figure that is removed does not remove its interaction.
    this.listenTo(figure as any, 'remove', () => this.remove());
    for (const name of ['x_scale', 'y_scale']) {
      this.listenTo(model.get(name), 'change:min change:max', () => layer.redraw());
    }
    this.connection = new Connection(this, () => this.connect());
    this.connect();
    layer.redraw();
  }

  private connect(): void {
    this.layer.setConnected(this.connection?.isAlive ?? true);
  }

  /** Sends a message. A kernel that has dealt with it is idle again. */
  private tell(message: Message, answered?: () => void): void {
    const callbacks = this.callbacks();
    const status = ({ content }: any): void => {
      if (content.execution_state === 'idle') {
        answered?.();
      }
    };
    this.model.send(message, { ...callbacks, iopub: { ...callbacks.iopub, status } });
  }

  private get figure(): Figure {
    return this.options.parent;
  }

  private frame(): Frame {
    const { width, height, margin } = this.figure;
    const side = (name: string): Point => {
      const scale = this.model.get(name);
      return [scale.get('min'), scale.get('max')];
    };
    return {
      x: side('x_scale'),
      y: side('y_scale'),
      width: width - margin.left - margin.right,
      height: height - margin.top - margin.bottom
    };
  }

  private show(frame: Frame, ended: boolean): void {
    const sides = { x_scale: frame.x, y_scale: frame.y };
    for (const [name, [min, max]] of Object.entries(sides)) {
      const scale = this.model.get(name);
      scale.set({ min, max });
      if (ended) {
        scale.save_changes();
      }
    }
  }

  private look(dot: number): void {
    const { blocks, sets } = this.model.get('dots');
    look(this.model.get('identity'), dot < 0 || !sets ? null : membersOf(sets, blocks, dot));
  }

  override remove(): void {
    this.layer.destroy();
    super.remove();
  }
}

/** Pairs of numbers, out of the bytes that they travel as. */
function toPoints(bytes: DataView | undefined): Point[] {
  if (!bytes) {
    return [];
  }
  // A copy: in a message, numbers need not stand where an array of them may start.
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return Array.from({ length: numbers.length / 2 }, (_, index) => [
    numbers[2 * index]!,
    numbers[2 * index + 1]!
  ]);
}
