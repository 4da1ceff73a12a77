// Texts that are taken elsewhere.
import { useState } from 'react';
import { useSpeech } from './speech';

/** Copies a text; where the browser lends no clipboard (a page without TLS) the text is there to be selected. */
export function Copy({ text }: { text: string }) {
  const { words: w } = useSpeech();
  const [copied, setCopied] = useState('');
  if (navigator.clipboard === undefined) return null;
  return (
    <>
      <button type="button" onClick={() => navigator.clipboard.writeText(text).then(() => setCopied(text))}>
        {copied === text ? w.copied : w.copy}
      </button>
      <span role="status" className="hidden">
        {copied === text ? w.copied : ''}
      </span>
    </>
  );
}

/** Lines of code as they are to stand elsewhere, and the button that copies them. */
export function Copyable({ text }: { text: string }) {
  return (
    <div className="copyable">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the keyboard, too */}
      <pre tabIndex={0} translate="no">
        <code>{text}</code>
      </pre>
      <Copy text={text} />
    </div>
  );
}
