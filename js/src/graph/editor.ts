import type { Core } from 'cytoscape';

import { element, setAttribute } from '../common/dom';
import type { Looked } from '../common/attention';
import type { Answer, Request } from '../common/messages';
import { watchSize } from '../common/size';
import { Strip } from './candidate';
import { Card } from './card';
import { Commands } from './commands';
import { listenToKeys } from './events';
import { Hover } from './hover';
import { Layer } from './layer';
import { Linking } from './linking';
import { type Mark, Marking, pointedAt } from './marks';
import { Overview } from './overview';
import { Pointer } from './pointer';
import type { Candidate, GraphEdge, GraphNode, GraphState, Marks } from './protocol';
import { Requests } from './requests';
import { letRest } from './rest';
import { Scene } from './scene';
import { Status } from './status';
import { stylesheet } from './style';
import { type Theme, readTheme, watchTheme } from './theme';
import { Toolbar } from './toolbar';
import { Viewport } from './viewport';
import { describe } from './walk';

export interface Options {
  /** Makes the graph in a place of the page. */
  create(container: HTMLElement): Core;
  /** Sends a message to Python. */
  send(message: Request): void;
  /** Told the selected blocks whenever they change here. */
  select?(blocks: string[]): void;
  /** Told the block under the pointer, or an empty text; at most ten times a second. */
  hover?(block: string): void;
  /** Asked to have runs of equal layers drawn as one, or not. */
  collapse?(collapsed: boolean): void;
  /** Told what the view announces, such as `Linked L2 to L4`. */
  say?(text: string): void;
}

/** The view's element. Tests, and people who are curious, find the graph at it. */
export type GraphRoot = HTMLElement & {
  oslGraph?: Core;
  /** What a node or edge is shown as. */
  oslMarks?(id: string): Mark[];
  /** How many times it was drawn. */
  oslFrames?: number;
};

/**
 * Shows a network whole, as a graph of blocks, and lets people draw and remove its links (§5.2). Where everything
 * stands, and what a link may join, is Python's: this draws the states that it is given and sends edits.
 */
export class GraphEditor {
  readonly root: GraphRoot;
  readonly stage: HTMLElement;
  readonly cy: Core;
  readonly scene: Scene;
  readonly viewport: Viewport;
  readonly linking = new Linking(() => this.aimed());
  readonly toolbar: Toolbar;
  readonly status = new Status();
  readonly requests: Requests;
  readonly commands: Commands;
  state: GraphState | null = null;
  collapsed = false;
  selected: ReadonlySet<string> = new Set();
  /** Id of the selected link. */
  link: string | null = null;
  /** Id of the node or link where the keyboard is. */
  current: string | null = null;
  private marks: Marks = {};
  private looked: Looked = null;
  private theme: Theme;
  private readonly marking: Marking;
  private readonly layer: Layer;
  private readonly overview: Overview;
  private readonly strip = new Strip();
  private readonly card = new Card(() => this.commands.run('remove'));
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
        'aria-label': 'Network: arrows walk, ? lists the keys'
      },
      container
    );
    this.commands = new Commands(this);
    this.toolbar = new Toolbar(command => this.commands.run(command));
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
      say: text => this.say(text)
    });
    this.hover = new Hover(block => options.hover?.(block));
    this.layer = new Layer(
      this.cy,
      () => this.picture(),
      () => this.drawn()
    );
    this.overview = new Overview(this.cy, () => this.viewport.touch());
    this.pointer = new Pointer(this, block => this.hover.set(block));
    this.stage.append(this.layer.node, this.pointer.handle, this.overview.node, this.card.node);
    this.commands.mount();
    listenToKeys(this, this.commands);
    this.forgetTheme = watchTheme(() => this.restyle());
    this.forgetSize = watchSize(this.stage, () => this.resized());
    this.cy.style(stylesheet(this.theme));
    this.lock();
  }

  // ---- from Python -------------------------------------------------------------------------------------------------

  /** Draws a state. */
  update(state: GraphState): void {
    this.state = state;
    this.requests.drawn(state);
    this.scene.update(state);
    this.follow();
    this.lock();
    this.show();
    this.overview.draw(state.nodes, this.theme);
    this.viewport.settle();
    this.layer.schedule();
  }

  /** Takes Python's answer to a request. */
  answer(answer: Answer): void {
    this.requests.answer(answer);
  }

  /** Says whether Python is there; without it no edits are taken. */
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

  /** Shows what is pointed at on the map, whatever Python has said before; null: what Python says. */
  setLooked(blocks: Looked): void {
    // A candidate from before an edit may have what is not here any more.
    this.looked = blocks?.every(block => this.scene.nodesOf(block).length > 0) ? blocks : null;
    this.show();
  }

  /** Says what the blocks that are highlighted as a region are; an empty text: there are none. */
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
    this.layer.destroy();
    this.strip.destroy();
    this.commands.destroy();
    const container = this.cy.container();
    this.cy.destroy();
    // What cytoscape leaves behind holds on to its own element: to nothing else of the page.
    container?.remove();
    delete this.root.oslGraph;
    delete this.root.oslMarks;
    this.root.remove();
  }

  // ---- what people do ----------------------------------------------------------------------------------------------

  say(text: string): void {
    this.status.say(text);
    this.options.say?.(text);
  }

  /** Selects blocks; whoever listens is told. */
  select(blocks: Iterable<string>): void {
    const next = new Set(blocks);
    this.link = null;
    if (next.size !== this.selected.size || [...next].some(block => !this.selected.has(block))) {
      this.selected = next;
      this.options.select?.([...next]);
    }
    this.show();
  }

  /** Selects a link alone. */
  selectLink(id: string): void {
    this.select([]);
    this.link = id;
    this.show();
  }

  /** Moves the keyboard to a node or link. */
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

  /** Says for ears where the keyboard is. */
  tell(): void {
    const item = this.item(this.current);
    this.status.tell(item ? describe(item, this.marking.of(item.id)) : '');
  }

  item(id: string | null): GraphNode | GraphEdge | undefined {
    return id === null ? undefined : (this.scene.nodes.get(id) ?? this.scene.edges.get(id));
  }

  /** Asks for runs of equal layers to be drawn as one, or not; Python lays out. */
  collapse(): void {
    if (this.requests.connected) {
      this.options.collapse?.(!this.collapsed);
    } else {
      this.say(this.requests.reason()!);
    }
  }

  // ---- drawing -----------------------------------------------------------------------------------------------------

  /** Shows all marks as they are now. */
  show(): void {
    const { selected, current, link, looked } = this;
    const marks = looked ? pointedAt(this.marks, looked) : this.marks;
    const { from, to } = this.linking;
    const pointer = this.pointer.id;
    const shown = { marks, selected, pointer, current, link, from: from?.id ?? null, to: to?.id ?? null };
    this.marking.show(shown);
    this.showCard();
    this.layer.schedule();
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

  /** Lets go of what is no longer there. */
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
    this.layer.schedule();
  }

  private restyle(): void {
    this.theme = readTheme(this.root);
    this.cy.style(stylesheet(this.theme));
    this.overview.draw(this.state?.nodes ?? [], this.theme);
    this.layer.schedule();
  }

  private lock(): void {
    const reason = this.requests.reason();
    const locked = reason !== null || !this.state;
    this.root.classList.toggle('osl-locked', locked);
    this.status.update(this.state, reason);
    const { collapsed, linking, requests } = this;
    const now = { locked, connected: requests.connected, collapsed, linking: linking.active };
    this.toolbar.update(this.state, now);
  }
}
