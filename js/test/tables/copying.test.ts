import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Copying } from '../../src/tables/copying';
import type { Answer, Request } from '../../src/common/messages';

const write = vi.fn<(text: string) => Promise<void>>();

beforeEach(() => {
  write.mockReset().mockResolvedValue();
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: write }, configurable: true });
});

afterEach(() => document.body.replaceChildren());

function page() {
  const sent: Request[] = [];
  const copying = new Copying('Copy as Python', message => sent.push(message));
  document.body.append(copying.node);
  const button = copying.node.querySelector('button')!;
  const text = copying.node.querySelector('textarea')!;
  const offer = copying.node.querySelector<HTMLElement>('.osl-copy-offer')!;
  const news = (): string => copying.node.querySelector('.osl-news')!.textContent;
  copying.enable(true);
  /** Answers, and lets what comes of it happen. */
  const answer = async (more: Partial<Answer> = {}): Promise<void> => {
    const copied = { kind: 'copied', request: sent.at(-1)!.request, text: 'cells', note: 'copied 7 cells' };
    copying.answer({ ...copied, ...more } as Answer);
    await new Promise(resolve => setTimeout(resolve));
  };
  return { copying, sent, button, text, offer, news, answer };
}

describe('copying', () => {
  it('puts what Python answers on the clipboard, and says so', async () => {
    const { button, sent, answer, news } = page();
    button.click();
    expect(sent).toHaveLength(1);
    expect([news(), button.disabled]).toEqual(['asking Python…', true]);
    await answer();
    expect(write.mock.calls).toEqual([['cells']]);
    expect([news(), button.disabled]).toEqual(['copied 7 cells', false]);
  });

  it('offers the text where the browser does not allow it', async () => {
    write.mockRejectedValue(new Error('not allowed'));
    const { button, answer, text, offer, news } = page();
    button.click();
    await answer();
    expect(offer.hidden).toBe(false);
    expect(text.value).toBe('cells');
    expect(document.activeElement).toBe(text);
    expect([text.selectionStart, text.selectionEnd]).toEqual([0, 5]);
    expect(news()).toContain('Press Ctrl+C');
    text.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(offer.hidden).toBe(true);
    expect(document.activeElement).toBe(button);
  });

  it('does not say for good that it asks a Python that has gone', () => {
    const { copying, button, news } = page();
    button.click();
    copying.enable(false);
    expect(news()).toBe('Not done: Python no longer answers');
    copying.enable(true);
    expect(button.disabled).toBe(false);
  });

  it('leaves the keyboard with whoever works elsewhere when the answer comes', async () => {
    write.mockRejectedValue(new Error('not allowed'));
    const { button, answer, offer } = page();
    const cell = document.body.appendChild(document.createElement('textarea'));
    button.click();
    cell.focus();
    await answer();
    expect(offer.hidden).toBe(false);
    expect(document.activeElement).toBe(cell);
  });

  it('tells why Python refuses', async () => {
    const { button, answer, news } = page();
    button.click();
    await answer({ kind: 'answer', ok: false, message: 'a broken log', remedy: 'start anew' } as never);
    expect(news()).toBe('Not done: a broken log; start anew');
    expect(write).not.toHaveBeenCalled();
  });

  it('hears no answers to others, and none twice', async () => {
    const { button, sent, answer, copying } = page();
    button.click();
    await answer({ request: sent[0]!.request + 1 });
    expect(write).not.toHaveBeenCalled();
    await answer();
    await answer();
    expect(write).toHaveBeenCalledTimes(1);
    copying.enable(false);
    expect(button.disabled).toBe(true);
  });
});
