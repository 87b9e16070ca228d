import { type About, BlockView } from './block';
import { ComponentView } from './component';
import { element, reconcile, setAttribute, setText } from '../common/dom';
import { type Shared, button, listNode } from './items';
import { LayerView, gapNode } from './layer';
import type { BlockState, ComponentState, State } from './protocol';

/** With this many layers a network is taller than any window, and only the visible part is drawn. */
const LARGE = 12;

type Item = { readonly node: HTMLElement; destroy(): void };

/** The nested lists: each item keeps its element wherever it moves. */
export class Network {
  readonly node: HTMLElement;
  readonly list: HTMLElement;
  private readonly views = new Map<string, Item>();
  private readonly input = element('span', { class: 'osl-pill', title: 'Shape of the data' });
  private readonly start = gapNode(this.input);
  private readonly empty = element('div', { class: 'osl-empty', hidden: true });
  private readonly end = button('add-layer', 'Add a layer at the end', '+ layer', {
    tabindex: '0',
    'data-at': 'end'
  });
  private used = new Set<string>();
  private about: About = { trained: false, advice: [] };

  constructor(private readonly shared: Shared) {
    this.list = listNode('layer', null, shared.drag);
    setAttribute(this.list, 'aria-label', 'Network');
    setAttribute(this.list, 'aria-multiselectable', 'true');
    this.start.querySelector('button')!.dataset.at = 'start';
    this.node = element('div', { class: 'osl-network' }, this.start, this.empty, this.list, this.end);
    this.showEmpty('Waiting for the network from Python…');
  }

  draw(state: State, collapsed: ReadonlySet<string>): void {
    this.used = new Set();
    const blocks = state.layers.flatMap(layer => layer.blocks);
    const trained = blocks.some(({ parameters, untrained }) => parameters && !untrained);
    this.about = { trained, advice: state.advice };
    setText(this.input, state.input);
    const layers = state.layers.map(layer => {
      const view = this.view(layer.id, LayerView);
      view.update(layer, state, collapsed.has(layer.id), block => this.block(block));
      return view.node;
    });
    reconcile(this.list, layers);
    this.list.classList.toggle('osl-large', layers.length >= LARGE);
    for (const [id, view] of this.views) {
      if (!this.used.has(id)) {
        view.destroy();
        this.views.delete(id);
      }
    }
    this.showEmpty(layers.length ? null : 'No layers yet. Pick a template above, or add the first layer.');
  }

  item(id: string | null): HTMLElement | undefined {
    return id === null ? undefined : this.views.get(id)?.node;
  }

  component(id: string | null): ComponentView | undefined {
    const view = id === null ? undefined : this.views.get(id);
    return view instanceof ComponentView ? view : undefined;
  }

  layer(id: string): LayerView | undefined {
    const view = this.views.get(id);
    return view instanceof LayerView ? view : undefined;
  }

  /** Shows the selection, and lets Tab reach only the current item. */
  mark(selected: ReadonlySet<string>, current: string | null): void {
    for (const [id, { node }] of this.views) {
      setAttribute(node, 'aria-selected', String(selected.has(id)));
      setAttribute(node, 'tabindex', id === current ? 0 : -1);
    }
  }

  lock(locked: boolean): void {
    this.list.querySelectorAll<HTMLInputElement>('.osl-params').forEach(field => (field.readOnly = locked));
    this.list.querySelectorAll<HTMLSelectElement>('.osl-merge').forEach(select => (select.disabled = locked));
  }

  destroy(): void {
    this.views.forEach(view => view.destroy());
    this.node.remove();
  }

  private block(state: BlockState): BlockView {
    const view = this.view(state.id, BlockView);
    view.update(state, this.about, component => this.drawComponent(component));
    return view;
  }

  private drawComponent(state: ComponentState): ComponentView {
    const view = this.view(state.id, ComponentView);
    view.update(state);
    return view;
  }

  private view<V extends Item>(id: string, type: new (id: string, shared: Shared) => V): V {
    this.used.add(id);
    const there = this.views.get(id);
    if (there instanceof type) {
      return there;
    }
    there?.destroy();
    const view = new type(id, this.shared);
    this.views.set(id, view);
    return view;
  }

  private showEmpty(text: string | null): void {
    setAttribute(this.empty, 'hidden', text === null);
    setAttribute(this.start, 'hidden', text !== null);
    setText(this.empty, text ?? '');
  }
}
