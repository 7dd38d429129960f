// The ways to land commits on a base, for clients, too.
export const strategies = ['merge', 'squash', 'fast-forward'] as const;
export type Strategy = (typeof strategies)[number];
