// `npm run coverage`: writes docs/coverage.md.
import { writeFileSync } from 'node:fs';
import { coverageReport } from './report.ts';

writeFileSync(new URL('../../docs/coverage.md', import.meta.url), coverageReport());
