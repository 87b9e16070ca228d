import { element, setAttribute } from '../common/dom';
import { icon } from '../common/icons';
import type { Refusal } from '../common/messages';
import { COMMANDS } from './commands';
import type { ComponentState, Problem, Repair } from './protocol';

/** The sentence about a repair: the parameter, its old and its new value. */
export function repairText({ name, old, new: now }: Repair): string {
  return old === null || old === '' ? `${name} = ${now}` : `${name} ${old} → ${now}`;
}

/** The notes below an item: problems, refusals and repairs. */
export class Notes {
  private readonly dismissed = new Set<string>();
  private readonly refusals = new Map<string, Refusal>();
  private readonly drawn = new WeakMap<HTMLElement, string>();

  /** Draws the notes of an item into a container, if they are other than before. */
  draw(container: HTMLElement, id: string, problem: Problem | null, repairs: readonly Repair[] = []): void {
    const left = repairs.filter(repair => !this.dismissed.has(keyOf(id, repair)));
    const refusal = this.refusals.get(id) ?? null;
    const key = JSON.stringify([problem, refusal, left]);
    if (this.drawn.get(container) === key) {
      return;
    }
    this.drawn.set(container, key);
    setAttribute(container, 'hidden', !problem && !refusal && !left.length);
    container.replaceChildren(
      ...(problem ? [this.problem(problem, id)] : []),
      ...(refusal ? [this.refusal(refusal, id)] : []),
      ...left.map(repair => this.repair(repair, id))
    );
  }

  /** The note of a problem, with a button for its remedy where there is one. */
  problem(problem: Problem, id: string, lead = ''): HTMLElement {
    const { message, expected, remedy, fix } = problem;
    const note = element('div', { class: 'osl-note osl-problem' }, element('span', {}, `${lead}${message}`));
    if (expected) {
      note.append(element('span', { class: 'osl-aside' }, `expected ${expected}`));
    }
    if (fix?.length) {
      const label = remedy ?? 'Fix';
      note.append(
        element(
          'button',
          {
            type: 'button',
            class: 'osl-button osl-remedy',
            'data-act': 'fix',
            'data-fix': id,
            title: COMMANDS.titled('fix', label)
          },
          label
        )
      );
    } else if (remedy) {
      note.append(element('span', { class: 'osl-aside' }, remedy));
    }
    return note;
  }

  /** Shows a refusal at an item until the next edit. */
  refuse(id: string, refusal: Refusal): void {
    this.refusals.set(id, refusal);
  }

  wasRefused(id: string): boolean {
    return this.refusals.has(id);
  }

  clearRefusals(): void {
    this.refusals.clear();
  }

  dismiss(key: string): void {
    this.dismissed.add(key);
    this.refusals.delete(key);
  }

  /** Forgets dismissals of repairs that no longer exist, so that the same repair is shown when it is made again. */
  follow(components: readonly ComponentState[]): void {
    const there = new Set(components.flatMap(({ id, repairs }) => repairs.map(repair => keyOf(id, repair))));
    for (const key of this.dismissed) {
      if (!there.has(key)) {
        this.dismissed.delete(key);
      }
    }
  }

  private refusal({ message, expected, remedy }: Refusal, id: string): HTMLElement {
    const note = element(
      'div',
      { class: 'osl-note osl-problem' },
      element('span', {}, `Not done: ${message}`)
    );
    const aside = [expected && `expected ${expected}`, remedy].filter(Boolean).join('; ');
    if (aside) {
      note.append(element('span', { class: 'osl-aside' }, aside));
    }
    note.append(dismissButton(id));
    return note;
  }

  private repair(repair: Repair, id: string): HTMLElement {
    const text = repairText(repair);
    return element(
      'div',
      {
        class: 'osl-note osl-repair',
        title: `Repaired so that the shapes fit: ${text}, ${repair.reason}. Undo reverts it.`
      },
      element('span', {}, element('b', {}, text), `: ${repair.reason}`),
      dismissButton(keyOf(id, repair))
    );
  }
}

function keyOf(id: string, repair: Repair): string {
  return JSON.stringify([id, repair.name, repair.old, repair.new]);
}

function dismissButton(key: string): HTMLElement {
  return element(
    'button',
    {
      type: 'button',
      class: 'osl-button',
      'data-act': 'dismiss',
      'data-key': key,
      title: 'Dismiss',
      'aria-label': 'Dismiss this note',
      tabindex: -1
    },
    icon('close')
  );
}
