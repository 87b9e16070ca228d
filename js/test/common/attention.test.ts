import { expect, test, vi } from 'vitest';

import { look, watch } from '../../src/common/attention';

test('the views of a session hear what is pointed at, those of others do not, until they are gone', () => {
  const [one, two, other, none] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  const ends = [watch('a', one), watch('a', two), watch('b', other), watch('', none)];
  look('a', ['B1']);
  look('', ['B2']);
  expect(one.mock.calls).toEqual([[['B1']]]);
  expect(two).toHaveBeenCalledTimes(1);
  ends[0]!();
  look('a', null);
  expect(one).toHaveBeenCalledTimes(1);
  expect(two).toHaveBeenLastCalledWith(null);
  ends.forEach(end => end());
  look('a', ['B3']);
  expect(two).toHaveBeenCalledTimes(2);
  expect(other).not.toHaveBeenCalled();
  expect(none).not.toHaveBeenCalled();
});
