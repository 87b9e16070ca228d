/** The data of a table: Python sends its columns, and all rows whenever something has changed. */

/** `blocks`: ids of blocks in one text, parted by spaces. `time`: as ISO 8601 writes it. */
export type ColumnKind = 'text' | 'number' | 'percent' | 'count' | 'blocks' | 'time';

export interface Column {
  key: string;
  title: string;
  kind: ColumnKind;
  /** Digits after the point; null: as suits the kind. */
  digits: number | null;
  /** Whether the first click on its head brings the highest value to the top. */
  falling: boolean;
  /** What it is, in a sentence. */
  help: string;
}

/** A value, or a mean with its spread; null: not known. */
export type Cell = string | number | null | [number, number | null];

/** Key, one cell for each column, words that set the row apart and say how it looks, and a tooltip of its first cell. */
export type Row = [key: string, cells: Cell[], badge: string, tone: string, hint?: string];

/** What rows can be ranked by: its name, and the words for it. */
export type Order = [name: string, words: string];
