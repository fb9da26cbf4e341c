// Errors as the command line prints them: those made for users without a stack, others as the bugs that they are.
import { ValueError } from '../errors/index.ts';

/** Errors that say what is wrong and what to do; told by name where importing their class would load half of the compiler. */
const FOR_USERS: ReadonlySet<string> = new Set(['BundleError', 'NativeError']);

export function formatError(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `kerasc: ${String(error)}\n`;
  const code = 'code' in error && typeof error.code === 'string' ? ` [${error.code}]` : '';
  const message = `kerasc: ${error.name}${code}: ${error.message}\n`;
  if (debug) return `${message}\n${error.stack ?? ''}\n${causes(error)}`;
  if (error instanceof ValueError || FOR_USERS.has(error.name) || error instanceof TypeError || isSystemError(error)) return message;
  return `${message}  This may be a mistake in kerasc: run the command again with --debug and report what it prints.\n`;
}

/** What Node says of files and processes: `EACCES: permission denied, open '...'`. */
const isSystemError = (error: Error): boolean => 'syscall' in error;

function causes(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? `caused by: ${cause.stack ?? cause.message}\n${causes(cause)}` : '';
}
