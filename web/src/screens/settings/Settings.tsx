// The settings: one part at a time, named in the address.
import './settings.css';
import type { ReactNode } from 'react';
import { useAddress } from '../../app/address';
import { Parts } from '../../app/Parts';
import { useRights, useSession } from '../../app/session';
import { Account } from './Account';
import { Changes } from './Changes';
import { Connect } from './Connect';
import { Keys } from './Keys';
import { Runs } from './Runs';
import { useSpeech } from './speech';
import { Users } from './Users';
import { Workspace } from './Workspace';

export const PARTS = ['account', 'users', 'keys', 'connect', 'workspace', 'changes', 'runs'] as const;
export type Part = (typeof PARTS)[number];
const FOR_ADMINS: readonly Part[] = ['users', 'keys', 'changes'];

export const isPart = (name: unknown): name is Part => PARTS.includes(name as Part);

export default function Settings() {
  const { words: w } = useSpeech();
  const session = useSession();
  const { admin } = useRights();
  const [search] = useAddress();
  const part = isPart(search.part) ? search.part : 'account';
  const shown = PARTS.filter((one) => admin || !FOR_ADMINS.includes(one));
  return (
    <div className="settings">
      <h1>{w.title}</h1>
      <Parts
        label={w.title}
        className="settings-parts"
        to="/settings"
        by="part"
        parts={shown}
        called={w.parts}
        chosen={part}
      />
      <section className="settings-part" aria-labelledby="part">
        <h2 id="part">{w.parts[part]}</h2>
        {shown.includes(part) ? body() : <p>{w.adminOnly}</p>}
      </section>
    </div>
  );

  function body(): ReactNode {
    switch (part) {
      case 'account':
        return <Account session={session} />;
      case 'users':
        return <Users me={session.user?.id ?? ''} />;
      case 'keys':
        return <Keys />;
      case 'connect':
        return <Connect admin={admin} />;
      case 'workspace':
        return <Workspace admin={admin} />;
      case 'changes':
        return <Changes />;
      case 'runs':
        return <Runs />;
    }
  }
}
