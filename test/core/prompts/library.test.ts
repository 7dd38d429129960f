// The library of prompts: what is found, what is filled in, and what a repository can't do with it.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findPrompt, listPrompts, renderPrompt } from '../../../src/core/prompts/library.ts';
import { parsePrompt } from '../../../src/core/prompts/prompt.ts';
import { testHome } from '../../support/scratch-repo.ts';

let home: string;
let person: string;
let checkout: string;
beforeEach(() => {
  home = testHome();
  person = join(home, 'config/prompts');
  checkout = join(home, 'repo');
});
function write(path: string, text: string) {
  const full = join(home, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}
const mine = (name: string, text: string) => write(`config/prompts/${name}`, text);
const theirs = (name: string, text: string) => write(`repo/.tempest/prompts/${name}`, text);
const list = () => listPrompts({ person, checkout });
const parsed = (text: string) =>
  parsePrompt(text, { name: 'review', path: '/p/review.md', source: 'person' });

describe('a prompt', () => {
  it('has a name, a description and an agent from its front matter, or is only its text', async () => {
    expect(
      await parsed(
        '---\r\ndescription: "Look: closely"\nagent: codex\nmodel: any\n---\r\n\nDo {{input}}\n',
      ),
    ).toMatchObject({
      name: 'review',
      description: 'Look: closely',
      agent: 'codex',
      text: 'Do {{input}}',
      placeholders: ['input'],
      problem: '',
    });
    expect(await parsed('Do it\n---\nthen rest')).toMatchObject({
      text: 'Do it\n---\nthen rest',
      agent: null,
      placeholders: [],
      problem: '',
    });
    expect(await parsed('---\n---\nDo it')).toMatchObject({ text: 'Do it', problem: '' });
  });

  it('is there with its problem when its front matter is wrong', async () => {
    const wrong = [
      '---\nagent: [1\n---\nx',
      '---\nagent: 7\n---\nx',
      '---\njust words\n---\nx',
      '---\na: &a [x]\nb: *a\n---\nx',
      '---\nagent: demo\n---\n',
    ];
    for (const text of wrong) expect((await parsed(text)).problem, text).not.toBe('');
  });
});

describe('filling a prompt in', () => {
  const render = async (text: string, values: Record<string, string>) =>
    renderPrompt(await parsed(text), values);

  it('puts each value in once, as it is, and leaves other braces alone', async () => {
    const values = { file: 'a $& {{input}}.ts', input: "it's $(x)" };
    const text = await render(
      'Look at {{ file }} and {{file}}: {{input}} {{ other }} {{X}}',
      values,
    );
    expect(text).toBe(
      "Look at a $& {{input}}.ts and a $& {{input}}.ts: it's $(x) {{ other }} {{X}}",
    );
  });

  it('puts input that it has no place for at its end', async () => {
    expect(await render('Review it.', { input: 'only src' })).toBe('Review it.\n\nonly src');
    expect(await render('Review it.', {})).toBe('Review it.');
  });

  it('refuses when something is missing, and names it', async () => {
    await expect(render('{{selection}} {{input}}', {})).rejects.toMatchObject({
      kind: 'unfilled-prompt',
      message: expect.stringContaining('{{selection}} and {{input}}'),
      hint: 'In a shell, give it `--selection PATH:FIRST-LAST` and a text.',
    });
  });
});

describe('the library', () => {
  it("has the person's and the repository's, shown as such; the person's own come first", async () => {
    mine('review.md', 'My review');
    mine('notes.txt', 'no prompt');
    theirs('review.md', 'Their review');
    theirs('release.md', '---\ndescription: Make a release\n---\nRelease it');
    expect((await list()).map(({ name, source }) => [name, source])).toEqual([
      ['release', 'repository'],
      ['review', 'person'],
    ]);
    expect((await findPrompt({ person, checkout }, 'review')).text).toBe('My review');
    await expect(findPrompt({ person, checkout }, 'nothing')).rejects.toMatchObject({
      kind: 'unknown-prompt',
      hint: 'There are: release, review.',
    });
  });

  it('is empty without its folders', async () => {
    expect(await list()).toEqual([]);
  });

  it('lets no link of a repository hand over a file from elsewhere', async () => {
    const secret = write('secret.md', 'key: 1234');
    theirs('plain.md', 'x');
    symlinkSync(secret, join(checkout, '.tempest/prompts/link.md'));
    expect((await list()).map(({ name }) => name)).toEqual(['plain']);
    const other = join(home, 'other');
    mkdirSync(other);
    symlinkSync(join(checkout, '.tempest'), join(other, '.tempest'));
    expect(await listPrompts({ person, checkout: other })).toEqual([]);
    // The person's own folder may be full of links, as dotfiles are.
    mkdirSync(person, { recursive: true });
    symlinkSync(secret, join(person, 'mine.md'));
    expect((await list()).map(({ name }) => name)).toEqual(['mine', 'plain']);
  });
});
