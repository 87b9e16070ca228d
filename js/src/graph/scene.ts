import type { Core, ElementDefinition } from 'cytoscape';

import { type Bend, type Course, bendOf, coursesOf } from './curves';
import type { Drawing, GraphEdge, GraphNode } from './protocol';

/**
 * The elements in cytoscape, which serve hit testing and the viewport. Only changed elements are updated, so that
 * nothing jumps and no layout runs.
 */
export class Scene {
  readonly nodes = new Map<string, GraphNode>();
  readonly edges = new Map<string, GraphEdge>();
  courses: ReadonlyMap<string, Course> = new Map();

  constructor(private readonly cy: Core) {}

  update(drawing: Drawing): void {
    const nodes = new Map(drawing.nodes.map(node => [node.id, node]));
    // An edge without both of its ends would be an error in cytoscape.
    const whole = drawing.edges.filter(edge => nodes.has(edge.source) && nodes.has(edge.target));
    const edges = new Map(whole.map(edge => [edge.id, edge]));
    this.courses = coursesOf(whole, nodes);
    this.cy.batch(() => {
      this.cy
        .elements()
        .filter(element => !nodes.has(element.id()) && !edges.has(element.id()))
        .remove();
      const added: ElementDefinition[] = [];
      nodes.forEach(node => this.node(node, added));
      for (const edge of whole) {
        const [source, target] = [nodes.get(edge.source)!, nodes.get(edge.target)!];
        this.edge(edge, bendOf(this.courses.get(edge.id)!, source, target), added);
      }
      this.cy.add(added);
    });
    replace(this.nodes, nodes);
    replace(this.edges, edges);
  }

  /** The nodes that stand for a block. */
  nodesOf(block: string): GraphNode[] {
    return [...this.nodes.values()].filter(node => node.blocks.includes(block));
  }

  /** The node at a place, with as much room around it. */
  at({ x, y }: { x: number; y: number }, room: number): GraphNode | null {
    for (const node of this.nodes.values()) {
      const [dx, dy] = [Math.abs(x - node.x) - node.width / 2, Math.abs(y - node.y) - node.height / 2];
      if (dx <= room && dy <= room) {
        return node;
      }
    }
    return null;
  }

  private node(node: GraphNode, added: ElementDefinition[]): void {
    const { id, role, layer, x, y, width, height } = node;
    const element = this.cy.getElementById(id);
    if (element.empty() || !element.isNode()) {
      element.remove();
      const data = { id, role, layer, width, height };
      // A drag always moves the whole drawing, never a node.
      added.push({ group: 'nodes', data, position: { x, y }, grabbable: false, pannable: true });
      return;
    }
    const position = element.position();
    if (position.x !== x || position.y !== y) {
      element.position({ x, y });
    }
    if (element.data('width') !== width || element.data('height') !== height) {
      element.data({ width, height });
    }
  }

  private edge({ id, source, target, kind }: GraphEdge, bend: Bend, added: ElementDefinition[]): void {
    const element = this.cy.getElementById(id);
    const isSame = element.data('source') === source && element.data('target') === target;
    if (element.empty() || !isSame) {
      element.remove();
      const data = { id, source, target, ...bend };
      added.push({ group: 'edges', data, classes: kind, pannable: true });
    } else if (element.data('weights') !== bend.weights || element.data('distances') !== bend.distances) {
      element.data(bend);
    }
  }
}

function replace<V>(map: Map<string, V>, next: ReadonlyMap<string, V>): void {
  map.clear();
  next.forEach((value, key) => map.set(key, value));
}
