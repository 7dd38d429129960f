// How long anything may take before it counts as hung. These limits end a hang and do nothing else: no
// outcome depends on them, so they lie far beyond what a slow and busy machine needs.

/** For one condition to come true, or one program to end, in ms. */
export const hangMs = 120_000;

/** For one test, or one of its hooks, in ms: long enough for a condition's own limit to say what was missing. */
export const testMs = 600_000;
