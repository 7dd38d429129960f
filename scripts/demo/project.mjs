// The files of the repository that the demo works on: a small shop, in TypeScript and Python.

/** @type {Record<string, string>} path → content */
export const projectFiles = {
  'README.md': `# Corner shop

Prices, carts and the monthly report of a small shop.
`,
  'package.json': `{
  "name": "corner-shop",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test" }
}
`,
  'src/price.ts': `/** A price in cents, so that no rounding error can hide in it. */
export type Cents = number;

export function format(price: Cents): string {
  return \`€\${(price / 100).toFixed(2)}\`;
}

export function withTax(price: Cents, rate = 0.19): Cents {
  return price * (1 + rate);
}
`,
  'src/cart.ts': `import type { Cents } from './price.js';

export interface Item {
  name: string;
  price: Cents;
  quantity: number;
}

export class Cart {
  private items: Item[] = [];

  add(item: Item): void {
    this.items.push(item);
  }

  total(): Cents {
    return this.items.reduce((sum, item) => sum + item.price * item.quantity, 0);
  }
}
`,
  'src/login.ts': `const sessions = new Map<string, number>();

export function login(user: string, now: number): void {
  sessions.set(user, now);
}

export function isLoggedIn(user: string, now: number): boolean {
  const since = sessions.get(user);
  return since !== undefined && now - since < 30 * 60 * 1000;
}
`,
  'tools/report.py': `"""Sums up a month of orders."""

import json
import sys


def total(orders):
    return sum(order["total"] for order in orders)


def main():
    orders = json.load(sys.stdin)
    print(f"{len(orders)} orders, {total(orders) / 100:.2f} EUR")


if __name__ == "__main__":
    main()
`,
  'test/cart.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';

test('an empty cart costs nothing', () => {
  assert.equal([].length, 0);
});
`,
};

/** One session each; the demo agent asks for permission unless the prompt forbids it. */
export const prompts = [
  'Round prices with tax to whole cents',
  'Log people out after an hour, without asking',
  'Print the report as CSV, without asking',
];
