import { AdviceMark } from './advice';
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
import type { Advice, BlockState, ComponentState } from './protocol';

/** What a block is drawn with besides its own state. */
export interface About {
  /** Whether some block is trained already, so that one that is not stands out. */
  trained: boolean;
  /** All advice on the network. */
  advice: readonly Advice[];
}

/** A block: one choice of its layer, a row of components. */
export class BlockView {
  readonly node: HTMLElement;
  private readonly list: HTMLElement;
  private readonly mark = new AdviceMark();
  private readonly fitness = new FitnessBar();
  private readonly untrained = element(
    'span',
    { class: 'osl-tag', title: 'Not trained yet: its score means nothing', hidden: true },
    'untrained'
  );
  private readonly count = element('span', { class: 'osl-count' });
  private readonly notes = element('div', { class: 'osl-notes', hidden: true });

  constructor(
    id: string,
    private readonly shared: Shared
  ) {
    this.list = listNode('component', id, shared.drag);
    this.list.append(button('add-component', `Add a component to ${id}`, 'plus'));
    const head = headNode(
      'block',
      id,
      this.mark.node,
      this.fitness.node,
      this.untrained,
      element('span', { class: 'osl-space' }),
      this.count,
      button('duplicate', `Duplicate ${id}`, 'copy'),
      button('remove', `Remove ${id}`, 'close')
    );
    this.node = itemNode('block', id, element('div', { class: 'osl-box' }, head, this.notes, this.list));
  }

  update(
    state: BlockState,
    { trained, advice }: About,
    component: (state: ComponentState) => ComponentView
  ): void {
    const advised = advice.filter(({ blocks }) => blocks.includes(state.id));
    this.mark.update(advised);
    this.fitness.update(state.fitness);
    const untrained = state.untrained && trained;
    setAttribute(this.untrained, 'hidden', !untrained);
    // A single component shows its own number.
    showCount(this.count, state.components.length > 1 ? state.parameters : null);
    markProblem(this.node, state.problem);
    const kinds = state.components.map(({ kind }) => kind).join(', ');
    const told = advised.map(({ what }) => `; ${what}`).join('');
    const score = state.fitness === null ? '' : `, fitness ${state.fitness.toFixed(2)}`;
    setAttribute(
      this.node,
      'aria-label',
      `Block ${state.id}: ${kinds}${score}${untrained ? ', untrained' : ''}${told}`
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
