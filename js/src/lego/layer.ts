import { AdviceLines } from './advice';
import type { BlockView } from './block';
import { COMMANDS } from './commands';
import { element, reconcile, setAttribute, setText } from '../common/dom';
import { type Shared, button, headNode, itemNode, listNode, markProblem, showCount } from './items';
import type { BlockState, LayerState, State } from './protocol';

/** A layer: its alternative blocks, how they are merged, and the output's shape. */
export class LayerView {
  readonly node: HTMLElement;
  private readonly list: HTMLElement;
  private readonly merge: HTMLSelectElement;
  private merged = '';
  private readonly links = element('span', { class: 'osl-links' });
  private readonly count = element('span', { class: 'osl-count' });
  private readonly notes = element('div', { class: 'osl-notes', hidden: true });
  private readonly advice = new AdviceLines();
  private readonly summary = element('span', { class: 'osl-summary' });
  private readonly shape = element('span', { class: 'osl-pill' });

  constructor(
    id: string,
    private readonly shared: Shared
  ) {
    this.list = listNode('block', id, shared.drag);
    this.merge = element(
      'select',
      {
        class: 'osl-merge',
        'data-act': 'merge',
        title: COMMANDS.titled('merge', 'How the blocks are merged'),
        'aria-label': `How the blocks of ${id} are merged`,
        tabindex: -1
      },
      ...shared.merges.map(merge => element('option', { value: merge }, merge))
    );
    const head = headNode(
      'layer',
      id,
      this.merge,
      this.links,
      this.summary,
      element('span', { class: 'osl-space' }),
      this.count,
      button('duplicate', `Duplicate ${id}`, 'copy'),
      button('remove', `Remove ${id}`, 'close'),
      button('add-block', `Add a block to ${id}`, '+ block')
    );
    head.prepend(button('collapse', `Collapse or expand ${id}`, 'chevron'));
    this.node = itemNode(
      'layer',
      id,
      element('div', { class: 'osl-box' }, head, this.notes, this.list, this.advice.node),
      gapNode(this.shape)
    );
  }

  update(
    state: LayerState,
    { links, advice }: Pick<State, 'links' | 'advice'>,
    collapsed: boolean,
    block: (state: BlockState) => BlockView
  ): void {
    const several = state.blocks.length > 1;
    this.merged = state.merge;
    // Do not change a list while the user chooses from it.
    if (document.activeElement !== this.merge) {
      this.revert();
    }
    this.merge.classList.toggle('osl-quiet', !several);
    setText(this.shape, state.output ?? '?');
    setAttribute(
      this.shape,
      'title',
      state.output ? `Output of ${state.id}` : `Output of ${state.id}: not known yet`
    );
    showCount(this.count, state.parameters);
    this.drawLinks(links.filter(({ target }) => target === state.id));
    this.advice.update(advice.filter(({ layer }) => layer === state.id));
    this.collapse(collapsed, state);
    markProblem(this.node, state.problem);
    const output = state.output ? `, output ${state.output}` : '';
    const blocks = several ? `${state.merge} of ${state.blocks.length} blocks` : '1 block';
    setAttribute(this.node, 'aria-label', `Layer ${state.id}: ${blocks}${output}`);
    this.shared.notes.draw(this.notes, state.id, state.problem);
    reconcile(
      this.list,
      state.blocks.map(child => block(child).node)
    );
  }

  /** Puts back what Python holds. */
  revert(): void {
    this.merge.value = this.merged;
  }

  private collapse(collapsed: boolean, state: LayerState): void {
    setAttribute(this.node, 'aria-expanded', String(!collapsed));
    setAttribute(this.list, 'hidden', collapsed);
    this.advice.show(!collapsed);
    const kinds = state.blocks
      .map(({ components }) => components.map(({ kind }) => kind).join(' '))
      .join(' | ');
    setText(this.summary, collapsed ? kinds : '');
  }

  private drawLinks(links: State['links']): void {
    const sources = links.map(({ source }) => source).join(' ');
    if (this.links.dataset.sources === sources) {
      return;
    }
    this.links.dataset.sources = sources;
    this.links.replaceChildren(
      ...links.map(({ source, target }) => {
        const remove = button('unlink', `Remove the link from ${source}`, 'close', {
          'data-source': source,
          'data-target': target
        });
        return element(
          'span',
          { class: 'osl-tag', title: `Also receives the output of ${source}` },
          `from ${source}`,
          remove
        );
      })
    );
  }

  destroy(): void {
    this.shared.drag.detach(this.list);
    this.node.remove();
  }
}

/** What stands between two layers: the shape that goes through, and a way to add a layer there. */
export function gapNode(shape: HTMLElement): HTMLElement {
  return element('div', { class: 'osl-gap' }, shape, button('add-layer', 'Add a layer here', '+ layer'));
}
