// Runs steps one after the other and prints how each went.

/** @typedef {(detail: string) => void} Tell */

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {(tell: Tell) => Promise<void>} run throws when it fails; `tell` prints a line beneath
 */

/**
 * @param {Step[]} steps
 * @returns {Promise<boolean>} whether all passed; the first failure ends it
 */
export async function runSteps(steps) {
  for (const [index, { name, run }] of steps.entries()) {
    const start = performance.now();
    /** @type {string[]} */
    const details = [];
    const number = `${index + 1}/${steps.length}`.padStart(5);
    const say = (/** @type {string} */ mark) => {
      console.log(`${number} ${mark} ${name} (${Math.round(performance.now() - start)} ms)`);
      for (const detail of details) console.log(`        ${detail}`);
    };
    try {
      await run((detail) => details.push(...detail.trimEnd().split('\n')));
      say('✓');
    } catch (error) {
      say('✗');
      console.error(error instanceof Error ? error.message : error);
      return false;
    }
  }
  return true;
}

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(value: T) => boolean} is
 * @param {string} what is waited for
 * @returns {Promise<T>} the first value that fits
 */
export async function waitFor(ask, is, what) {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const value = await ask();
    if (is(value)) return value;
    if (performance.now() > deadline) {
      throw new Error(
        `waited 30 s in vain for ${what}; last seen: ${JSON.stringify(value).slice(0, 500)}`,
      );
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

/**
 * @param {unknown} condition
 * @param {string} otherwise
 */
export function expect(condition, otherwise) {
  if (!condition) throw new Error(otherwise);
}
