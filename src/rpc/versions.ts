// Which of two package versions is the older one.

/** Compares `1.2.3` and `1.2.3-rc.1` as semver does; a version it can't read is never older. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [parse(version), parse(than)];
  if (left === null || right === null) return false;
  for (const at of [0, 1, 2]) {
    const [a, b] = [left.numbers[at] ?? 0, right.numbers[at] ?? 0];
    if (a !== b) return a < b;
  }
  if (left.pre === '' || right.pre === '') return left.pre !== '' && right.pre === '';
  return left.pre.localeCompare(right.pre, 'en', { numeric: true }) < 0;
}

function parse(version: string): { numbers: number[]; pre: string } | null {
  const [, numbers, pre = ''] = /^(\d+\.\d+\.\d+)(?:-([\w.-]+))?/.exec(version) ?? [];
  return numbers === undefined ? null : { numbers: numbers.split('.').map(Number), pre };
}
