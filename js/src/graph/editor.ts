import type { Core } from 'cytoscape';

import { element, setAttribute } from '../common/dom';
import type { Looked } from '../common/attention';
import { Help } from '../common/help';
import type { Answer, Request } from '../common/messages';
import { Requests } from '../common/requests';
import { watchSize } from '../common/size';
import { Strip } from './candidate';
import { Canvas } from './canvas';
import { Card } from './card';
import { remove } from './choosing';
import { COMMANDS, GESTURES } from './commands';
import { listenToKeys } from './events';
import type { Ground } from './host';
import { Hover } from './hover';
import { Linking } from './linking';
import { type Mark, Marking, pointedAt } from './marks';
import { Overview } from './overview';
import { Pointer } from './pointer';
import type { Candidate, GraphEdge, GraphNode, GraphState, Marks } from './protocol';
import { letRest } from './rest';
import { Scene } from './scene';
import { Status } from './status';
import { stylesheet } from './style';
import { type Theme, readTheme, watchTheme } from './theme';
import { Toolbar } from './toolbar';
import { Viewport } from './viewport';
import { describe } from './walk';

export interface Options {
  /** Makes the graph in an element of the page. */
  create(container: HTMLElement): Core;
  /** Sends a message to Python. */
  send(message: Request): void;
  /** Called with the selected blocks whenever they change here. */
  select?(blocks: string[]): void;
  /** Called with the block under the pointer, or an empty text, at most ten times a second. */
  hover?(block: string): void;
  /** Called to draw runs of equal layers as one, or separately. */
  collapse?(collapsed: boolean): void;
  /** Called with each announcement, such as `Linked L2 to L4`. */
  say?(text: string): void;
}

/** The view's element, through which tests reach the graph. */
export type GraphRoot = HTMLElement & {
  oslGraph?: Core;
  /** What a node or edge is shown as. */
  oslMarks?(id: string): Mark[];
  /** How many times it was drawn. */
  oslFrames?: number;
};

/**
 * Shows a whole network as a graph of blocks, and lets users draw and remove its links (§5.2). Python decides about
 * positions and possible links: this class draws the states that it receives and sends edits.
 */
export class GraphEditor implements Ground {
  readonly root: GraphRoot;
  readonly stage: HTMLElement;
  readonly cy: Core;
  readonly scene: Scene;
  readonly viewport: Viewport;
  readonly linking = new Linking(() => this.aimed());
  private readonly toolbar: Toolbar;
  private readonly status = new Status();
  readonly requests: Requests;
  private readonly help: Help;
  state: GraphState | null = null;
  collapsed = false;
  selected: ReadonlySet<string> = new Set();
  link: string | null = null;
  current: string | null = null;
  private marks: Marks = {};
  private looked: Looked = null;
  private theme: Theme;
  private readonly marking: Marking;
  private readonly canvas: Canvas;
  private readonly overview: Overview;
  private readonly strip = new Strip();
  private readonly card = new Card(() => remove(this));
  readonly pointer: Pointer;
  private readonly hover: Hover;
  private readonly forgetSize: () => void;
  private readonly forgetTheme: () => void;

  constructor(
    host: HTMLElement,
    private readonly options: Options
  ) {
    const container = element('div', { class: 'osl-graph-canvas' });
    this.stage = element(
      'div',
      {
        class: 'osl-stage',
        tabindex: 0,
        role: 'application',
        'aria-roledescription': 'graph of the network',
        'aria-label': 'Network: move with the arrow keys, press ? for all keys'
      },
      container
    );
    this.toolbar = new Toolbar(this);
    this.root = element(
      'div',
      { class: 'osl-graph' },
      this.toolbar.node,
      this.stage,
      this.strip.node,
      this.status.node
    );
    host.append(this.root);
    this.cy = this.root.oslGraph = options.create(container);
    this.cy.autoungrabify(true);
    this.cy.autounselectify(true);
    this.cy.boxSelectionEnabled(true);
    letRest(this.cy);
    this.theme = readTheme(this.root);
    this.scene = new Scene(this.cy);
    this.viewport = new Viewport(this.cy, this.stage);
    this.marking = new Marking(this.scene);
    this.root.oslMarks = id => [...this.marking.of(id)];
    this.requests = new Requests({
      post: message => options.send(message),
      slow: waits => this.root.classList.toggle('osl-waiting', waits),
      say: text => this.say(text),
      reason: () => this.state?.reason ?? null
    });
    this.hover = new Hover(block => options.hover?.(block));
    this.canvas = new Canvas(
      this.cy,
      () => this.picture(),
      () => this.drawn()
    );
    this.overview = new Overview(this.cy, () => this.viewport.touch());
    this.pointer = new Pointer(this, block => this.hover.set(block));
    this.stage.append(this.canvas.node, this.pointer.handle, this.overview.node, this.card.node);
    const lines = [...COMMANDS.help(), ...GESTURES];
    this.help = new Help(this.root, lines, () => this.stage.focus({ preventScroll: true }));
    listenToKeys(this, () => this.pointer.takeKeyboard());
    this.forgetTheme = watchTheme(() => this.restyle());
    this.forgetSize = watchSize(this.stage, () => this.resized());
    this.cy.style(stylesheet(this.theme));
    this.lock();
  }

  // ---- from Python -------------------------------------------------------------------------------------------------

  /** Draws a state. */
  update(state: GraphState): void {
    this.state = state;
    this.requests.drawn(state.revision);
    this.scene.update(state);
    this.follow();
    this.lock();
    this.show();
    this.overview.draw(state.nodes, this.theme);
    this.viewport.settle();
    this.canvas.schedule();
  }

  /** Handles Python's answer to a request. */
  answer(answer: Answer): void {
    this.requests.answer(answer);
  }

  /** Sets whether Python is connected; without it no edits are possible. */
  setConnected(connected: boolean): void {
    if (this.requests.setConnected(connected)) {
      this.lock();
    }
  }

  /** Shows a selection that was made elsewhere, and brings it into view. */
  setSelected(blocks: readonly string[]): void {
    if (blocks.length === this.selected.size && blocks.every(block => this.selected.has(block))) {
      return;
    }
    this.selected = new Set(blocks);
    this.link = null;
    const node = blocks.flatMap(block => this.scene.nodesOf(block))[0];
    if (node) {
      this.current = node.id;
      this.viewport.reveal(node);
    }
    this.show();
  }

  /** Shows which block the pointer is at in another view. */
  setHovered(block: string): void {
    this.hover.follow(block);
    this.pointer.follow(block);
    this.show();
  }

  setMarks(marks: Marks): void {
    this.marks = marks;
    this.show();
  }

  /** Shows the candidate that is hovered on the map, before Python reports it; null shows Python's. */
  setLooked(blocks: Looked): void {
    // A candidate from before an edit may have blocks that no longer exist.
    this.looked = blocks?.every(block => this.scene.nodesOf(block).length > 0) ? blocks : null;
    this.show();
  }

  /** Sets the description of the blocks highlighted as a region; empty for none. */
  setRegion(region: string): void {
    this.toolbar.showRegion(region);
  }

  setCandidate(candidate: Candidate | null): void {
    this.strip.update(candidate);
  }

  setCollapsed(collapsed: boolean): void {
    this.collapsed = collapsed;
    this.lock();
  }

  destroy(): void {
    this.requests.clear();
    this.hover.destroy();
    this.pointer.destroy();
    this.forgetTheme();
    this.forgetSize();
    this.canvas.destroy();
    this.strip.destroy();
    this.help.destroy();
    const container = this.cy.container();
    this.cy.destroy();
    // cytoscape keeps references to its own element, but to nothing else of the page.
    container?.remove();
    delete this.root.oslGraph;
    delete this.root.oslMarks;
    this.root.remove();
  }

  // ---- user actions ----------------------------------------------------------------------------------------------

  say(text: string): void {
    this.status.say(text);
    this.options.say?.(text);
  }

  select(blocks: Iterable<string>): void {
    const next = new Set(blocks);
    this.link = null;
    if (next.size !== this.selected.size || [...next].some(block => !this.selected.has(block))) {
      this.selected = next;
      this.options.select?.([...next]);
    }
    this.show();
  }

  selectLink(id: string): void {
    this.select([]);
    this.link = id;
    this.show();
  }

  stand(id: string | null): void {
    this.current = id;
    const item = this.item(id);
    if (item) {
      const node = 'role' in item ? item : this.scene.nodes.get(item.source);
      if (node) {
        this.viewport.reveal(node);
      }
      if (this.linking.active) {
        this.linking.aim('role' in item ? item : null);
      }
    }
    this.show();
    this.tell();
  }

  tell(): void {
    const item = this.item(this.current);
    this.status.tell(item ? describe(item, this.marking.of(item.id)) : '');
  }

  item(id: string | null): GraphNode | GraphEdge | undefined {
    return id === null ? undefined : (this.scene.nodes.get(id) ?? this.scene.edges.get(id));
  }

  get locked(): boolean {
    return this.requests.reason() !== null || !this.state;
  }

  get keyboard(): boolean {
    return this.pointer.keyboard;
  }

  toggleHelp(): void {
    this.help.toggle(this.toolbar.node.querySelector('[data-act="help"]')!);
  }

  /** Python lays out. */
  collapse(): void {
    if (this.requests.connected) {
      this.options.collapse?.(!this.collapsed);
    } else {
      this.say(this.requests.reason()!);
    }
  }

  // ---- drawing -----------------------------------------------------------------------------------------------------

  show(): void {
    const { selected, current, link, looked } = this;
    const marks = looked ? pointedAt(this.marks, looked) : this.marks;
    const { from, to } = this.linking;
    const pointer = this.pointer.id;
    const shown = { marks, selected, pointer, current, link, from: from?.id ?? null, to: to?.id ?? null };
    this.marking.show(shown);
    this.showCard();
    this.canvas.schedule();
  }

  private picture() {
    const { theme, linking, pointer } = this;
    const { from, to, point } = linking;
    const end = point ?? (to && { x: to.x - to.width / 2, y: to.y });
    return {
      nodes: this.scene.nodes.values(),
      edges: this.scene.edges.values(),
      courses: this.scene.courses,
      marksOf: (id: string) => this.marking.of(id),
      theme,
      focused: pointer.keyboard,
      rubber: from && end ? { from, to: end } : null
    };
  }

  /** A frame was drawn: what lies over it follows. */
  private drawn(): void {
    this.root.oslFrames = (this.root.oslFrames ?? 0) + 1;
    this.pointer.place();
    this.showCard();
    this.overview.follow();
    if (this.state) {
      setAttribute(this.root, 'data-revision', this.state.revision);
    }
  }

  private showCard(): void {
    const item = this.item(this.pointer.cardOf() ?? this.link);
    if (!item || this.linking.active) {
      this.card.hide();
    } else if ('role' in item) {
      this.card.showNode(item, this.pointer.boxOf(item));
    } else {
      const middle = this.pointer.middleOf(item);
      this.card.showLink(item, middle, item.id === this.link && this.requests.reason() === null);
    }
  }

  private aimed(): void {
    this.root.classList.toggle('osl-linking', this.linking.active);
    this.lock();
    this.show();
  }

  /** Forgets items that no longer exist. */
  private follow(): void {
    const known = new Set(this.state!.nodes.flatMap(node => node.blocks));
    if ([...this.selected].some(block => !known.has(block))) {
      this.select([...this.selected].filter(block => known.has(block)));
    }
    this.link = this.item(this.link) ? this.link : null;
    if (this.current !== null && !this.item(this.current)) {
      this.current = this.scene.nodesOf(this.current)[0]?.id ?? null;
    }
    if (this.linking.from && !this.scene.nodes.has(this.linking.from.id)) {
      this.linking.cancel();
    }
    this.pointer.check();
  }

  private resized(): void {
    this.viewport.resize();
    this.canvas.schedule();
  }

  private restyle(): void {
    this.theme = readTheme(this.root);
    this.cy.style(stylesheet(this.theme));
    this.overview.draw(this.state?.nodes ?? [], this.theme);
    this.canvas.schedule();
  }

  private lock(): void {
    this.root.classList.toggle('osl-locked', this.locked);
    this.status.update(this.state, this.requests.reason());
    this.toolbar.update(this);
  }
}
