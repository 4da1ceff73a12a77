// Where a file is dropped or chosen.
import { type ReactNode, useRef, useState } from 'react';

interface Props {
  /** What the place is called, for whoever does not see it. */
  label: string;
  /** What its button says. */
  choose: string;
  accept?: string;
  primary?: boolean;
  take: (file: File) => void;
  title: ReactNode;
  /** What is said beneath the button. */
  children: ReactNode;
}

export function DropArea({ label, choose, accept, primary = false, take, title, children }: Props) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const taken = (files: FileList | null) => {
    const file = files?.item(0);
    if (file != null) take(file);
  };
  return (
    <section
      className={over ? 'card drop over' : 'card drop'}
      aria-label={label}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        taken(event.dataTransfer.files);
      }}
    >
      {title}
      <button type="button" className={primary ? 'primary' : undefined} onClick={() => input.current?.click()}>
        {choose}
      </button>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        aria-label={choose}
        onChange={(event) => {
          taken(event.currentTarget.files);
          // The same file may be chosen again.
          event.currentTarget.value = '';
        }}
      />
      {children}
    </section>
  );
}
