/** What a confusion matrix tells, in numbers and words. */

import { exactly } from '../lego/format';

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

/** A share as text: `96 %`, and `<1 %` for what is little, but there. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) {
    return '<1 %';
  }
  // All but one of a thousand is not all.
  return share < 1 && share >= 0.995 ? '>99 %' : `${Math.round(100 * share)} %`;
}

/** What a cell says, in a line. */
export function cellWords(confusion: Confusion, place: Place): string {
  const { names, counts } = confusion;
  const images = sum(counts[place.row]!);
  const [truth, count] = [names[place.row]!, counts[place.row]![place.column]!];
  const share = percent(shareOf(confusion, place));
  const of = `${exactly(count)} of ${exactly(images)} (${share})`;
  if (images === 0) {
    return `${truth}: there are no images of it`;
  }
  return place.row === place.column
    ? `${truth}: ${of} right`
    : `${truth} taken for ${names[place.column]}: ${of}`;
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
