import type { Marks } from './protocol';
import type { Scene } from './scene';

/** The visual marks of a node or edge. */
export type Mark =
  | 'hover'
  | 'region'
  | 'selected'
  /** Under the pointer, here or in another view. */
  | 'pointer'
  /** Where the keyboard is. */
  | 'current'
  /** Where a link would start, and where it would end. */
  | 'from'
  | 'to'
  /** An edge between two that are highlighted. */
  | 'path'
  /** Not highlighted while others are. */
  | 'dim';

/** The highlights, with other blocks under the pointer. */
export function pointedAt(marks: Marks, blocks: readonly string[]): Marks {
  const others = Object.entries(marks).map(([block, kinds]) => [block, kinds.replace('hover', '').trim()]);
  const pointed: Marks = Object.fromEntries(others);
  for (const block of blocks) {
    pointed[block] = `hover ${pointed[block] ?? ''}`.trim();
  }
  return pointed;
}

const NONE: ReadonlySet<Mark> = new Set();

/** The marks to show, by the id of a node or edge, except those of blocks. */
export interface Shown {
  /** By block. */
  marks: Marks;
  /** Blocks. */
  selected: ReadonlySet<string>;
  /** A block, or the id of a node or edge. */
  pointer: string;
  current: string | null;
  link: string | null;
  from: string | null;
  to: string | null;
}

/** Computes the marks of all items. cytoscape is not told, since it redraws everything on any change. */
export class Marking {
  private byId: ReadonlyMap<string, ReadonlySet<Mark>> = new Map();

  constructor(private readonly scene: Scene) {}

  of(id: string): ReadonlySet<Mark> {
    return this.byId.get(id) ?? NONE;
  }

  show(shown: Shown): void {
    this.byId = this.workOut(shown);
  }

  private workOut({ marks, selected, pointer, current, link, from, to }: Shown): Map<string, Set<Mark>> {
    const next = new Map<string, Set<Mark>>();
    const put = (id: string | null, mark: Mark): void => {
      if (id !== null && (this.scene.nodes.has(id) || this.scene.edges.has(id))) {
        next.set(id, (next.get(id) ?? new Set()).add(mark));
      }
    };
    for (const node of this.scene.nodes.values()) {
      for (const block of node.blocks) {
        const kinds = marks[block]?.split(' ') ?? [];
        (['hover', 'region'] as const)
          .filter(kind => kinds.includes(kind))
          .forEach(kind => put(node.id, kind));
        if (selected.has(block)) {
          put(node.id, 'selected');
        }
        if (pointer === block) {
          put(node.id, 'pointer');
        }
      }
    }
    put(pointer, 'pointer');
    put(current, 'current');
    put(link, 'selected');
    put(from, 'from');
    put(to, 'to');
    this.follow(next, put);
    return next;
  }

  /** Emphasises the path through the highlighted blocks, and fades everything else. */
  private follow(next: ReadonlyMap<string, Set<Mark>>, put: (id: string, mark: Mark) => void): void {
    const isLit = (id: string): boolean => next.get(id)?.has('hover') ?? false;
    const { nodes, edges } = this.scene;
    if (![...nodes.keys()].some(isLit)) {
      return;
    }
    // A merge node, the input and the output are highlighted if one of their neighbours is.
    const onWay = new Set([...nodes.keys()].filter(isLit));
    const isBlock = (id: string): boolean => nodes.get(id)?.role === 'block';
    for (let grown = -1; grown !== onWay.size;) {
      grown = onWay.size;
      for (const { source, target } of edges.values()) {
        [
          [source, target],
          [target, source]
        ].forEach(([one, other]) => onWay.has(one!) && !isBlock(other!) && onWay.add(other!));
      }
    }
    edges.forEach(({ source, target }, id) =>
      put(id, onWay.has(source) && onWay.has(target) ? 'path' : 'dim')
    );
    nodes.forEach((_, id) => !onWay.has(id) && put(id, 'dim'));
  }
}
