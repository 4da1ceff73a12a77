// What people see instead of the attribute's name, what it is, and where it is listed.

import { Typed } from '../../ui/Field';
import { type Sentence, useAttributes } from './api';
import { useSpeech } from './speech';

interface Props {
  sentence: Sentence;
  put: (part: Partial<Sentence>) => void;
}

export function Notes({ sentence, put }: Props) {
  const { words: w } = useSpeech();
  const { data: all } = useAttributes();
  const label = (sentence.label ?? {}) as Record<string, string>;
  const groups = all?.attributes.map((one) => one.group ?? '').filter((one) => one !== '') ?? [];
  const languages = [...new Set(['en', 'pt', ...Object.keys(label)])];
  const named = (language: string, text: string) => {
    const { [language]: _, ...others } = label;
    // The languages stay in their order: a word that changes moves nothing.
    const changed = language in label ? { ...label, [language]: text } : { ...others, [language]: text };
    put({ label: text === '' ? others : changed });
  };
  return (
    <details className="notes">
      <summary>{w.notes}</summary>
      <div className="notes-fields">
        {languages.map((language) => (
          <label key={language}>
            {w.nameIn(language)}
            <input
              lang={language}
              dir="auto"
              maxLength={200}
              value={label[language] ?? ''}
              onChange={(event) => named(language, event.target.value)}
            />
          </label>
        ))}
        <span>
          {w.group}{' '}
          <Typed
            says={w.group}
            value={sentence.group ?? ''}
            offered={groups}
            put={(group) => put({ group: group || null })}
          />
        </span>
        <label className="wide">
          {w.description}
          <textarea
            rows={2}
            dir="auto"
            maxLength={2000}
            value={sentence.description ?? ''}
            onChange={(event) => put({ description: event.target.value || null })}
          />
        </label>
      </div>
    </details>
  );
}
