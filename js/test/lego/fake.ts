/**
 * A stand-in for Python: it carries out edits on a state without knowing any shapes. Tests and the demo page use
 * it; the real rules are in `oneshot_lab/architecture`.
 */

import type { Answer, Edit, Request } from '../../src/common/messages';
import type { BlockState, Catalogue, ComponentState, LayerState, State } from '../../src/lego/protocol';

const FAMILIES = {
  convolution: '#0072B2',
  linear: '#D55E00',
  pooling: '#009E73',
  normalisation: '#56B4E9',
  activation: '#E69F00',
  dropout: '#999999',
  shape: '#999999'
};

const KINDS: [string, keyof typeof FAMILIES, string, string][] = [
  [
    'Conv2d',
    'convolution',
    'Conv',
    'in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias'
  ],
  ['ConvTranspose2d', 'convolution', 'ConvT', 'in_channels, out_channels, kernel_size, stride, padding'],
  ['MaxPool2d', 'pooling', 'MaxPool', 'kernel_size, stride, padding'],
  ['AvgPool2d', 'pooling', 'AvgPool', 'kernel_size, stride, padding'],
  ['AdaptiveAvgPool2d', 'pooling', 'AdaPool', 'output_size'],
  ['BatchNorm2d', 'normalisation', 'BN', 'num_features, eps, momentum, affine'],
  ['LayerNorm', 'normalisation', 'LN', 'normalized_shape, eps'],
  ['ReLU', 'activation', 'ReLU', ''],
  ['GELU', 'activation', 'GELU', ''],
  ['Tanh', 'activation', 'Tanh', ''],
  ['Dropout', 'dropout', 'Drop', 'p'],
  ['Flatten', 'shape', 'Flat', ''],
  ['Linear', 'linear', 'Lin', 'in_features, out_features, bias']
];

export const CATALOGUE: Catalogue = {
  kinds: KINDS.map(([name, family, label, hint]) => ({
    name,
    label,
    family,
    colour: FAMILIES[family],
    hint,
    params: hint ? hint.split(', ') : []
  })),
  families: Object.entries(FAMILIES).map(([name, colour]) => ({ name, colour })),
  merges: ['sum', 'mean', 'concat'],
  templates: ['lenet', 'alexnet', 'vgg19']
};

const counters: Record<string, number> = {};
const nextId = (letter: string): string => `${letter}${(counters[letter] = (counters[letter] ?? 0) + 1)}`;

export function component(kind: string, params = ''): ComponentState {
  return { id: nextId('C'), kind, params, parameters: null, problem: null, repairs: [] };
}

export function block(...components: ComponentState[]): BlockState {
  return {
    id: nextId('B'),
    output: null,
    parameters: null,
    fitness: null,
    untrained: false,
    problem: null,
    components
  };
}

export function layer(...blocks: BlockState[]): LayerState {
  return {
    id: nextId('L'),
    merge: 'sum',
    input: null,
    output: null,
    parameters: null,
    problem: null,
    blocks
  };
}

export function state(...layers: LayerState[]): State {
  return {
    revision: 1,
    name: 'lenet',
    input: '1×28×28',
    classes: 10,
    output: '10 features',
    parameters: 61_706,
    macs: 416_520,
    layers,
    links: [],
    advice: [],
    problem: null,
    can_undo: false,
    can_redo: false,
    busy: false,
    status: ''
  };
}

/** A small network: L1 with blocks B1 (C1) and B2 (C2), L2 with B3 (C3, C4), L3 with B4 (C5). */
export function sample(): State {
  Object.keys(counters).forEach(letter => delete counters[letter]);
  return state(
    layer(block(component('Conv2d', '1, 6, 3')), block(component('Conv2d', '1, 6, 5, padding=1'))),
    layer(block(component('ReLU'), component('MaxPool2d', '2'))),
    layer(block(component('Linear', '1014, 10')))
  );
}

export class FakePython {
  private undone: State[] = [];
  private done: State[] = [];
  readonly messages: Request[] = [];
  /** What to refuse the next request with. */
  refuse: string | null = null;

  constructor(
    public state: State,
    private readonly reply: (answer: Answer) => void,
    private readonly publish: (state: State) => void
  ) {}

  receive(message: Request): void {
    this.messages.push(message);
    const { request } = message;
    if (this.refuse !== null) {
      this.reply({
        kind: 'answer',
        request,
        ok: false,
        where: null,
        message: this.refuse,
        expected: null,
        remedy: null
      });
      this.refuse = null;
    } else if (message.kind === 'file' || message.kind === 'python') {
      this.reply({
        kind: 'file',
        request,
        name: message.kind === 'file' ? 'lenet.json' : 'lenet.py',
        text: '{}'
      });
    } else {
      this.change(message);
      this.reply({ kind: 'answer', request, ok: true });
    }
  }

  /** Leaves what is sent from now on unanswered, as a kernel does that runs a cell; returns what ends that. */
  hold(): () => void {
    const held: Request[] = [];
    this.receive = message => void held.push(message);
    return () => {
      this.receive = FakePython.prototype.receive;
      held.forEach(message => this.receive(message));
    };
  }

  get edits(): Edit[] {
    return this.messages.flatMap(message => (message.kind === 'edit' ? message.edits : []));
  }

  private change(message: Request): void {
    const next = structuredClone(this.state);
    if (message.kind === 'edit') {
      this.done.push(this.state);
      this.undone = [];
      message.edits.forEach(edit => apply(next, edit));
      this.set(next);
    } else if (message.kind === 'advice') {
      this.done.push(this.state);
      this.undone = [];
      const [followed] = next.advice.splice(
        next.advice.findIndex(({ key }) => key === message.key),
        1
      );
      followed!.blocks.forEach(block =>
        apply(next, { edit: 'AddComponent', block, kind: 'ReLU', params: '', index: null })
      );
      this.set(next);
    } else if (message.kind === 'undo' && this.done.length) {
      this.undone.push(this.state);
      this.set(this.done.pop()!);
    } else if (message.kind === 'redo' && this.undone.length) {
      this.done.push(this.state);
      this.set(this.undone.pop()!);
    } else {
      this.set(next);
    }
  }

  private set(next: State): void {
    const revision = this.state.revision + 1;
    this.state = { ...next, revision, can_undo: this.done.length > 0, can_redo: this.undone.length > 0 };
    this.publish(structuredClone(this.state));
  }
}

type Item = LayerState | BlockState | ComponentState;

function listOf(layers: LayerState[], id: string): [Item[], number] {
  const lists: Item[][] = [
    layers,
    ...layers.map(({ blocks }) => blocks),
    ...layers.flatMap(({ blocks }) => blocks.map(({ components }) => components))
  ];
  const list = lists.find(items => items.some(item => item.id === id))!;
  return [list, list.findIndex(item => item.id === id)];
}

function put(layers: LayerState[], item: Item, to: string | null, index: number | null): void {
  const asBlock = (one: Item): BlockState => ('components' in one ? one : block(one as ComponentState));
  const parent = to === null ? null : listOf(layers, to)[0].find(({ id }) => id === to)!;
  const list: Item[] = !parent
    ? layers
    : 'blocks' in parent
      ? parent.blocks
      : (parent as BlockState).components;
  const child = !parent
    ? 'blocks' in item
      ? item
      : layer(asBlock(item))
    : 'blocks' in parent
      ? asBlock(item)
      : item;
  list.splice(index ?? list.length, 0, child);
}

function renamed(item: Item): Item {
  if ('blocks' in item) {
    return { ...item, id: nextId('L'), blocks: item.blocks.map(renamed) as BlockState[] };
  }
  return 'components' in item
    ? { ...item, id: nextId('B'), components: item.components.map(renamed) as ComponentState[] }
    : { ...item, id: nextId('C') };
}

function apply(network: State, edit: Edit): void {
  const { layers } = network;
  if (edit.edit === 'RemoveLink') {
    network.links = network.links.filter(
      ({ source, target }) => source !== edit.source || target !== edit.target
    );
    return;
  }
  const id =
    'component' in edit ? edit.component : 'block' in edit ? edit.block : 'layer' in edit ? edit.layer : '';
  const to = 'to' in edit ? edit.to : null;
  const index = 'index' in edit ? edit.index : null;
  if (edit.edit.startsWith('Add') && 'kind' in edit) {
    put(layers, component(edit.kind, edit.params), edit.edit === 'AddLayer' ? null : id, index);
  } else if (edit.edit === 'SetParams') {
    const [list, at] = listOf(layers, id);
    (list[at] as ComponentState).params = edit.params;
  } else if (edit.edit === 'SetMerge') {
    const [list, at] = listOf(layers, id);
    (list[at] as LayerState).merge = edit.merge;
  } else if (edit.edit.startsWith('Copy')) {
    const [list, at] = listOf(layers, id);
    put(layers, renamed(structuredClone(list[at]!)), to, index);
  } else {
    const [list, at] = listOf(layers, id);
    const [item] = list.splice(at, 1);
    if (edit.edit.startsWith('Move')) {
      put(layers, item!, to, index);
    }
  }
  layers.forEach(one => (one.blocks = one.blocks.filter(({ components }) => components.length)));
  layers.splice(0, layers.length, ...layers.filter(({ blocks }) => blocks.length));
}
