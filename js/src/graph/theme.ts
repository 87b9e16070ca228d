/** The theme's colours and font, in the form for a canvas. */
export interface Theme {
  paper: string;
  soft: string;
  text: string;
  quiet: string;
  line: string;
  brand: string;
  error: string;
  /** The candidate under the pointer, and what else the pointer is at. */
  green: string;
  font: string;
  /** How strongly a family's colour tints the paper behind its text. */
  tint: number;
}

const VARIABLES = {
  paper: ['--jp-layout-color1', '#ffffff'],
  soft: ['--jp-layout-color2', '#eeeeee'],
  text: ['--jp-ui-font-color1', '#212121'],
  quiet: ['--jp-ui-font-color2', '#616161'],
  line: ['--jp-border-color1', '#bdbdbd'],
  brand: ['--jp-brand-color1', '#1976d2'],
  error: ['--jp-error-color1', '#d32f2f'],
  green: ['--osl-green', '#188038'],
  font: ['--jp-ui-font-family', 'sans-serif']
} as const;

/** Reads the theme that applies to an element. */
export function readTheme(node: Element): Theme {
  const style = getComputedStyle(node);
  const context = document.createElement('canvas').getContext('2d');
  const read = ([name, fallback]: readonly [string, string]): string =>
    style.getPropertyValue(name).trim() || fallback;
  // A canvas returns every colour in a form that cytoscape can read.
  const colour = (variable: readonly [string, string]): string => {
    if (!context) {
      return read(variable);
    }
    context.fillStyle = variable[1];
    context.fillStyle = read(variable);
    return context.fillStyle;
  };
  const { font, paper, ...others } = VARIABLES;
  const ground = colour(paper);
  const values = {
    ...(Object.fromEntries(
      Object.entries(others).map(([name, variable]) => [name, opaque(colour(variable), ground)])
    ) as Record<keyof typeof others, string>),
    font: read(font),
    paper: ground
  };
  const strong = matchMedia('(prefers-contrast: more), (forced-colors: active)').matches;
  return {
    ...values,
    ...(strong ? { line: values.text, quiet: values.text } : {}),
    tint: isDark(values.paper) ? 0.32 : 0.2
  };
}

/** Calls back when JupyterLab has changed its theme; returns what ends that. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const attributeFilter = ['data-jp-theme-name', 'data-jp-theme-light'];
  observer.observe(document.body, { attributes: true, attributeFilter });
  return () => observer.disconnect();
}

/** A colour blended with its background, since cytoscape would ignore its transparency. */
function opaque(colour: string, ground: string): string {
  const [red, green, blue, alpha] = /^rgba\((.*)\)$/.exec(colour)?.[1]?.split(',').map(Number) ?? [];
  if (alpha === undefined) {
    return colour;
  }
  const mixed = channelsOf(ground).map((below, index) =>
    Math.round(below + ([red, green, blue][index]! - below) * alpha)
  );
  return `rgb(${mixed.join(', ')})`;
}

function isDark(colour: string): boolean {
  const [red, green, blue] = channelsOf(colour);
  return 0.3 * red! + 0.59 * green! + 0.11 * blue! < 128;
}

/** The channels of `#rrggbb`, a canvas's form of an opaque colour; otherwise those of white. */
function channelsOf(colour: string): number[] {
  const channels = /^#(..)(..)(..)$/.exec(colour)?.slice(1) ?? ['ff', 'ff', 'ff'];
  return channels.map(text => parseInt(text, 16));
}
