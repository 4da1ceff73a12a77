// Fields with their names and hints: what is said beside a field is read aloud with it.
import { type InputHTMLAttributes, type ReactNode, useId } from 'react';

interface Ids {
  id: string;
  'aria-describedby': string | undefined;
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  children: (ids: Ids) => ReactNode;
}

export function Field({ label, hint, children }: FieldProps) {
  const [field, told] = [useId(), useId()];
  const hinted = hint !== undefined;
  return (
    <div className="field">
      <label htmlFor={field}>{label}</label>
      {children({ id: field, 'aria-describedby': hinted ? told : undefined })}
      {hinted && (
        <p id={told} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

interface TextProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> {
  label: ReactNode;
  hint?: ReactNode;
  value: string;
  put: (value: string) => void;
}

export function TextField({ label, hint, put, ...input }: TextProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => <input autoComplete="off" {...input} {...ids} onChange={(event) => put(event.target.value)} />}
    </Field>
  );
}

interface SelectProps<Value extends string> {
  label: ReactNode;
  hint?: ReactNode;
  value: Value;
  put: (value: Value) => void;
  /** Its options, as `<Options>` or one by one. */
  children: ReactNode;
}

export function Select<Value extends string>({ label, hint, value, put, children }: SelectProps<Value>) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <select {...ids} value={value} onChange={(event) => put(event.target.value as Value)}>
          {children}
        </select>
      )}
    </Field>
  );
}

/** The options of a `<select>`, from what each value is called. */
export function Options({ of }: { of: Record<string, string> }) {
  return Object.entries(of).map(([value, called]) => (
    <option key={value} value={value}>
      {called}
    </option>
  ));
}

interface CheckProps {
  label: ReactNode;
  checked: boolean;
  put: (checked: boolean) => void;
}

export function Check({ label, checked, put }: CheckProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => put(event.target.checked)} />
      {label}
    </label>
  );
}

interface SoughtProps {
  /** The field's name, where no label stands beside it. */
  says: string;
  value: string;
  put: (value: string) => void;
}

/** A text by which a list is made shorter. */
export function Sought({ says, value, put }: SoughtProps) {
  return (
    <input
      type="search"
      aria-label={says}
      placeholder={says}
      value={value}
      onChange={(event) => put(event.target.value)}
    />
  );
}

interface TypedProps {
  /** The field's name, where no label stands beside it. */
  says: string;
  value: string;
  offered: string[];
  put: (value: string) => void;
  /** Told when somebody presses Enter or goes elsewhere. */
  done?: () => void;
}

/** A text with what was really seen to choose from. */
export function Typed({ says, value, offered, put, done }: TypedProps) {
  const list = useId();
  return (
    <>
      <input
        aria-label={says}
        placeholder={says}
        list={list}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => put(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => event.key === 'Enter' && done?.()}
      />
      <datalist id={list}>
        {[...new Set(offered)].map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}
