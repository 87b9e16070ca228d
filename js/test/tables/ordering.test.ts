import { describe, expect, it, vi } from 'vitest';

import { Ordering } from '../../src/tables/ordering';
import type { Order } from '../../src/tables/protocol';

const ORDERS: Order[] = [
  ['mean', 'posterior mean'],
  ['score', 'score']
];

describe('what rows are ranked by', () => {
  it('is offered where there is a choice, and told when chosen', () => {
    const choose = vi.fn<(order: string) => void>();
    const ordering = new Ordering(choose);
    ordering.draw([], '', '');
    expect(ordering.node.hidden).toBe(true);
    ordering.draw(ORDERS, 'mean', 'The 2 candidates in the bracket cannot be told apart.');
    expect(ordering.node.hidden).toBe(false);
    expect(ordering.node.textContent).toContain('The 2 candidates');
    const select = ordering.node.querySelector('select')!;
    expect([...select.options].map(({ text }) => text)).toEqual(['posterior mean', 'score']);
    expect(select.value).toBe('mean');
    select.value = 'score';
    select.dispatchEvent(new Event('change'));
    expect(choose).toHaveBeenCalledWith('score');
  });

  it('keeps its keys from the notebook', () => {
    const { node } = new Ordering(() => {});
    const hear = vi.fn();
    document.body.append(node);
    document.body.addEventListener('keydown', hear);
    node.querySelector('select')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }));
    expect(hear).not.toHaveBeenCalled();
    node.remove();
  });
});
