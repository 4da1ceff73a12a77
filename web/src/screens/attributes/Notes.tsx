// What people see instead of the attribute's name, what it is, and where it is listed.

import { Typed } from '../../ui/Field';
import { type Sentence, useAttributes } from './api';
import { useSpeech } from './speech';

interface Props {
  sentence: Sentence;
  put: (part: Partial<Sentence>) => void;
}

export function Notes({ sentence, put }: Props) {
  const { words: w, language: spoken } = useSpeech();
  const { data: all } = useAttributes();
  const label = (sentence.label ?? {}) as Record<string, string>;
  const groups = all?.attributes.map((one) => one.sentence?.group ?? '').filter((one) => one !== '') ?? [];
  const description = sentence.description as string | Record<string, string> | null | undefined;
  // One text for everybody stands with the reader's language, and stays one until another language gets its own.
  const told: Record<string, string> =
    typeof description === 'string' ? { [spoken]: description } : (description ?? {});
  const languages = [...new Set(['en', 'pt', ...Object.keys(label), ...Object.keys(told)])];
  const named = (language: string, text: string) => {
    const { [language]: _, ...others } = label;
    // The languages stay in their order: a word that changes moves nothing.
    const changed = language in label ? { ...label, [language]: text } : { ...others, [language]: text };
    put({ label: text === '' ? others : changed });
  };
  const tell = (language: string, text: string) => {
    const changed = Object.fromEntries(Object.entries({ ...told, [language]: text }).filter(([, one]) => one !== ''));
    const one = typeof description === 'string' && language === spoken;
    put({ description: one ? text || null : changed });
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
        {languages.map((language) => (
          <label key={language} className="wide">
            {w.descriptionIn(language)}
            <textarea
              lang={language}
              rows={2}
              dir="auto"
              maxLength={2000}
              value={told[language] ?? ''}
              onChange={(event) => tell(language, event.target.value)}
            />
          </label>
        ))}
      </div>
    </details>
  );
}
