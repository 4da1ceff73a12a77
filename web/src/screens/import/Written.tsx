// How the file is written, and what holds for all of its rows.
import type { MappingForm } from '../../api/types.gen';
import { Field, Select } from '../../ui/Field';
import { useSpeech } from './speech';

const SEPARATORS = [',', ';', '\t', '|'];
const ENCODINGS = ['utf-8', 'cp1252', 'latin-1', 'utf-16'];
const THOUSANDS = [',', '.', ' ', '\u00a0', '\u202f', "'", '\u2019'];

interface Props {
  form: MappingForm;
  put: (form: MappingForm) => void;
  zoneless: boolean;
  isText: boolean;
}

export function Written({ form, put, zoneless, isText }: Props) {
  const { words: w, zone, currency } = useSpeech();
  const set = (part: Partial<MappingForm>) => put({ ...form, ...part });
  const grouped = form.kind === 'orders' || form.kind === 'refunds';
  const named = form.parts?.some((part) => part.target === 'event' || part.target === 'currency') ?? false;
  return (
    <section className="card written">
      <h2>{w.written}</h2>
      {isText && (
        <>
          <Select label={w.separator} value={form.separator ?? ''} put={(separator) => set({ separator })}>
            {SEPARATORS.map((one) => (
              <option key={one} value={one}>
                {w.separators[one]}
              </option>
            ))}
          </Select>
          <Select label={w.encoding} value={form.encoding ?? 'utf-8'} put={(encoding) => set({ encoding })}>
            {[...new Set([...ENCODINGS, form.encoding ?? 'utf-8'])].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Select>
          <Select
            label={w.decimal}
            value={form.decimal ?? '.'}
            put={(sign) =>
              set({ decimal: sign === ',' ? ',' : '.', ...(sign === form.thousands && { thousands: null }) })
            }
          >
            <option value=".">{w.decimals['.']}</option>
            <option value=",">{w.decimals[',']}</option>
          </Select>
          <Select label={w.thousands} value={form.thousands ?? ''} put={(one) => set({ thousands: one || null })}>
            <option value="">{w.noThousands}</option>
            {THOUSANDS.filter((one) => one !== (form.decimal ?? '.')).map((one) => (
              <option key={one} value={one}>{`1${one}000`}</option>
            ))}
          </Select>
        </>
      )}
      {zoneless && (
        <Select label={w.zone} value={form.timezone ?? ''} put={(one) => set({ timezone: one || null })}>
          <option value="">{w.workspaceZone(zone)}</option>
          {Intl.supportedValuesOf('timeZone').map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
      )}
      {grouped && !form.parts?.some((part) => part.target === 'currency') && (
        <Said
          label={w.currencyOfAll}
          value={form.currency ?? ''}
          put={(one) => set({ currency: one || null })}
          most={3}
          hint={currency}
        />
      )}
      {form.kind === 'events' && !named && (
        <Said label={w.eventOfAll} value={form.event ?? ''} put={(event) => set({ event })} most={200} />
      )}
      {form.kind === 'products' && (
        <>
          <Said label={w.lookupFile} value={form.file ?? ''} put={(file) => set({ file })} most={100} />
          <Select label={w.lookupKey} value={form.key ?? ''} put={(key) => set({ key })}>
            {form.parts
              ?.filter((part) => part.target.startsWith('columns.'))
              .map((part) => (
                <option key={part.target}>{part.target.slice('columns.'.length)}</option>
              ))}
          </Select>
        </>
      )}
    </section>
  );
}

/** What is typed counts when the field is left, not letter by letter. */
function Said(p: { label: string; value: string; put: (value: string) => void; most: number; hint?: string }) {
  return (
    <Field label={p.label}>
      {(ids) => (
        <input
          {...ids}
          key={p.value}
          defaultValue={p.value}
          maxLength={p.most}
          placeholder={p.hint}
          onBlur={(event) => event.currentTarget.value !== p.value && p.put(event.currentTarget.value.trim())}
        />
      )}
    </Field>
  );
}
