// The YAML beside the sentence, as it stands in the file, with what is wrong at its line.
import { useId } from 'react';
import type { MistakeShown } from '../../api/types.gen';
import { useSpeech } from './speech';

interface Props {
  text: string;
  mistakes: MistakeShown[];
  type: (text: string) => void;
  may: boolean;
}

export function Lines({ text, mistakes, type, may }: Props) {
  const { words: w, number } = useSpeech();
  const id = useId();
  return (
    <section className="card lines">
      <label htmlFor={id}>
        <strong>{w.yaml}</strong>
      </label>
      <textarea
        id={id}
        aria-describedby={`${id}hint ${id}wrong`}
        aria-invalid={mistakes.length > 0}
        rows={Math.max(6, text.split('\n').length + 1)}
        spellCheck={false}
        readOnly={!may}
        value={text}
        onChange={(event) => type(event.target.value)}
      />
      <p id={`${id}hint`} className="quiet">
        {w.yamlHint}
      </p>
      <ul id={`${id}wrong`} aria-label={w.mistakes} className="mistakes" aria-live="polite">
        {mistakes.map((one) => (
          <li key={`${one.file} ${one.line} ${one.text}`}>
            {one.file !== null && <code>{one.file} </code>}
            {one.line !== null && w.line(number(one.line))}
            {one.field !== null && <code>{one.field} </code>}
            {one.text}
          </li>
        ))}
      </ul>
    </section>
  );
}
