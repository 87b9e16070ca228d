import type { Command, Commands } from './commands';
import { element, setAttribute } from './dom';
import { icon } from './icons';

/** The buttons of an editor's toolbar, one for each command that has a place there. */
export class Tools<Host> {
  private readonly buttons: readonly (readonly [Command<Host>, HTMLButtonElement])[];

  constructor(commands: Commands<Host>) {
    this.buttons = commands.rows.flatMap(row => {
      const { tool } = row;
      return tool ? [[row, button(row.id, tool, commands.titled(row.id))] as const] : [];
    });
  }

  /** The buttons at the start of the toolbar, or at its end. */
  at(side: 'start' | 'end'): HTMLButtonElement[] {
    return this.buttons.flatMap(([{ tool }, node]) =>
      Boolean(tool!.end) === (side === 'end') ? [node] : []
    );
  }

  /** Shows which commands are available and which are on. */
  update(host: Host): void {
    for (const [row, node] of this.buttons) {
      node.disabled = !(row.isEnabled?.(host) ?? true);
      if (row.isOn) {
        setAttribute(node, 'aria-pressed', String(row.isOn(host)));
      }
    }
  }
}

function button(
  act: string,
  { icon: name, text }: NonNullable<Command<unknown>['tool']>,
  title: string
): HTMLButtonElement {
  return element(
    'button',
    { type: 'button', class: 'osl-button osl-tool', 'data-act': act, title, 'aria-label': title },
    icon(name),
    text ? element('span', { class: 'osl-tool-text' }, text) : null
  );
}
