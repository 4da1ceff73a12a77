// What the import asks of the server.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import {
  allImports,
  allUploads,
  beginImport,
  beginUpload,
  cancelImport,
  dropUpload,
  goOnImport,
  guessUpload,
  keepMapping,
  oneImport,
  oneUpload,
  previewUpload,
  runClockOn,
  sendPiece,
  withdrawImport,
  workspaceSettings,
} from '../../api/sdk.gen';
import type { AskedGuess, AskedPreview, ImportShown, NewImport, Upload } from '../../api/types.gen';
import '../../app/client';
import { sent, type Told } from './sending';
import type { Kind } from './targets';

export type Answers = NonNullable<AskedGuess['answers']>;

/** What the server answers; it raises the Problem that the server tells of. */
async function answered<Answer>(asked: Promise<{ data: Answer }>): Promise<Answer> {
  return (await asked).data;
}

const throwOnError = true as const;
const file = (upload_id: string) => ({ path: { upload_id }, throwOnError });

const IMPORTS = ['imports'] as const;
/** How often somebody who waits for an import asks how far it is, in milliseconds. */
const OFTEN = 500;
/** How often is asked for a file that arrives, in milliseconds. */
const ARRIVING = 2_000;
/** So long a piece may take before its connection counts as lost, in milliseconds. */
const PATIENCE = 120_000;

/** The files that are here: those that were dropped before the page or the server was left, too. */
export function useUploads() {
  return useQuery({
    queryKey: ['uploads'],
    queryFn: () => answered(allUploads({ throwOnError })),
    refetchInterval: ({ state }) => (state.data?.some((one) => one.state === 'receiving') ? ARRIVING : false),
  });
}

export function useUpload(id: string) {
  return useQuery({
    queryKey: ['uploads', id],
    queryFn: () => answered(oneUpload(file(id))),
    // A file that was on its way when the page was left may go on arriving from another tab.
    refetchInterval: ({ state }) => (state.data?.state === 'receiving' ? ARRIVING : false),
  });
}

export function useDropped(id: string, then: () => void) {
  return useMutation({ mutationFn: () => dropUpload(file(id)), onSettled: then });
}

export function useGuess(id: string, kind: Kind | undefined, answers: Answers) {
  return useQuery({
    queryKey: ['uploads', id, 'guess', kind, answers],
    queryFn: () => answered(guessUpload({ ...file(id), body: { kind, answers } })),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function usePreview(id: string, asked: AskedPreview) {
  return useQuery({
    queryKey: ['uploads', id, 'preview', asked],
    queryFn: () => answered(previewUpload({ ...file(id), body: asked })),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useImport(id: string) {
  return useQuery({
    queryKey: [...IMPORTS, id],
    queryFn: () => answered(oneImport({ path: { import_id: id }, throwOnError })),
    refetchInterval: ({ state }) => (state.data !== undefined && goesOn(state.data) ? OFTEN : false),
  });
}

export function useImports() {
  return useQuery({
    queryKey: IMPORTS,
    queryFn: () => answered(allImports({ throwOnError })),
    refetchInterval: ({ state }) => (state.data?.some(goesOn) ? 2 * OFTEN : false),
  });
}

export function goesOn(shown: ImportShown): boolean {
  return shown.state === 'waiting' || shown.state === 'running' || shown.state === 'undoing';
}

export function useBegin(then: (id: string) => void) {
  return useChange(
    (asked: NewImport) => answered(beginImport({ body: asked, throwOnError })),
    (shown) => then(shown.id),
  );
}

export function useCancel() {
  return useChange((id: string) => answered(cancelImport({ path: { import_id: id }, throwOnError })));
}

export function useGoOn(then: (id: string) => void) {
  return useChange(
    (run: number) => answered(goOnImport({ path: { run }, throwOnError })),
    (shown) => then(shown.id),
  );
}

export function useUndo() {
  return useChange((run: number) => answered(withdrawImport({ path: { run }, throwOnError })));
}

export function useKeep() {
  return useMutation({
    mutationFn: ({ name, mapping }: { name: string; mapping: string }) =>
      keepMapping({ path: { name }, body: { mapping }, throwOnError }),
  });
}

function useChange<Asked>(
  change: (asked: Asked) => Promise<ImportShown>,
  then: (shown: ImportShown) => void = () => undefined,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (shown) => {
      void queries.invalidateQueries({ queryKey: IMPORTS });
      then(shown);
    },
  });
}

interface Sending {
  start: (file: File) => void;
  stop: () => void;
  progress: { received: number; size: number; lost: boolean } | undefined;
  error: unknown;
}

/** Sends a file; `then` is told when it is whole. */
export function useSending(then: (upload: Upload) => void): Sending {
  const [progress, setProgress] = useState<Sending['progress']>();
  const [error, setError] = useState<unknown>();
  const given = useRef<AbortController>(null);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const stop = () => {
    given.current?.abort();
    setProgress(undefined);
    setError(undefined);
  };
  const start = (file: File) => {
    const control = new AbortController();
    given.current = control;
    setError(undefined);
    setProgress({ received: 0, size: file.size, lost: false });
    const told: Told = (received, size, lost) => setProgress({ received, size, lost });
    // Who has gone to another screen meanwhile is not called back; the file lies among those that are here.
    sent(file, WAY, told, control.signal).then(
      (upload) => !control.signal.aborted && here.current && then(upload),
      (wrong: unknown) => {
        if (control.signal.aborted) return;
        setProgress(undefined);
        setError(wrong);
      },
    );
  };
  return { start, stop, progress, error };
}

const WAY = {
  begin: (name: string, size: number) => answered(beginUpload({ body: { name, size, goes_on: true }, throwOnError })),
  ask: (id: string) => answered(oneUpload(file(id))),
  send: (id: string, at: number, piece: Blob, crc32: string | undefined, given: AbortSignal) => {
    const signal = AbortSignal.any([given, AbortSignal.timeout(PATIENCE)]);
    return answered(sendPiece({ ...file(id), query: { at, crc32 }, body: piece, signal }));
  },
  pause: (time: number, given: AbortSignal) =>
    new Promise<void>((done) => {
      const over = new AbortController();
      const ends = () => {
        over.abort();
        clearTimeout(timer);
        done();
      };
      const timer = setTimeout(ends, time);
      window.addEventListener('online', ends, { signal: over.signal });
      given.addEventListener('abort', ends, { signal: over.signal });
    }),
};

/** The workspace's settings, for its clock: what is later than that does not count yet. */
export function useWorkspace() {
  return useQuery({ queryKey: ['settings', 'said'], queryFn: () => answered(workspaceSettings({ throwOnError })) });
}

/** Sets the clock of a workspace that lives in the past to the real time. */
export function useClockOn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => runClockOn({ throwOnError }),
    onSuccess: () => queries.invalidateQueries(),
  });
}
