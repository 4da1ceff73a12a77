// A dialog over the page: the focus goes in, Escape closes it, and the focus returns to where it was.
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { useSpeech } from './speech';

interface Props {
  title: string;
  /** Takes the dialog out of the page. */
  close: () => void;
  children: ReactNode;
}

export function Dialog({ title, close, children }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    // Closed before it is taken out of the page: else the focus would be nowhere.
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={box}
      aria-labelledby={heading}
      onClose={({ currentTarget: dialog }) => dialog.isConnected && !dialog.open && close()}
    >
      <div className="dialog">
        <h2 id={heading}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

interface SureProps {
  title: string;
  text: string;
  action: string;
  sure: () => void;
  close: () => void;
}

/** Asks once more before something that cannot be taken back. */
export function Sure({ title, text, action, sure, close }: SureProps) {
  const { words: w } = useSpeech();
  return (
    <Dialog title={title} close={close}>
      <p>{text}</p>
      <div className="dialog-foot">
        <button type="button" onClick={close}>
          {w.cancel}
        </button>
        <button
          type="button"
          className="danger"
          onClick={() => {
            sure();
            close();
          }}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
