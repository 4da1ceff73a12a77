// Events that were refused or held back: which, why, and what can be done. The address says what is looked at.
import { useEffect, useState } from 'react';
import { useAddress } from '../../../app/address';
import { Empty } from '../../../ui/Empty';
import { Trouble } from '../../../ui/Trouble';
import { type Fate, type HeldBack, type List, useCounts, useList, type Wanted } from './api';
import './held.css';
import { Became } from './Became';
import { Choosing } from './Choosing';
import { Item } from './Item';
import { Most } from './Most';
import { fitting } from './said';
import { useSpeech } from './speech';

const LISTS: List[] = ['rejected', 'quarantine'];

export function Held() {
  const { words: w, number } = useSpeech();
  const [search, change] = useAddress();
  const wanted: Wanted = {
    list: search.list === 'quarantine' ? 'quarantine' : 'rejected',
    source: text(search.source),
    reason: text(search.reason),
  };
  const counts = useCounts();
  const [fates, setFates] = useState<Fate[]>([]);
  const totals = { rejected: counts.data?.rejected, quarantine: counts.data?.quarantined };
  return (
    <>
      <div className="held-lists">
        {LISTS.map((list) => (
          <button
            key={list}
            type="button"
            aria-pressed={list === wanted.list}
            onClick={() => change(() => ({ tab: 'held', list }))}
          >
            {w.lists[list]} <span className="held-total">{totals[list] === undefined ? '' : number(totals[list])}</span>
          </button>
        ))}
      </div>
      <p className="quiet lead">{w.intro[wanted.list]}</p>
      {fates.length > 0 && <Became fates={fates} title={w.sent} close={() => setFates([])} />}
      <Found key={`${wanted.list} ${wanted.source} ${wanted.reason}`} wanted={wanted} sent={setFates} />
    </>
  );
}

function Found({ wanted, sent }: { wanted: Wanted; sent: (fates: Fate[]) => void }) {
  const { words: w } = useSpeech();
  const [search] = useAddress();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const live = useCounts();
  const pages = useList(wanted);
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const { refetch } = pages;
  const more = newer(wanted, pages.data?.pages[0]?.counts, live.data);
  const none = pages.data !== undefined && items.length === 0;
  useEffect(() => {
    // Who waits for the first one sees it without asking.
    if (none && more > 0) void refetch();
  }, [none, more, refetch]);
  if (pages.error !== null) return <Trouble error={pages.error} again={pages.refetch} />;
  if (pages.data === undefined) return null;
  const counts = (live.data ?? pages.data.pages[0]?.counts)?.[`${ofList(wanted.list)}_counts`] ?? [];
  const choose = (id: number, on: boolean) =>
    setChosen((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)));
  return (
    <div className={counts.length > 0 ? 'held-sides' : undefined}>
      {counts.length > 0 && <Most counts={counts} wanted={wanted} />}
      <div className="held-found">
        <Fresh more={none ? 0 : more} show={refetch} />
        {wanted.list === 'quarantine' && (
          <Choosing
            wanted={wanted}
            shown={items.map((one) => one.id)}
            fit={fitting(counts, wanted.source, wanted.reason)}
            chosen={chosen}
            choose={setChosen}
          />
        )}
        {none && <None wanted={wanted} />}
        <ul className="held-items">
          {items.map((item) => (
            <Item
              key={item.id}
              item={item}
              open={String(item.id) === String(search.open)}
              chosen={chosen.has(item.id)}
              choose={wanted.list === 'quarantine' ? choose : null}
              sent={sent}
            />
          ))}
        </ul>
        {pages.hasNextPage && (
          <button type="button" disabled={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
            {w.more}
          </button>
        )}
      </div>
    </div>
  );
}

function None({ wanted }: { wanted: Wanted }) {
  const { words: w } = useSpeech();
  const [, change] = useAddress();
  if (wanted.source === undefined && wanted.reason === undefined) {
    return <Empty title={w.empty[wanted.list]}>{w.emptyHint[wanted.list]}</Empty>;
  }
  return (
    <Empty>
      <p>{w.noneFits}</p>
      <button type="button" onClick={() => change(() => ({ tab: 'held', list: wanted.list }))}>
        {w.clear}
      </button>
    </Empty>
  );
}

/** Tells when more have come in since the list was read. */
function Fresh({ more, show }: { more: number; show: () => unknown }) {
  const { words: w, plural } = useSpeech();
  return (
    <div role="status">
      {more > 0 && (
        <button type="button" className="held-fresh" onClick={() => void show()}>
          {plural(more, w.fresh)}
        </button>
      )}
    </div>
  );
}

/** How many more fit than when the list was read. */
function newer(wanted: Wanted, then: HeldBack | undefined, now: HeldBack | undefined): number {
  const list = ofList(wanted.list);
  if (now === undefined || then === undefined || now[`${list}_newest`] <= then[`${list}_newest`]) return 0;
  const [after, before] = [now, then].map((one) => fitting(one[`${list}_counts`], wanted.source, wanted.reason));
  return Math.max(0, (after ?? 0) - (before ?? 0));
}

const ofList = (list: List) => (list === 'rejected' ? 'rejected' : 'quarantined');
const text = (found: unknown) => (found === undefined || found === '' ? undefined : String(found));
