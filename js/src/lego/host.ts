import type { Ask } from '../common/messages';
import type { Then } from '../common/requests';
import type { Planned } from './gestures';
import type { Selection } from './selection';
import type { Level, Tree } from './tree';

/** The text field with a component's parameters, see `ComponentView`. */
export interface ParameterField {
  readonly field: HTMLInputElement;
  /** Whether it holds something that Python has not taken. */
  readonly dirty: boolean;
  take(): string | null;
  keep(): void;
  answered(taken: boolean): void;
  revert(): void;
}

/** The part of the editor that commands and gestures use. */
export interface Host {
  /** The last drawn state; null before the first. */
  readonly tree: Tree | null;
  readonly selection: Selection;
  /** Ids of collapsed layers. */
  readonly collapsed: Set<string>;
  /** Whether edits are disabled now. */
  readonly locked: boolean;

  item(id: string | null): HTMLElement | undefined;
  parametersOf(id: string | null): ParameterField | undefined;
  /** Moves the keyboard to an item; to the current one, if none is named. */
  focus(id?: string | null): void;
  /** Shows where the keyboard is and what is selected. */
  mark(): void;
  redraw(): void;
  say(text: string): void;

  /** Whether edits are possible now; if not, shows why. */
  permits(): boolean;
  /** Works out a gesture once the requests before it are through, and sends it. */
  perform(plan: (tree: Tree) => Planned, options?: Performing): void;
  /** Sends a request once those before it are through; `at`: the item that shows a refusal. */
  request(make: (tree: Tree) => [Ask, Then] | string, options?: Asking): void;

  /** Opens the palette at an element, or at the network. */
  openPalette(opener: Element | null, title: string, pick: (kind: string, params: string) => void): void;
  toggleHelp(): void;
  /** Lets the user choose a file to load. */
  chooseFile(): void;
  dismissNote(key: string): void;
  /** Shows a layer's merge, or the template, as Python has it. */
  revertMerge(layer: string): void;
  revertTemplate(): void;
}

export interface Asking {
  /** The item that shows a refusal. */
  at?: string | null;
  /** Called if no answer will come. */
  dropped?: () => void;
}

export interface Performing {
  /** The item that shows a refusal. */
  at?: string | null;
  /** The level of the item that the gesture makes: it gets the focus. */
  makes?: Level | null;
  /** Called if nothing comes of it. */
  undone?: () => void;
}
