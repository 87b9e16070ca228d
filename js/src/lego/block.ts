import type { ComponentView } from './component';
import { element, reconcile, setAttribute } from '../common/dom';
import {
  FitnessBar,
  type Shared,
  button,
  headNode,
  itemNode,
  listNode,
  markProblem,
  showCount
} from './items';
import type { BlockState, ComponentState } from './protocol';

/** A block: one choice of its layer, a row of components. */
export class BlockView {
  readonly node: HTMLElement;
  private readonly list: HTMLElement;
  private readonly fitness = new FitnessBar();
  private readonly untrained = element(
    'span',
    { class: 'osl-tag', title: 'It was not trained yet: its score says nothing', hidden: true },
    'untrained'
  );
  private readonly count = element('span', { class: 'osl-count' });
  private readonly notes = element('div', { class: 'osl-notes', hidden: true });

  constructor(
    id: string,
    private readonly shared: Shared
  ) {
    this.list = listNode('component', id, shared.drag);
    this.list.append(button('add-component', `Add a component to ${id} (a)`, 'plus'));
    const head = headNode(
      'block',
      id,
      this.fitness.node,
      this.untrained,
      element('span', { class: 'osl-space' }),
      this.count,
      button('duplicate', `Duplicate ${id} (d)`, 'copy'),
      button('remove', `Remove ${id} (Delete)`, 'close')
    );
    this.node = itemNode('block', id, element('div', { class: 'osl-box' }, head, this.notes, this.list));
  }

  /** `trained`: other blocks are trained already, so that one that is not stands out. */
  update(state: BlockState, trained: boolean, component: (state: ComponentState) => ComponentView): void {
    this.fitness.update(state.fitness);
    const untrained = state.untrained && trained;
    setAttribute(this.untrained, 'hidden', !untrained);
    // A component alone says its own number.
    showCount(this.count, state.components.length > 1 ? state.parameters : null);
    markProblem(this.node, state.problem);
    const kinds = state.components.map(({ kind }) => kind).join(', ');
    const score = state.fitness === null ? '' : `, fitness ${state.fitness.toFixed(2)}`;
    setAttribute(
      this.node,
      'aria-label',
      `Block ${state.id}: ${kinds}${score}${untrained ? ', untrained' : ''}`
    );
    this.shared.notes.draw(this.notes, state.id, state.problem);
    reconcile(
      this.list,
      state.components.map(child => component(child).node)
    );
  }

  destroy(): void {
    this.shared.drag.detach(this.list);
    this.node.remove();
  }
}
