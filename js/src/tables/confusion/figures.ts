/** The figures of a confusion matrix, in numbers and words. */

import { exactly } from '../../common/format';

/** Counts of images by true class (row) and predicted class (column), and the classes' names. */
export interface Confusion {
  names: readonly string[];
  counts: readonly (readonly number[])[];
}

/** A cell by its row and column. */
export interface Place {
  row: number;
  column: number;
}

/** The share of a row's images that a cell holds; 0 where the class has none. */
export function shareOf({ counts }: Confusion, { row, column }: Place): number {
  const images = sum(counts[row]!);
  return images ? counts[row]![column]! / images : 0;
}

/** A share as text: `96 %`, and `<1 %` for small shares above zero. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) {
    return '<1 %';
  }
  // Do not round a share below 1 up to 100 %.
  return share < 1 && share >= 0.995 ? '>99 %' : `${Math.round(100 * share)} %`;
}

/** The text of a cell, in one line. */
export function cellWords(confusion: Confusion, place: Place): string {
  const { names, counts } = confusion;
  const images = sum(counts[place.row]!);
  const [truth, count] = [names[place.row]!, counts[place.row]![place.column]!];
  const share = percent(shareOf(confusion, place));
  const of = `${exactly(count)} of ${exactly(images)} (${share})`;
  if (images === 0) {
    return `${truth}: no images`;
  }
  return place.row === place.column
    ? `${truth}: ${of} right`
    : `${truth} classified as ${names[place.column]}: ${of}`;
}

/** The pairs of classes that are confused most, by the share of the true class's images. */
export function mostConfused(confusion: Confusion, most: number): Place[] {
  const places: (Place & { share: number; count: number })[] = [];
  confusion.counts.forEach((counts, row) => {
    const images = sum(counts);
    counts.forEach((count, column) => {
      if (count > 0 && row !== column) {
        places.push({ row, column, share: count / images, count });
      }
    });
  });
  return places
    .sort((one, other) => other.share - one.share || other.count - one.count)
    .slice(0, most)
    .map(({ row, column }) => ({ row, column }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
