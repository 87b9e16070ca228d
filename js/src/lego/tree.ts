import type { BlockState, ComponentState, LayerState, Problem, State } from './protocol';

export type Level = 'layer' | 'block' | 'component';

/** Where an item is. `block` and `component` are the item's own, or its parents'. */
export interface Place {
  id: string;
  level: Level;
  /** Id of the item that holds it; null for a layer. */
  parent: string | null;
  index: number;
  layer: LayerState;
  block?: BlockState;
  component?: ComponentState;
}

/** Finds items of a state by id, and lists them in the order in which they are drawn. */
export class Tree {
  readonly places: Place[] = [];
  private readonly byId = new Map<string, Place>();

  constructor(readonly state: State) {
    state.layers.forEach((layer, layerIndex) => {
      this.put({ id: layer.id, level: 'layer', parent: null, index: layerIndex, layer });
      layer.blocks.forEach((block, blockIndex) => {
        this.put({ id: block.id, level: 'block', parent: layer.id, index: blockIndex, layer, block });
        block.components.forEach((component, index) =>
          this.put({ id: component.id, level: 'component', parent: block.id, index, layer, block, component })
        );
      });
    });
  }

  private put(place: Place): void {
    this.places.push(place);
    this.byId.set(place.id, place);
  }

  find(id: string | null): Place | undefined {
    return id === null ? undefined : this.byId.get(id);
  }

  /** The items that can be walked to: all but those inside of collapsed layers. */
  visible(collapsed: ReadonlySet<string>): Place[] {
    return this.places.filter(place => place.level === 'layer' || !collapsed.has(place.layer.id));
  }

  ofLevel(level: Level): Place[] {
    return this.places.filter(place => place.level === level);
  }

  /** The items beside an item, itself included. */
  siblings(place: Place): Place[] {
    return this.places.filter(other => other.level === place.level && other.parent === place.parent);
  }

  /** Whether one of the ids is an item that holds this one. */
  isInside(place: Place, ids: ReadonlySet<string>): boolean {
    return (
      (place.level !== 'layer' && ids.has(place.layer.id)) ||
      (place.level === 'component' && ids.has(place.parent ?? ''))
    );
  }
}

/** An item's name in sentences: `layer L1`, `block B2`, `Conv2d C7`. */
export function nameOf(place: Place): string {
  return `${place.component ? place.component.kind : place.level} ${place.id}`;
}

/** What does not fit at an item. */
export function problemOf(place: Place): Problem | null {
  return (place.component ?? place.block ?? place.layer).problem;
}
