#!/usr/bin/env node
// The entry of the command `kerasc`.
import { runCommandLine } from './command-line.ts';

process.exitCode = await runCommandLine(process.argv);
