// Options that a command cannot do without. commander's own check of them comes before that of misspelled ones, which says more.
import type { Command } from 'commander';

/** Stops with the option's help where one of these has no value. `names` are keys of the options: `target`. */
export function requireOptions(command: Command, names: readonly string[]): void {
  for (const option of command.options) {
    if (!names.includes(option.attributeName()) || command.getOptionValue(option.attributeName()) !== undefined) continue;
    const choices = option.argChoices ? `: one of ${option.argChoices.join(', ')}` : ` (${option.description})`;
    command.error(`error: option '${option.flags}' is required${choices}`);
  }
}
