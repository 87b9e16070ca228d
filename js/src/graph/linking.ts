import type { Edit } from '../common/messages';
import { type GraphNode, INPUT } from './protocol';

interface Point {
  x: number;
  y: number;
}

/** A link that is being drawn: by a drag, by two clicks, or by keys. */
export class Linking {
  /** Whether a link is being drawn, or the next click starts one. */
  active = false;
  from: GraphNode | null = null;
  /** The node where it would end now. */
  to: GraphNode | null = null;
  /** Where the pointer is, on the network. */
  point: Point | null = null;

  constructor(private readonly changed: () => void) {}

  /** Starts at this node, or at the next one clicked. */
  begin(from: GraphNode | null = null): void {
    Object.assign(this, { active: true, from, to: null, point: null });
    this.changed();
  }

  /** Follows the pointer or the keyboard. */
  aim(to: GraphNode | null, point: Point | null = null): void {
    this.to = to === this.from ? null : to;
    this.point = point;
    this.changed();
  }

  cancel(): void {
    Object.assign(this, { active: false, from: null, to: null, point: null });
    this.changed();
  }

  /** Ends at a node; returns the edit, or the reason why there is none. Python decides which links are possible. */
  end(to: GraphNode): Edit | string {
    const [source, target] = [this.from && sourceOf(this.from), targetOf(to)];
    this.cancel();
    if (!source) {
      return 'A link starts at the input or at a layer';
    }
    return target ? { edit: 'AddLink', source, target } : 'A link ends at a layer';
  }
}

/** The layer at which a link from this node starts: the last one of layers drawn as one. */
export function sourceOf(node: GraphNode): string | null {
  return node.role === 'input' ? INPUT : (node.layers.at(-1) ?? node.layer);
}

function targetOf(node: GraphNode): string | null {
  return node.role === 'input' ? null : (node.layers[0] ?? node.layer);
}
