// Prompts as operands of programs that read their command line with commander.

/**
 * The arguments that hand over the prompt, none for an empty one. After `--` it is no option, but the one
 * word `update` would still be the subcommand; with a space it is not.
 */
export function operandOf(prompt: string): string[] {
  if (prompt === '') return [];
  return ['--', /\s/.test(prompt) ? prompt : `${prompt} `];
}
