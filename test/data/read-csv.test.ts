// Tables: types of columns, missing values, broken files.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { data } from '../../compiler/index.ts';

const column = (table: data.Table, name: string): unknown[] => Array.from(table[name]?.data as ArrayLike<unknown>);

describe('a CSV table', () => {
  it('has columns of integers, floats and words, by what stands in them', () => {
    const table = data.parseCsv('age,height,name\n3,1.5,"Smith, Jane"\n40,-2e-1,Bo\n');
    expect(Object.values(table).map(({ dtype, shape }) => [dtype, shape])).toEqual([['int32', [2]], ['float32', [2]], ['string', [2]]]); // biome-ignore format: one line
    expect(column(table, 'age')).toEqual([3, 40]);
    expect(column(table, 'height')).toEqual([1.5, Math.fround(-0.2)]);
    expect(column(table, 'name')).toEqual(['Smith, Jane', 'Bo']);
  });

  it('holds NaN where a number is missing', () => {
    const table = data.parseCsv('a;b\n1;x\n;y\nNA;z', { delimiter: ';' });
    expect(column(table, 'a')).toEqual([1, Number.NaN, Number.NaN]);
  });

  it('takes files without a header, of one column, with a byte order mark', () => {
    expect(Object.keys(data.parseCsv('1,2\n3,4', { header: false }))).toEqual(['0', '1']);
    expect(column(data.parseCsv('\uFEFFn\n1\n2\n'), 'n')).toEqual([1, 2]);
  });

  it('keeps integers beyond 32 bits as floats', () => {
    expect(data.parseCsv('n\n3000000000')['n']?.dtype).toBe('float32');
  });

  it('keeps only the columns asked for', () => {
    expect(Object.keys(data.parseCsv('a,b,c\n1,2,3', { selectColumns: ['c', 'a'] }))).toEqual(['c', 'a']);
    expect(() => data.parseCsv('a\n1', { selectColumns: ['d'] })).toThrow(/no columns "d". Columns: "a"/);
  });

  it('says in which row a file is broken', () => {
    expect(() => data.parseCsv('a,b\n1,2\n3\n')).toThrow(/Row 3 .* has 1 cells, expected 2/);
    expect(() => data.parseCsv('a,a\n1,2')).toThrow(/needs a name of its own/);
    expect(() => data.parseCsv('a,b\n"1,2\n')).toThrow(/broken in row/);
  });

  it('becomes a pipeline of batches', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'kerasc-')), 'table.csv');
    writeFileSync(path, 'x,y,label\n1,2,a\n3,4,b\n5,6,c\n');
    const { label, ...features } = await data.readCsv(path);
    const [batch] = await data.Dataset.fromTensorSlices([features, label]).batch(2).toArray();
    expect((batch as unknown as [{ x: { shape: number[] } }, unknown])[0].x.shape).toEqual([2]);
  });
});
