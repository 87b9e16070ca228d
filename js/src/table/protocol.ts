/** What a table draws: Python says what its columns are, and sends all rows whenever something has changed. */

import type { Refusal } from '../common/messages';

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

/** Key, one cell for each column, a word that sets the row apart, and how it is to look. */
export type Row = [key: string, cells: Cell[], badge: string, tone: string];

/** What the button above the table asks for. */
export interface CopyRequest {
  kind: 'copy';
  request: number;
}

export type CopyAnswer = { kind: 'copied'; request: number; text: string; note: string } | Refusal;
