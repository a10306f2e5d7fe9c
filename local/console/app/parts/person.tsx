import type { Address } from '../../../../core/mail/parsed-mail.ts';

/** Name and address, each isolated so that it cannot change the text direction around it. */
export function PersonName({ name, address }: Pick<Address, 'name' | 'address'>) {
  if (name === '') return <bdi>{address || '(no address)'}</bdi>;
  return (
    <span>
      <bdi>{name}</bdi> <bdi class="muted">{`<${address}>`}</bdi>
    </span>
  );
}

export function PersonList({ people }: { people: readonly Pick<Address, 'name' | 'address'>[] }) {
  return (
    <>
      {people.map((person, at) => (
        <>
          {at > 0 && ', '}
          <PersonName {...person} />
        </>
      ))}
    </>
  );
}
