// The mapping as the file that it is; what is written by hand goes before the form.
import { useState } from 'react';
import { useSpeech } from './speech';

export function MappingFile({ text, use }: { text: string; use: (text: string) => void }) {
  const { words: w } = useSpeech();
  const [draft, setDraft] = useState<string>();
  const edited = draft ?? text;
  return (
    <details className="card">
      <summary>{w.yaml}</summary>
      <p className="quiet">{w.yamlHint}</p>
      <textarea
        aria-label={w.yaml}
        spellCheck={false}
        rows={Math.min(24, edited.split('\n').length + 1)}
        value={edited}
        onChange={(event) => setDraft(event.currentTarget.value)}
      />
      <button
        type="button"
        disabled={edited === text}
        onClick={() => {
          use(edited);
          setDraft(undefined);
        }}
      >
        {w.useText}
      </button>
    </details>
  );
}
