import type { EventObject } from 'cytoscape';

import { element, setAttribute } from '../common/dom';
import { icon } from '../common/icons';
import type { Box } from './card';
import { choose, takeEnd } from './choosing';
import type { Ground } from './host';
import { sourceOf } from './linking';
import type { GraphEdge, GraphNode } from './protocol';

/** The distance, in network units, at which a node counts as hit. */
const ROOM = 6;
/** What was under the pointer stays so for as long as the way to its handle may take. */
const WAY_TO_HANDLE_MS = 160;

/** A part of cytoscape that its types do not declare. */
interface Renders {
  renderer?(): { invalidateContainerClientCoordsCache?(): void } | null;
}

/** The mouse: what it points at, clicks, boxes, and the handle that links are drawn from. */
export class Pointer {
  /** The hovered node or link, or the block hovered in another view. */
  id = '';
  /** Whether the keyboard was used last, so that its place is shown. */
  keyboard = false;
  readonly handle = element(
    'button',
    {
      type: 'button',
      class: 'osl-handle',
      tabindex: -1,
      hidden: true,
      title: 'Drag to a later layer to draw a link',
      'aria-label': 'Draw a link from here'
    },
    icon('plus')
  );
  /** Whether the pointer is in this view. */
  private isOwn = false;
  private leaving: ReturnType<typeof setTimeout> | null = null;
  private boxed: string[] = [];
  private pressed = false;
  /** While the mouse brings the focus here. */
  private focusing = false;

  constructor(
    private readonly host: Ground,
    private readonly told: (block: string) => void
  ) {
    this.listenToGraph();
    this.listenToStage();
    this.listenToHandle();
  }

  /** Shows what another view's pointer is at. */
  follow(block: string): void {
    this.stay();
    if (!this.isOwn || block !== this.block()) {
      this.id = block;
      this.isOwn = false;
    }
  }

  /** Forgets items that no longer exist. */
  check(): void {
    if (this.isOwn && !this.host.item(this.id)) {
      this.leave();
    }
  }

  /** Records whether the keyboard is used. */
  takeKeyboard(keyboard = true): void {
    this.keyboard = keyboard;
    this.host.root.classList.toggle('osl-keyboard', keyboard);
    this.host.show();
  }

  /** The subject of the card: the item under this view's pointer, or the one selected by keyboard. */
  cardOf(): string | null {
    const { host } = this;
    if (this.keyboard) {
      const node = host.item(host.current);
      return node && 'role' in node && node.blocks.some(block => host.selected.has(block)) ? node.id : null;
    }
    return this.isOwn && this.id && !this.pressed ? this.id : null;
  }

  /** Puts the handle at the right edge of the node under the pointer. */
  place(): void {
    const node = this.isOwn ? this.host.scene.nodes.get(this.id) : undefined;
    const { linking } = this.host;
    const isShown = node && sourceOf(node) && !linking.active && this.host.requests.reason() === null;
    setAttribute(this.handle, 'hidden', !isShown);
    if (node && isShown) {
      const box = this.boxOf(node);
      this.handle.style.left = `${box.right}px`;
      this.handle.style.top = `${(box.top + box.bottom) / 2}px`;
    }
  }

  boxOf(node: GraphNode): Box {
    const { x, y } = this.onStage(node);
    const zoom = this.host.cy.zoom();
    const [wide, high] = [(node.width * zoom) / 2, (node.height * zoom) / 2];
    return { left: x - wide, right: x + wide, top: y - high, bottom: y + high };
  }

  middleOf(edge: GraphEdge): Box {
    const { x, y } = this.onStage(this.host.scene.courses.get(edge.id)!.middle);
    return { left: x, right: x, top: y - 4, bottom: y + 4 };
  }

  destroy(): void {
    this.stay();
    this.handle.remove();
  }

  // ---- what it points at -------------------------------------------------------------------------------------------

  private over(id: string): void {
    this.stay();
    this.id = id;
    this.isOwn = true;
    this.told(this.block());
    this.host.show();
  }

  private leave(): void {
    this.stay();
    if (this.isOwn) {
      this.id = '';
      this.isOwn = false;
      this.told('');
      this.host.show();
    }
  }

  private leaveSoon(): void {
    this.stay();
    this.leaving = setTimeout(() => this.leave(), WAY_TO_HANDLE_MS);
  }

  private stay(): void {
    if (this.leaving !== null) {
      clearTimeout(this.leaving);
      this.leaving = null;
    }
  }

  private block(): string {
    return this.isOwn ? (this.host.scene.nodes.get(this.id)?.blocks[0] ?? '') : this.id;
  }

  // ---- listening ---------------------------------------------------------------------------------------------------

  private listenToGraph(): void {
    const { cy } = this.host;
    const chosen = ({ target }: EventObject): string => (target === cy ? '' : target.id());
    cy.on('mouseover', 'node, edge.link', event => this.over(chosen(event)));
    cy.on('mouseout', 'node, edge.link', () => this.leaveSoon());
    cy.on('tapstart', () => (this.pressed = true));
    cy.on('tapend', () => (this.pressed = false));
    cy.on('tap', event => {
      const { ctrlKey, metaKey, shiftKey } = event.originalEvent as MouseEvent;
      const id = chosen(event);
      this.host.current = id || this.host.current;
      choose(this.host, id, { also: ctrlKey || metaKey || shiftKey });
    });
    // cytoscape reports the elements in a box one after the other.
    cy.on('box', 'node', ({ target }) => {
      if (!this.boxed.length) {
        queueMicrotask(() => this.takeBox());
      }
      this.boxed.push(target.id());
    });
  }

  private takeBox(): void {
    const blocks = this.boxed.flatMap(id => this.host.scene.nodes.get(id)?.blocks ?? []);
    this.boxed = [];
    this.host.select(new Set([...this.host.selected, ...blocks]));
  }

  private listenToStage(): void {
    const { stage, linking } = this.host;
    // cytoscape removes the focus from any element.
    stage.addEventListener('mousedown', () => this.takeFocus());
    stage.addEventListener('focusin', () => {
      this.takeKeyboard(!this.focusing);
      this.host.tell();
    });
    stage.addEventListener('focusout', () => this.takeKeyboard(false));
    stage.addEventListener('mouseleave', () => this.leaveSoon());
    // cytoscape does not notice that the mouse is over an element above it.
    stage.addEventListener('mouseover', ({ target }) => {
      if ((target as Element).closest('.osl-overview, .osl-card')) {
        this.leaveSoon();
      }
    });
    stage.addEventListener('pointermove', event => {
      if (linking.active && linking.from) {
        this.aim(event);
      }
    });
    // cytoscape caches its place on the page until the page scrolls, but elements above may grow as well.
    const { renderer } = this.host.cy as unknown as Renders;
    for (const type of ['mousemove', 'mousedown', 'wheel', 'touchstart']) {
      const forget = (): void => renderer?.call(this.host.cy)?.invalidateContainerClientCoordsCache?.();
      stage.addEventListener(type, forget, { capture: true, passive: true });
    }
    // The wheel scrolls the page unless the user works in this view, so that reading a notebook is not interrupted.
    const guard = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== stage) {
        event.stopPropagation();
      }
    };
    stage.addEventListener('wheel', guard, { capture: true, passive: true });
  }

  private takeFocus(): void {
    this.focusing = true;
    this.host.stage.focus({ preventScroll: true });
    this.focusing = false;
    this.takeKeyboard(false);
  }

  private listenToHandle(): void {
    const { handle } = this;
    const { linking } = this.host;
    let dragging = false;
    handle.addEventListener('pointerenter', () => this.stay());
    handle.addEventListener('pointerleave', () => !dragging && this.leaveSoon());
    handle.addEventListener('mousedown', event => event.preventDefault());
    handle.addEventListener('pointerdown', event => {
      const from = this.host.scene.nodes.get(this.id);
      if (event.button !== 0 || !from) {
        return;
      }
      event.preventDefault();
      this.takeFocus();
      handle.setPointerCapture?.(event.pointerId);
      dragging = true;
      linking.begin(from);
      this.aim(event);
    });
    handle.addEventListener('pointermove', event => dragging && linking.active && this.aim(event));
    const drop = (event: PointerEvent): void => {
      if (!dragging) {
        return;
      }
      dragging = false;
      this.leave();
      if (linking.active) {
        const to = event.type === 'pointerup' ? this.nodeAt(event) : null;
        if (to && to !== linking.from) {
          takeEnd(this.host, to);
        } else {
          linking.cancel();
        }
      }
    };
    handle.addEventListener('pointerup', drop);
    handle.addEventListener('pointercancel', drop);
  }

  // ---- places ------------------------------------------------------------------------------------------------------

  private aim(event: MouseEvent): void {
    this.host.linking.aim(this.nodeAt(event), this.onNetwork(event));
  }

  private nodeAt(event: MouseEvent): GraphNode | null {
    return this.host.scene.at(this.onNetwork(event), ROOM);
  }

  private onNetwork(event: MouseEvent): { x: number; y: number } {
    const { left, top } = this.host.stage.getBoundingClientRect();
    const [zoom, pan] = [this.host.cy.zoom(), this.host.cy.pan()];
    return {
      x: (event.clientX - left - pan.x) / zoom,
      y: (event.clientY - top - pan.y) / zoom
    };
  }

  private onStage({ x, y }: { x: number; y: number }): { x: number; y: number } {
    const [zoom, pan] = [this.host.cy.zoom(), this.host.cy.pan()];
    return { x: x * zoom + pan.x, y: y * zoom + pan.y };
  }
}
