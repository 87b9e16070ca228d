import type { Core } from 'cytoscape';

import type { Requests } from '../common/requests';
import type { Linking } from './linking';
import type { GraphEdge, GraphNode, GraphState } from './protocol';
import type { Scene } from './scene';
import type { Viewport } from './viewport';

/** The part of the view that commands use. */
export interface Host {
  readonly scene: Scene;
  readonly viewport: Viewport;
  readonly linking: Linking;
  readonly requests: Requests;
  /** The last drawn state; null before the first. */
  readonly state: GraphState | null;
  /** Whether edits are disabled now. */
  readonly locked: boolean;
  /** Whether runs of equal layers are drawn as one. */
  readonly collapsed: boolean;
  /** Whether the keyboard was used last. */
  readonly keyboard: boolean;
  /** Selected blocks. */
  readonly selected: ReadonlySet<string>;
  /** Id of the selected link. */
  readonly link: string | null;
  /** Id of the node or link where the keyboard is. */
  current: string | null;

  item(id: string | null): GraphNode | GraphEdge | undefined;
  /** Moves the keyboard to a node or link. */
  stand(id: string | null): void;
  /** Selects blocks, and notifies listeners. */
  select(blocks: Iterable<string>): void;
  /** Selects a link alone. */
  selectLink(id: string): void;
  /** Requests that runs of equal layers are drawn as one, or separately. */
  collapse(): void;
  say(text: string): void;
  /** Tells screen readers the position of the keyboard. */
  tell(): void;
  toggleHelp(): void;
}

/** The further parts of the view that the mouse uses. */
export interface Ground extends Host {
  readonly cy: Core;
  readonly root: HTMLElement;
  readonly stage: HTMLElement;
  /** Shows all marks as they are now. */
  show(): void;
}
