import { describe, expect, it } from 'vitest';
import type { MappingForm } from '../../api/types.gen';
import { linesOf, slug, targetsOf, withTarget } from './targets';

const form: MappingForm = {
  kind: 'orders',
  parts: [
    { target: 'order_id', column: 'no' },
    { target: 'timestamp', column: 'day', format: '%d/%m/%Y' },
    { target: 'properties.weight', column: 'weight', type: 'number' },
  ],
};
const columns = ['no', 'day', 'weight', 'left'].map((name) => ({ name, examples: [] }));

describe('what columns become', () => {
  it('names a field like the server does', () => {
    expect(slug('Preço (unitário)')).toBe('preco_unitario');
    expect(slug('???')).toBe('column');
  });

  it('offers what a column is now, whatever that is', () => {
    expect(targetsOf('orders', 'X', 'lines.units')).toContain('lines.units');
    expect(targetsOf('customers', 'Nome', undefined)).toContain('traits.nome');
  });

  it('has a line for every column, also for those left out', () => {
    expect(linesOf(form, columns).map((line) => line.part?.target)).toEqual([
      'order_id',
      'timestamp',
      'properties.weight',
      undefined,
    ]);
  });

  it('lets what stood there before give way', () => {
    const left = linesOf(form, columns)[3];
    if (left === undefined) throw new Error('no line');
    const changed = withTarget(form, left, 'order_id');
    expect(changed.parts?.filter((part) => part.target === 'order_id').map((part) => part.column)).toEqual(['left']);
  });

  it('keeps the format of a time, and drops the type where the place has its own', () => {
    const [, day, weight] = linesOf(form, columns);
    if (day === undefined || weight === undefined) throw new Error('no line');
    expect(withTarget(form, day, 'properties.day').parts?.at(-1)).toMatchObject({ type: 'time', format: '%d/%m/%Y' });
    expect(withTarget(form, weight, 'total').parts?.at(-1)?.type).toBeNull();
    expect(withTarget(form, weight, '').parts).toHaveLength(2);
  });
});
